"""The Atom feed of a letter (RFC 4287): deliveries, answers, updates, and what the organizers say of the text."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from urllib.parse import urlsplit

from flask import Response, current_app, make_response, render_template

from campaign.choices import VersionChange
from campaign.languages import _
from campaign.letters.events import shortened
from campaign.letters.outcomes import Handed, Outcome, outcomes_of
from campaign.letters.queries import updates_posted
from campaign.lib.clock import rfc3339
from campaign.links import external
from campaign.models import Letter, Update, Version
from campaign.public.queries.letters import Found, changes_of, note_set_at
from campaign.public.views.blueprint import bp, cited_now, is_withdrawn, key_of, public, readable
from campaign.public.views.happenings import cited
from campaign.states import ResponseState

# A feed tells what is new, an archive the rest.
NEWEST = 50


@dataclass(frozen=True, kw_only=True)
class Item:
    """One entry: `name` is its part of the id, which never changes; `html` is a body of ours that was cleaned."""

    name: str
    title: str
    at: datetime
    changed_at: datetime
    url: str
    text: str = ""
    html: str = ""


@bp.get("/letters/<slug>/feed.atom")
def feed(slug: str) -> Response:
    """The newest entries first; only the letter is read for who has it already."""
    found = readable(slug)

    def render() -> Response:
        items = sorted(entries(found), key=lambda item: (item.at, item.name), reverse=True)[:NEWEST]
        letter = found.letter
        page = render_template(
            "public/feed.atom",
            letter=letter,
            items=items,
            subtitle=cited_now(found),
            tag=tag_of(letter),
            updated=rfc3339(max([letter.opened_at or letter.created_at, *(item.changed_at for item in items)])),
            moment=rfc3339,
            home=external("signing.letter", slug=letter.slug),
            self_url=external("public.feed", slug=letter.slug),
        )
        return make_response(page)

    response = public(key_of(found), render)
    response.mimetype = "application/atom+xml"
    return response


def tag_of(letter: Letter) -> str:
    """What the ids of a letter's entries begin with (RFC 4151): never a slug, which may be renamed."""
    host = urlsplit(current_app.config["BASE_URL"]).hostname or "localhost"
    return f"tag:{host},{letter.created_at.date().isoformat()}:letter-{letter.id}"


def entries(found: Found) -> list[Item]:
    """Everything that happened to the letter; nothing of a withdrawn one."""
    letter = found.letter
    if is_withdrawn(found):
        return []
    outcome = outcomes_of([letter])[letter.id]
    return [
        *(delivered(letter, row) for row in outcome.deliveries),
        *answered(outcome),
        *(told(letter, row) for row in updates_posted([letter.id])[letter.id][:NEWEST]),
        *changed(letter, changes_of(letter.id)),
        *noted(letter),
    ]


def delivered(letter: Letter, row: Handed) -> Item:
    """An edition that was handed over."""
    at = row.delivery.delivered_at or row.delivery.changed_at
    return Item(
        name=f"delivery-{row.delivery.id}-{row.edition.id}",
        title=_("Delivered to %(target)s", target=row.target.name),
        at=at,
        changed_at=max(at, row.delivery.changed_at),
        url=external("public.delivery", slug=row.campaign, number=row.delivery.number),
        text=_("Delivered: %(citation)s.", citation=cited(row.edition, letter)),
    )


def answered(outcome: Outcome) -> Iterable[Item]:
    """What the company said or did, or why it is not shown."""
    for row in outcome.responses:
        at = noon(row.sort_on)
        is_shown = row.state == ResponseState.PUBLISHED
        company = external("public.company", slug=outcome.targets[row.target_id])
        yield Item(
            name=f"response-{row.id}",
            title=row.title or shortened(row.text if is_shown else _("An answer was set aside")),
            at=at,
            changed_at=row.published_at or row.received_at,
            url=f"{company}#response-{row.id}",
            text=row.text if is_shown else row.reason,
        )


def told(letter: Letter, row: Update) -> Item:
    """News the organizers posted."""
    at = row.published_at or row.created_at
    return Item(
        name=f"update-{row.number}",
        title=row.title,
        at=at,
        changed_at=max(at, row.changed_at),
        url=external("public.timeline", slug=letter.slug, _anchor=f"update-{row.number}"),
        html=row.body_html,
    )


def changed(letter: Letter, versions: Iterable[Version]) -> Iterable[Item]:
    """Each change of the text after the first."""
    for row in versions:
        yield Item(
            name=f"version-{row.number}",
            title=_("The text was corrected") if row.change == VersionChange.CORRECTION else _("The text was changed"),
            at=row.created_at,
            changed_at=row.created_at,
            url=external("signing.letter", slug=letter.slug),
            text=row.reason or row.title,
        )


def noted(letter: Letter) -> Iterable[Item]:
    """The note that stands above the text now."""
    if letter.status_note:
        at = note_set_at(letter.id) or letter.opened_at or letter.created_at
        yield Item(
            name="status-note",
            title=_("A note on the letter"),
            at=at,
            changed_at=at,
            url=external("signing.letter", slug=letter.slug),
            text=letter.status_note,
        )


def noon(day: date) -> datetime:
    """A moment for what only has a day."""
    return datetime.combine(day, time(12), UTC)
