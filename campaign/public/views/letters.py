"""Lists of letters, what happened around them, how their signatures were checked, and their counts as JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from flask import Response, jsonify, send_file

from campaign import storage
from campaign.delivery.views.files import kept_file
from campaign.extensions import db
from campaign.languages import longdate
from campaign.letters import queries as letter_queries
from campaign.letters.outcomes import clock_of
from campaign.lib import clock
from campaign.lib.clock import rfc3339
from campaign.models import Edition, Letter, Target
from campaign.moderation import figures
from campaign.pagecache import MAX_AGE
from campaign.public.queries import letters as queries
from campaign.public.queries.letters import Found, letters_delivered
from campaign.public.rules import (
    letters as rules,
)
from campaign.public.rules import (
    method as checks,
)
from campaign.public.views.blueprint import (
    bp,
    cited_now,
    is_withdrawn,
    key_of,
    letter_page,
    public,
    readable,
    site_page,
)
from campaign.public.views.happenings import (
    OUTCOME_WORDS,
    cited,
    happenings,
    owing,
)
from campaign.signing.holds import NEVER_MUTED, rules_on
from campaign.signing.queries import letter_to_judge
from campaign.states import LetterState, Refused

OPEN_SHOWN, CLOSED_SHOWN, DELIVERIES_SHOWN = 100, 50, 5
# How many delivered letters are looked at, and how many silent companies are named.
OWING_READ, OWING_SHOWN = 100, 10
LISTED = 200


@bp.get("/")
def home() -> Response:
    """Open letters, what was delivered lately, companies that owe an answer, and letters that are over."""
    others = (LetterState.PAUSED.value, LetterState.CLOSED.value, LetterState.ARCHIVED.value)
    still_open = queries.letters_in_states((LetterState.OPEN.value,), OPEN_SHOWN)
    over = queries.letters_in_states(others, CLOSED_SHOWN)
    shown = entries([*still_open, *over])
    deliveries = queries.editions_delivered_last((LetterState.OPEN.value, *others), DELIVERIES_SHOWN)
    return site_page(
        "public/home.html",
        letters=shown[: len(still_open)],
        closed=shown[len(still_open) :],
        deliveries=[delivery_entry(edition, letter) for edition, letter in deliveries],
        owing=owing(letters_delivered(rules.TOLD_STATES, OWING_READ), clock.now())[:OWING_SHOWN],
    )


@bp.get("/campaigns/<slug>")
def campaign(slug: str) -> Response:
    """A campaign's letters with their rules and counts, and everything that happened around them."""
    found = queries.campaign_by_slug(slug)
    letters = in_order(queries.letters_of_campaign(found.id, rules.SHOWN_STATES, LISTED)) if found is not None else []
    if found is None or not letters:
        # A campaign is known from its first open letter on; before that nothing leaks.
        raise Refused("not_found")
    targets = queries.targets_of([row.letter.id for row in letters])
    companies = {target.slug: target for row in letters for target in targets[row.letter.id]}
    shown = [rules.with_rules(entry, row.letter) for entry, row in zip(entries(letters, targets), letters, strict=True)]
    told = happenings(letters, clock.now())
    return site_page(
        "public/campaign.html",
        campaign=found,
        letters=shown,
        companies=list(companies.values()),
        events=told.events,
        outcomes=told.standing(),
        certified=told.certified(),
        not_indexed=all(row.letter.is_reconstruction for row in letters),
        **OUTCOME_WORDS,
    )


@bp.get("/companies/<slug>")
def company(slug: str) -> Response:
    """Every letter to a company, and everything that happened around them."""
    target = queries.target_by_slug(slug)
    letters = in_order(queries.letters_to_target(target.id, rules.SHOWN_STATES, LISTED)) if target is not None else []
    if target is None or not letters:
        # That somebody prepares a letter to a company is nobody's to know.
        raise Refused("not_found")
    told = happenings(letters, clock.now(), target.id)
    return site_page(
        "public/company.html",
        company=target,
        clock=told.clock,
        letters=entries(letters),
        events=told.events,
        outcomes=told.standing(),
        answers=told.answers(),
        not_indexed=all(row.letter.is_reconstruction for row in letters),
        **OUTCOME_WORDS,
    )


@bp.get("/letters/<slug>/timeline")
def timeline(slug: str) -> Response:
    """Everything that happened around a letter."""
    found, now = readable(slug), clock.now()

    def values() -> dict[str, object]:
        told = happenings([found], now)
        values = {"events": told.events, "clock": told.clock, "outcomes": told.standing()}
        return {**values, "updates": told.news[found.letter.id], **OUTCOME_WORDS}

    # The day is part of the key: what lies ahead becomes past without anybody changing it, and silence lasts.
    return letter_page(found, "public/timeline.html", values, now.date(), day_there(found, now))


