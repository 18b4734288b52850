"""What became of a letter's text: every version, why it was made, who signed it, and how it differs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask import Response

from campaign.languages import _, longdate
from campaign.letters import changes as wordings
from campaign.letters import queries as letter_queries
from campaign.letters.changes import Change, Signed
from campaign.models import Letter, LogEntry, Version
from campaign.public.views.blueprint import bp, letter_page, readable
from campaign.sentences import CHANGES


@dataclass(frozen=True, kw_only=True)
class Shown:
    """One version as the page tells it; `changes` is None for the first."""

    number: int
    kind: object
    created_at: datetime
    dated: str
    reason: str
    who: str
    changes: list[Change] | None
    redated: tuple[str, ...]


@bp.get("/letters/<slug>/changes")
def changes(slug: str) -> Response:
    """Every version of the text, the newest first, with the differences to the one before."""
    found = readable(slug)
    return letter_page(found, "public/changes.html", lambda: told(found.letter), is_costly=True)


def told(letter: Letter) -> dict[str, object]:
    """What the page shows; four queries whatever the number of signatures."""
    versions = list(letter_queries.versions_of(letter.id))
    counts = letter_queries.counts_by_version(letter.id)
    rows = letter_queries.redatings_of(letter.id, letter.campaign_id)
    shown = [
        Shown(
            number=version.number,
            kind=CHANGES[version.change],
            created_at=version.created_at,
            dated=", ".join(part for part in (version.place, longdate(version.dated_on)) if part),
            reason=version.reason,
            who=who_signed(version, counts),
            changes=wordings.condensed(wordings.differences(before, version)) if before else None,
            redated=tuple(redated(row, letter) for row in rows if row.detail.get("version") == version.number),
        )
        for before, version in zip([None, *versions], versions, strict=False)
    ]
    return {
        "versions": shown[::-1],
        "signed": wordings.signed_sentence(wordings.signed_by_text(versions, counts)),
    }


def who_signed(version: Version, counts: dict[str, dict[str, int]]) -> str:
    """Who stands under exactly these words, in words; "" for nobody."""
    own = counts.get(str(version.id), {})
    kinds = (own.get(name, 0) for name in ("organizations", "people", "employees"))
    return Signed(version.number, "", *kinds).who


def redated(row: LogEntry, letter: Letter) -> str:
    """When only date and place changed, and what they were before."""
    before = row.detail.get("before", {})
    day = datetime.fromisoformat(before["dated_on"]).date() if before.get("dated_on") else None
    was = ", ".join(part for part in (before.get("place", ""), longdate(day)) if part)
    on = longdate(row.logged_at, letter.timezone)
    if not was:
        return str(_("Dated on %(on)s.", on=on))
    return str(_("Dated anew on %(on)s; before: %(was)s.", on=on, was=was))
