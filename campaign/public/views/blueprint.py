"""The blueprint of the reading pages, and what they share: a letter readers may see, answers that caches may keep."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

from flask import Blueprint, Response, g, make_response, render_template, request

from campaign.languages import speak
from campaign.letters.queries import taken_down_at
from campaign.lib.citation import citation
from campaign.pagecache import MAX_AGE, cached_page, etag_of
from campaign.public.queries.letters import Found, letter_with_counts
from campaign.public.rules.letters import why_not_read
from campaign.states import LetterState, Refused

bp = Blueprint("public", __name__)


def readable(slug: str) -> Found:
    """A letter readers may see, with its counts; from here on the page speaks its language.

    Raises `Refused`: not_found before it opened, gone when it was removed. A withdrawn one is returned.
    """
    found = letter_with_counts(slug)
    reason = "not_found" if found is None else why_not_read(found.letter.state, found.letter.opened_at)
    if found is None or reason is not None:
        raise Refused(reason or "not_found")
    speak(found.letter.language)
    # Its pages say it themselves; its files can only by a header.
    g.not_indexed = found.letter.is_reconstruction
    return found


def cited_now(found: Found) -> str:
    """The citable sentence of the live list, as of its last count."""
    return citation(found.counts, None, found.counts.counted_at, found.letter.timezone)


def is_withdrawn(found: Found) -> bool:
    """Whether the letter's pages are one page with the reason, and its lists of names are empty."""
    return found.letter.state == LetterState.WITHDRAWN


def key_of(found: Found, *parts: object) -> tuple[object, ...]:
    """What an answer about a letter depends on: its text and state, its counts, and `parts`."""
    return (request.endpoint, found.letter.id, found.letter.changed_at, found.counts.counted_at, *parts)


def public(key: tuple[object, ...], render: Callable[[], str | Response]) -> Response:
    """An answer every cache may keep for a short while; 304, without rendering, for who has it already."""
    etag = etag_of(*key)
    is_known = request.if_none_match.contains_weak(etag)
    response = make_response(b"", 304) if is_known else make_response(render())
    # Weak: a proxy may compress the bytes.
    response.set_etag(etag, weak=True)
    response.headers["Cache-Control"] = f"public, max-age={MAX_AGE}"
    return response


def letter_page(
    found: Found, template: str, values: Callable[[], dict[str, object]], *parts: object, is_costly: bool = False
) -> Response:
    """A page about a letter; `values` are read only when the reader has not got the page already.

    A costly page is rendered once by each process until the letter or its counts change.
    """
    letter, counts = found.letter, found.counts

    def render() -> str:
        if is_withdrawn(found):
            since = taken_down_at(letter)
            return render_template("signing/unavailable.html", letter=letter, counts=counts, since=since)
        return render_template(template, letter=letter, counts=counts, **values())

    key = key_of(found, *parts)
    return cached_page(key, lambda: render().encode()) if is_costly else public(key, render)


def site_page(template: str, **values: object) -> Response:
    """A page about the whole site, or several letters; it speaks the reader's language."""
    page = render_template(template, **values)
    # Its digest: the tags that are remembered must not hold whole pages.
    response = public((hashlib.sha256(page.encode()).hexdigest(),), lambda: page)
    response.vary.add("Accept-Language")
    return response
