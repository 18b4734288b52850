"""The press page of a letter: the one door for reporters."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Response, url_for

from campaign.languages import _
from campaign.letters.method import in_five_lines
from campaign.letters.outcomes import certified_of
from campaign.lib import clock
from campaign.models import CertifiedTotal, Edition, Letter
from campaign.public.queries import letters as queries
from campaign.public.queries.letters import Found
from campaign.public.rules import press as rules
from campaign.public.views.blueprint import bp, cited_now, letter_page, readable
from campaign.public.views.happenings import cited
from campaign.sentences.deliveries import QUALIFIED


@bp.get("/letters/<slug>/press")
def press(slug: str) -> Response:
    """What a reporter needs: the sentence to cite, the ask, a person, how it is checked, numbers and files."""
    found, now = readable(slug), clock.now()
    editions = queries.delivered_editions([found.letter.id])[found.letter.id]
    totals = certified_of([found.letter.id])
    # What is recorded of deliveries and certificates need not change the letter itself.
    parts = (*((row.id, row.built_at) for row in editions), *(row.id for row in totals), now.date())
    return letter_page(found, "public/press.html", lambda: press_values(found, editions, totals), *parts)


def press_values(found: Found, editions: Sequence[Edition], totals: Sequence[CertifiedTotal]) -> dict[str, object]:
    """What the page shows; one more query, for whom the letter asks."""
    letter, counts = found.letter, found.counts
    delivered = [(edition.number, edition.delivered_at) for edition in editions if edition.delivered_at is not None]
    return {
        "citation": cited_now(found),
        "ask": found.ask,
        "targets": queries.targets_of([letter.id])[letter.id],
        "dial": rules.dialled(letter.campaign.press_phone),
        "method": in_five_lines(letter.mode, letter.accepts_organizations),
        "counts_by_kind": rules.count_lines(counts),
        "certified": totals,
        "qualified": QUALIFIED,
        "dates": rules.date_lines(letter, delivered, clock.now()),
        "editions": [(cited(row, letter), edition_page(letter, row)) for row in reversed(editions)],
        "files": edition_files(letter, editions[-1]) if editions else [],
        "pages": pages_of(letter),
    }


def edition_page(letter: Letter, edition: Edition) -> str:
    """The address of a delivered edition's own page."""
    return url_for("public.edition", slug=letter.slug, number=edition.number)


def edition_files(letter: Letter, edition: Edition) -> list[tuple[str, str, int]]:
    """The public files of an edition: name, address and size in bytes."""
    page = edition_page(letter, edition)
    return [(file["name"], f"{page}/{file['name']}", file["size"]) for file in edition.files]


def pages_of(letter: Letter) -> list[tuple[str, str]]:
    """The pages that answer a reporter's next questions, in words with their addresses."""
    pages = {
        "timeline": _("Everything that happened"),
        "method": _("How we verify, with figures"),
        "corrections": _("What was corrected"),
        "changes": _("Versions of the text"),
        "names": _("Who signed"),
    }
    return [(words, url_for(f"public.{name}", slug=letter.slug)) for name, words in pages.items()]
