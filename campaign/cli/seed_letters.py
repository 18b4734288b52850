"""The letters of the seeded world: one campaign against one invented company, led through real operations."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import product

from campaign.choices import LetterKind, PublicationMode
from campaign.letters import operations, queries
from campaign.letters.rules import (
    AddresseeEntry,
    EvidenceEntry,
    Settings,
    SignatoryEntry,
    TargetEntry,
    TimelineRow,
    WatchedName,
    Words,
)
from campaign.models import Campaign, Letter
from campaign.states import LetterState

DAY = timedelta(days=1)
DRAFTED, OPENED, CLOSING = 60 * DAY, 45 * DAY, 21 * DAY
# How long ago each of these happened, for the letters it happened to.
PAUSED, CLOSED, ARCHIVED, TAKEN_DOWN = 3 * DAY, 20 * DAY, 12 * DAY, 2 * DAY

KINDS = (LetterKind.PUBLIC, LetterKind.COALITION, LetterKind.ACADEMICS, LetterKind.INVESTORS)
# The first letters of a world; further ones go through every kind and state.
FIRST = (
    (LetterKind.PUBLIC, LetterState.OPEN),
    (LetterKind.COALITION, LetterState.OPEN),
    (LetterKind.ACADEMICS, LetterState.OPEN),
    (LetterKind.INVESTORS, LetterState.CLOSED),
    (LetterKind.PUBLIC, LetterState.PAUSED),
    (LetterKind.COALITION, LetterState.ARCHIVED),
    (LetterKind.ACADEMICS, LetterState.SCHEDULED),
    (LetterKind.PUBLIC, LetterState.DRAFT),
    (LetterKind.INVESTORS, LetterState.WITHDRAWN),
    (LetterKind.COALITION, LetterState.REMOVED),
    (LetterKind.EMPLOYEES, LetterState.OPEN),
)
# Signatures of a letter that is not the largest, and the part of them that organizations give.
SIZES = {
    "public": (2400, 0.05),
    "coalition": (68, 0.9),
    "academics": (420, 0.0),
    "investors": (19, 1.0),
    "employees": (142, 0.0),
}

CHIEF, CHAIR = "Marguerite Oldcastle", "Dmitri Valdemarsson"
TARGET = TargetEntry(
    slug="meridian-lattice",
    name="Meridian Lattice, Inc.",
    short_name="Lattice",
    website="https://meridian-lattice.example",
)
ADDRESSEES = (
    AddresseeEntry(name=CHIEF, title="Chief Executive", postal="Meridian Lattice, Inc.\n1 Lattice Square\nWestmoor"),
    AddresseeEntry(name=CHAIR, title="Chair of the Board", is_copy=True),
)
WATCHED = (WatchedName(name="Ottoline Brightwater", note="Novelist, often signed for by others"),)
INITIAL = (
    SignatoryEntry(name="Corin Penhallow", title="Director", affiliation="Harbour Privacy Alliance"),
    SignatoryEntry(name="Esperança Figueiral", title="Professor of Law", affiliation="University of Westmoor"),
    SignatoryEntry(name="月見里 千尋", title="Photographer"),
)
VOICES = {
    "public": ("Stop watching our streets", "We live, work and walk in the cities where Lookout is being tried."),
    "coalition": ("End the sale of Lookout", "Our organizations defend people whom Lookout was built to follow."),
    "academics": ("Researchers on the errors of Lookout", "We study the methods that Lookout is sold on."),
    "employees": ("We who build Lookout ask you to stop", "We work for you, and some of us have written its code."),
    "investors": ("Shareholders on the risk of Lookout", "We hold shares in your company on behalf of our members."),
}
BODY = """{opening}

Since last spring your company has offered **Lookout**, a service that finds a face in every camera a city owns. The
records we were given show three cities in which it ran for months without a word to the people who live there.[^trial]

> "No signage is planned for the duration of the trial."