@bp.get("/letters/<slug>/method")
def method(slug: str) -> Response:
    """How signatures are checked, with this letter's figures: counted by the worker, never by a reader."""
    found = readable(slug)
    letter, counts = found.letter, found.counts
    kept = figures.kept_figures(letter.id)

    def values() -> dict[str, object]:
        # Before the worker's first round there is little to count.
        numbers = kept.numbers if kept else figures.count_figures(letter.id, db.session.execute)
        ways = queries.ways_of_employees(letter.id) if counts.employees else {}
        # As organizers switched them; what is muted for a few hours is a rule of the letter all the same.
        on = rules_on(letter_to_judge(letter.id), NEVER_MUTED)
        return {
            "as_of": counts.counted_at,
            "checked_at": kept.counted_at if kept else counts.counted_at,
            "figures": checks.figure_lines(counts, numbers["standing"]),
            "methods": checks.method_lines({**numbers["methods"], **ways}),
            "holds": checks.hold_sentences(on, letter.mode, letter.accepts_organizations),
            "classes": checks.class_parts(numbers),
        }

    return letter_page(found, "public/method.html", values, kept and kept.counted_at, is_costly=True)


@bp.get("/letters/<slug>/evidence/<int:number>")
def evidence(slug: str, number: int) -> Response:
    """A document offered in support, as a file to keep: never shown as a page of this site (T13)."""
    found = readable(slug)
    document = None if is_withdrawn(found) else letter_queries.evidence_file(found.letter.id, number)
    path = storage.folder("evidence", str(found.letter.id)) / document.file_name if document else None
    if document is None or path is None or not path.is_file():
        raise Refused("not_found")
    response = send_file(path, as_attachment=True, download_name=document.file_name, etag=document.sha256)
    response.headers["Cache-Control"] = f"public, max-age={MAX_AGE}"
    return response


@bp.get("/letters/<slug>.json")
def letter_json(slug: str) -> Response:
    """The letter's state and counts for programs."""
    found, now = readable(slug), clock.now()
    return public(key_of(found, day_there(found, now)), lambda: jsonify(letter_facts(found, now)))


def day_there(found: Found, now: datetime) -> date:
    """The day it is on the letter's clocks, by which its silence is counted."""
    return now.astimezone(ZoneInfo(found.letter.timezone)).date()


def letter_facts(found: Found, now: datetime) -> dict[str, object]:
    """What `/letters/<slug>.json` says of a letter; the counts are those of its pages."""
    letter, counts = found.letter, found.counts
    editions = queries.delivered_editions([letter.id])[letter.id]
    return {
        "slug": letter.slug,
        "title": letter.title,
        "state": letter.state,
        "language": letter.language,
        "version": found.version,
        "targets": [target.name for target in queries.targets_of([letter.id])[letter.id]],
        "counts": {name: getattr(counts, name) for name in rules.COUNTS},
        "editions": [edition.number for edition in editions],
        "days_without_response": clock_of(letter, now).days,
        "citation": cited_now(found),
        "as_of": rfc3339(counts.counted_at),
    }


@bp.get("/companies/<slug>/responses/<int:response_id>")
def response_file(slug: str, response_id: int) -> Response:
    """The document of an answer, to keep."""
    target = queries.target_by_slug(slug)
    row = queries.response_with_file(target.id, response_id, rules.TOLD_STATES) if target is not None else None
    if row is None:
        raise Refused("not_found")
    response = kept_file(row.file_sha256, row.file_type, row.file_name)
    response.headers["Cache-Control"] = f"public, max-age={MAX_AGE}"
    return response


def in_order(found: Sequence[Found]) -> list[Found]:
    """Letters that take signatures first, then by how far they are over; within a state as they come."""
    return sorted(found, key=lambda row: rules.state_order(row.letter.state))


def entries(found: Sequence[Found], targets: Mapping[int, Sequence[Target]] | None = None) -> list[rules.Entry]:
    """The letters as they stand in a list; their targets are read by one query unless they are handed in."""
    targets = queries.targets_of([row.letter.id for row in found]) if targets is None else targets
    return [
        rules.letter_entry(row.letter, row.counts, row.ask, [target.name for target in targets[row.letter.id]])
        for row in found
    ]


def delivery_entry(edition: Edition, letter: Letter) -> dict[str, str]:
    """A delivery on the front page."""
    day = longdate(edition.delivered_at, letter.timezone)
    return {"title": letter.title, "slug": letter.slug, "when": day, "text": cited(edition, letter)}
