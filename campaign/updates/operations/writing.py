"""Writes an update, and posts it on its letter."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from campaign.choices import UpdateKind
from campaign.decisions import record_act
from campaign.extensions import db
from campaign.lib import markup
from campaign.models import Letter, Update
from campaign.states import Refused
from campaign.updates import queries, rules
from campaign.updates.rules import Words


@dataclass(frozen=True)
class ReadUpdate:
    """Words whose Markdown was read."""

    words: Words
    tree: markup.Node


def read_words(words: Words, language: str) -> ReadUpdate:
    """Reads the Markdown; no database, so that a long text is read before a write begins.

    Raises `Refused`: markup_... with the line; update_too_long for what makes a mail of over 30 kB.
    """
    try:
        tree = markup.parse(words.body, language)
    except markup.BadMarkup as error:
        raise Refused(f"markup_{error.reason}", line=error.line, label=error.label) from None
    size = len(markup.to_text(tree).encode()) + len(markup.to_html(tree).encode())
    if size > rules.LARGEST_BODY:
        raise Refused("update_too_long")
    return ReadUpdate(words, tree)


def lock_updates(letter: Letter, update: Update | None = None) -> None:
    """One at a time changes or sends the updates of a letter; who signs meanwhile does not wait."""
    db.session.refresh(letter, with_for_update={"key_share": True})
    if update is not None:
        db.session.refresh(update)


def create_update(letter: Letter, read: ReadUpdate, *, by_id: int | None, now: datetime) -> Update:
    """A new draft. Raises `Refused("update_no_edition")` for a final copy without a frozen edition."""
    lock_updates(letter)
    update = Update(
        letter_id=letter.id,
        number=queries.next_number(letter.id),
        title=read.words.title,
        body=read.words.body,
        body_tree=read.tree,
        body_html="",
        organizer_id=by_id,
        created_at=now,
        changed_at=now,
    )
    _take(letter, update, read)
    db.session.add(update)
    db.session.flush()
    _note("update_written", letter, update, by_id=by_id, now=now)
    return update


def save_update(letter: Letter, update: Update, read: ReadUpdate, *, by_id: int | None, now: datetime) -> None:
    """Changes a draft. Raises `Refused`: update_is_fixed once its mails are due, update_no_edition."""
    lock_updates(letter, update)
    if update.state not in rules.CHANGEABLE:
        raise Refused("update_is_fixed")
    _take(letter, update, read)
    update.changed_at = now
    if update.published_at is not None:
        letter.changed_at = now
    db.session.flush()
    _note("update_changed", letter, update, by_id=by_id, now=now)


def post(letter: Letter, update: Update, *, by_id: int | None, now: datetime) -> None:
    """Shows the update on its letter; twice is harmless. Raises `Refused("update_letter_hidden")`."""
    lock_updates(letter, update)
    if not rules.takes_mails(letter.state):
        raise Refused("update_letter_hidden")
    update.is_public = True
    if publish(letter, update, now):
        _note("update_posted", letter, update, by_id=by_id, now=now)


def publish(letter: Letter, update: Update, now: datetime) -> bool:
    """Puts a public update on its letter; False where it is not meant for that, or stands there already."""
    if not update.is_public or update.published_at is not None:
        return False
    update.published_at = letter.changed_at = now
    db.session.flush()
    return True


def take_down(letter: Letter, update: Update, *, by_id: int | None, now: datetime) -> None:
    """Takes the update off the letter; mails that left are not called back. Twice is harmless."""
    lock_updates(letter, update)
    if update.published_at is not None:
        update.published_at, update.is_public = None, False
        letter.changed_at = now
        db.session.flush()
        _note("update_taken_down", letter, update, by_id=by_id, now=now)


def _take(letter: Letter, update: Update, read: ReadUpdate) -> None:
    words = read.words
    edition_id = None
    if words.kind == UpdateKind.FINAL_COPY:
        editions = {edition.number: edition.id for edition in queries.editions_to_copy(letter.id)}
        if words.edition not in editions:
            raise Refused("update_no_edition")
        edition_id = editions[words.edition]
    update.edition_id = edition_id
    update.kind, update.title, update.body = words.kind, words.title, words.body
    update.body_tree = read.tree
    # On the page of the letter several stand together, each under a heading of level 3.
    update.body_html = markup.to_html(read.tree, first_heading=4, note_id=f"update-{update.number}-note")
    update.segment, update.per_hour = words.segment(), words.per_hour
    if update.published_at is None:
        update.is_public = words.is_public


def _note(act: str, letter: Letter, update: Update, *, by_id: int | None, now: datetime) -> None:
    """The log row of an act."""
    record_act(
        act, now=now, by_id=by_id, campaign_id=letter.campaign_id, letter_id=letter.id, detail={"update": update.number}
    )