We have read the contracts. They let any agency search for anybody, for any reason, and they keep what was found for
seven years. Among the people it pointed at wrongly were:

- a bus driver on her way to work, stopped twice in one week;
- two students who looked alike to the machine and to nobody else;
- a man who had never been to the city.

A service like this changes what a street is. It cannot be mended by a better camera.

[^trial]: Agreement between Meridian Lattice, Inc. and the city of Halden, evidence number 1.
"""
DEMANDS = (
    "stop selling Lookout to governments and to the police;",
    "delete the faces that were collected in the trials; and",
    "publish the name of every agency that has used it.",
)
EVIDENCE = (
    EvidenceEntry(
        title="Agreement with the city of Halden",
        source="City of Halden, public records",
        url="https://records.example.org/halden/agreement",
        sha256="6b86b273ff34fce19d6b804eff5a3f5747ada4eaa22f1d49c01e52ddb7875b4b",
    ),
    EvidenceEntry(
        title="Mails about signage", source="City of Rioseco", redaction_note="Names of staff are blacked out"
    ),
)


@dataclass(frozen=True)
class Plan:
    """One letter to make: what it is, where it stands, how many sign it in public, and by whom."""

    slug: str
    kind: LetterKind
    state: LetterState
    people: int
    organizations: int
    is_largest: bool = False


def plan_letters(prefix: str, size: int, count: int) -> list[Plan]:
    """The letters of a world, the largest first; every slug begins with `prefix`."""
    plans = []
    for number, (kind, state) in zip(range(count), _kinds_and_states(), strict=False):
        largest, share = SIZES[kind]
        total = size if number == 0 else min(size, largest)
        bodies = round(total * share) if number else min(total // 20, 40 + total // 1500)
        if state in (LetterState.DRAFT, LetterState.SCHEDULED) or kind == LetterKind.EMPLOYEES:
            total = bodies = 0
        slug = f"{prefix}-{kind}" if number == 0 else f"{prefix}-{kind}-{number + 1}"
        plans.append(Plan(slug, kind, state, total - bodies, bodies, is_largest=number == 0))
    return plans


def _kinds_and_states() -> Iterator[tuple[LetterKind, LetterState]]:
    yield from FIRST
    rest = [pair for pair in product(KINDS, LetterState) if pair not in FIRST]
    while True:
        yield from rest
        rest = list(product(KINDS, LetterState))


def make_campaign(slug: str, by_id: int, now: datetime) -> Campaign:
    """The campaign all letters of a world belong to, owned by that organizer."""
    return operations.create_campaign(
        slug=slug,
        title="Open Streets",
        lead="Open Streets Coalition",
        reply_to="desk@open-streets.example",
        summary="Several letters with one demand to one company. Everything here is invented.",
        by_id=by_id,
        now=now - DRAFTED,
    )


def make_letter(campaign: Campaign, plan: Plan, by_id: int, now: datetime) -> Letter:
    """A draft of the plan's kind with everything around its words, written 60 days ago."""
    then = now - DRAFTED
    title, opening = VOICES[plan.kind]
    words = Words(
        title=title,
        body=BODY.format(opening=opening),
        ask="Stop selling Lookout to governments",
        salutation=f"Dear {CHIEF},",
        demands_intro="We ask you to:",
        demands=DEMANDS,
        closing="We look forward to your answer within thirty days.",
        dated_on=(now - OPENED).date(),
        place="Westmoor",
    )
    made = operations.create_letter(
        campaign, slug=plan.slug, words=words, settings=settings_of(plan, now), by_id=by_id, now=then
    )
    operations.replace_targets(made, [TARGET], by_id=by_id, now=then)
    operations.replace_addressees(made, ADDRESSEES, by_id=by_id, now=then)
    operations.replace_initial_signatories(made, INITIAL, by_id=by_id, now=then)
    operations.replace_evidence(made, EVIDENCE, by_id=by_id, now=then)
    operations.replace_watched_names(made, WATCHED, by_id=by_id, now=then)
    operations.replace_timeline(made, timeline(now), by_id=by_id, now=then)
    return made


