"""The names of a letter: searched and paged for people, as JSON and as a file for programs."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from io import StringIO
from threading import BoundedSemaphore
from typing import Any

from flask import Response, jsonify, request, stream_with_context, url_for

from campaign.choices import SignatureKind
from campaign.extensions import db
from campaign.http import refusal
from campaign.lib import paging
from campaign.lib.csvcells import guarded
from campaign.public.queries.letters import Found
from campaign.public.queries.names import index_letters, names_in_order, names_of_kinds, stream_names
from campaign.public.rules import names as rules
from campaign.public.views.blueprint import bp, cited_now, is_withdrawn, key_of, letter_page, public, readable
from campaign.sentences import sentence
from campaign.signing.rules import Face, organization_face, public_face
from campaign.verification.methods import METHODS
from campaign.verification.queries import methods_of

PAGE = 200
COLUMNS = ("kind", "name", "title", "affiliation", "country")
BUSY_SECONDS = 10
# W5: each stream holds a thread and a connection, and most of the threads are for readers.
_streams = BoundedSemaphore(2)


@bp.get("/letters/<slug>/names")
def names(slug: str) -> Response:
    """Who signed, 200 a page: by kind, by first letter, or by the beginning of any word."""
    found = readable(slug)
    asked = rules.names_asked(request.args)
    parts = (asked.kind, asked.q, asked.group, asked.after)
    return letter_page(found, "public/names.html", lambda: names_page(found, asked), *parts)


def names_page(found: Found, asked: rules.NamesAsked) -> dict[str, object]:
    """What the names page shows; without a kind it is the first one that has names to show."""
    tabs = rules.kinds_shown(found.counts, found.letter.accepts_people)
    kinds = [asked.kind] if asked.kind else [kind for kind, _words, _number in tabs]
    kind, rows = kinds[0], names_rows(found, asked, kinds[0])
    for other in kinds[1:] if not rows else ():
        if matches := names_rows(found, asked, other):
            kind, rows = other, matches
            break
    here = {"slug": found.letter.slug, "kind": kind, "q": asked.q or None, "group": asked.group}
    last = rows[PAGE - 1] if len(rows) > PAGE else None
    return {
        "kind": kind,
        "citation": cited_now(found),
        "q": asked.q,
        "group": asked.group,
        "faces": faces(rows[:PAGE]),
        "tabs": [(words, number, address(here, kind=tab, group=None), tab == kind) for tab, words, number in tabs],
        "index": [] if asked.q else index(found, here),
        "first_url": address(here) if asked.after else None,
        "next_url": address(here, after=paging.encode((last.sort_key, last.id))) if last else None,
    }


def names_rows(found: Found, asked: rules.NamesAsked, kind: str) -> list[Any]:
    """The rows of one page and one more, which tells whether there is a next one."""
    if asked.q and not asked.words:
        return []
    return names_in_order(
        found.letter.id,
        kind,
        limit=PAGE + 1,
        words=asked.words,
        listed_count=found.counts.total,
        group=asked.group,
        after=asked.after,
    )


def faces(rows: list[Any]) -> list[Face]:
    """What of these rows anybody may see."""
    shown = (organization_face(row) if row.kind == SignatureKind.ORGANIZATION else public_face(row) for row in rows)
    return [face for face in shown if face is not None]


def address(here: dict[str, str | None], **changes: str | None) -> str:
    """The address of the names page for these arguments, with some changed."""
    given = {name: value for name, value in {**here, **changes}.items() if value}
    return url_for("public.names", **given)  # type: ignore[arg-type]  # its own options are no arguments here


def index(found: Found, here: dict[str, str | None]) -> list[tuple[str, str | None]]:
    """Each index letter with its address, or none where no name stands under it."""
    there = index_letters(found.letter.id, str(here["kind"]))
    return [(letter, address(here, group=letter) if letter in there else None) for letter in rules.INDEX_LETTERS]


@bp.get("/letters/<slug>/names.json")
def names_json(slug: str) -> Response:
    """The public faces in order, organizations first, 200 at a time."""
    found = readable(slug)
    after = rules.place(request.args.get("after"), int, bytes, int)
    return public(key_of(found, after), lambda: jsonify(names_facts(found, after)))


def names_facts(found: Found, after: tuple[int, bytes, int] | None) -> dict[str, object]:
    """What `/letters/<slug>/names.json` says; `next` is the value for `after`, or None at the end."""
    if is_withdrawn(found):
        return {"names": [], "next": None}
    rows = names_of_kinds(found.letter.id, rules.NAMED_KINDS, limit=PAGE + 1, after=after)
    shown, last = rows[:PAGE], rows[PAGE - 1] if len(rows) > PAGE else None
    methods = methods_of([row.id for row in shown])
    following = paging.encode((rules.NAMED_KINDS.index(last.kind), last.sort_key, last.id)) if last else None
    facts = [
        {**{column: getattr(face, column) for column in COLUMNS}, "badges": badges(methods.get(row.id, []))}
        for row in shown
        if (face := public_face(row)) is not None
    ]
    return {"names": facts, "next": following}


def badges(methods: list[str]) -> list[str]:
    """The methods readers are told about beside a name."""
    return [method for method in methods if METHODS[method].shows_badge]


@bp.get("/letters/<slug>/names.csv")
def names_csv(slug: str) -> Response:
    """The whole public list as a file, streamed; two at once in each process, then 503."""
    found = readable(slug)
    if not _streams.acquire(blocking=False):
        return refusal(503, "too_many_downloads", sentence("http_503"), retry_after=BUSY_SECONDS)
    kinds = () if is_withdrawn(found) else rules.NAMED_KINDS
    letter_id, key = found.letter.id, key_of(found)
    # The stream reads from a connection of its own; the request's must not hold a snapshot meanwhile.
    db.session.rollback()
    response = public(key, lambda: Response(stream_with_context(csv_parts(letter_id, kinds)), mimetype="text/csv"))
    # Also when the reader leaves before the first byte, where the generator never runs.
    response.call_on_close(_streams.release)
    response.headers["Content-Disposition"] = f'attachment; filename="{slug}-names.csv"'
    return response


def csv_parts(letter_id: int, kinds: tuple[str, ...]) -> Iterator[bytes]:
    """The file in parts: UTF-8 with its mark, CRLF, every cell guarded against formulas."""
    buffer = StringIO()
    write = csv.writer(buffer).writerow
    buffer.write("\ufeff")
    write(COLUMNS)
    for rows in stream_names(letter_id, kinds):
        for row in rows:
            face = public_face(row)
            if face is not None:
                write(map(guarded, (face.kind, face.name, face.title, face.affiliation, face.country)))
        yield taken(buffer)
    yield taken(buffer)


def taken(buffer: StringIO) -> bytes:
    """What was written since the last part."""
    part = buffer.getvalue().encode()
    buffer.seek(0)
    buffer.truncate()
    return part