def settings_of(plan: Plan, now: datetime) -> Settings:
    """How a letter of this kind is signed, and when."""
    is_over = plan.state in (LetterState.CLOSED, LetterState.ARCHIVED)
    by_people = plan.kind in (LetterKind.PUBLIC, LetterKind.ACADEMICS)
    return Settings(
        kind=plan.kind.value,
        timezone="Europe/Lisbon",
        mode=(PublicationMode.REVIEW_FIRST if plan.kind == LetterKind.ACADEMICS else PublicationMode.HOLD_RISKY).value,
        notice="Everything on this page is invented: the company, the letter, and everybody who signed it.",
        accepts_people=plan.kind != LetterKind.INVESTORS,
        accepts_organizations=plan.kind != LetterKind.ACADEMICS,
        asks_title=by_people,
        asks_place=plan.kind == LetterKind.PUBLIC,
        asks_country=by_people,
        offers_updates=True,
        opens_at=now + 7 * DAY if plan.state == LetterState.SCHEDULED else None,
        closes_at=now - CLOSED if is_over else now + CLOSING,
    )


def timeline(now: datetime) -> list[TimelineRow]:
    """What happened before the letter was written."""
    told = (
        (200, "Lookout goes on sale.", "Meridian Lattice"),
        (120, "A trial begins in Halden.", "City of Halden"),
        (75, "The contracts are published after a request for records.", "Harbour Privacy Alliance"),
    )
    days = [(now - days_ago * DAY).date() for days_ago, _text, _actor in told]
    return [
        TimelineRow(sort_on=day, happened=day.isoformat(), precision="day", text=text, actor=actor)
        for day, (_days_ago, text, actor) in zip(days, told, strict=True)
    ]


def lead_through_life(made: Letter, plan: Plan, by_id: int, now: datetime) -> None:
    """Brings a draft into the state of its plan, each step at the time it would have happened."""
    state = plan.state
    if state == LetterState.DRAFT:
        return
    if state == LetterState.SCHEDULED:
        operations.schedule_letter(made, by_id=by_id, now=now - DAY)
        return
    operations.open_letter(made, by_id=by_id, now=now - OPENED)
    if state == LetterState.PAUSED:
        operations.pause_letter(made, by_id=by_id, now=now - PAUSED)
    elif state in (LetterState.CLOSED, LetterState.ARCHIVED):
        operations.close_letter(made, by_id=by_id, now=now - CLOSED)
        if state == LetterState.ARCHIVED:
            operations.archive_letter(made, by_id=by_id, now=now - ARCHIVED)
    elif state == LetterState.WITHDRAWN:
        reason = "The company answered, and we are talking."
        operations.withdraw_letter(made, reason, by_id=by_id, now=now - TAKEN_DOWN)
    elif state == LetterState.REMOVED:
        reason = "The letter named a person who asked us not to."
        operations.remove_letter(made, reason, by_id=by_id, now=now - TAKEN_DOWN)


def signing_time(state: LetterState, now: datetime) -> tuple[datetime, datetime]:
    """From when until when a letter in this state took signatures."""
    ends = {
        LetterState.PAUSED: PAUSED,
        LetterState.CLOSED: CLOSED,
        LetterState.ARCHIVED: CLOSED,
        LetterState.WITHDRAWN: TAKEN_DOWN,
        LetterState.REMOVED: TAKEN_DOWN,
    }
    return now - OPENED, now - ends.get(state, timedelta(minutes=2))


def free_prefix() -> str:
    """A slug for the campaign that nobody has taken yet."""
    number = 1
    while queries.campaign_by_slug(prefix := "open-streets" + (f"-{number}" if number > 1 else "")):
        number += 1
    return prefix
