"""Freezes the editions asked for at the desk; the mails of deliveries."""

from __future__ import annotations

from datetime import datetime, timedelta

from campaign import storage
from campaign.delivery import messages, operations, queries
from campaign.exports.formats import FORMATS
from campaign.extensions import db, read_only
from campaign.jobs import outbox
from campaign.jobs.kinds import Payload, job_kind, mail_kind, timer
from campaign.lib import clock
from campaign.mail.render import Mail
from campaign.models import Edition, Letter, Organizer, ReplyLink
from campaign.states import EditionState

# How long a list may lie about that was taken and never became an edition.
UNUSED = timedelta(days=1)


@job_kind("delivery.freeze", is_long=True)
def freeze(payload: Payload) -> None:
    """Freezes an edition that was begun; after a crash it starts again from nothing."""
    complete_edition(payload["edition"], clock.now())


def complete_edition(edition_id: int, now: datetime) -> None:
    """Takes the list of an edition that was begun, writes its leaves batch by batch, and freezes it.

    Of two at once the second waits for the first, and finds it frozen.
    """
    with storage.alone("editions", str(edition_id)):
        with read_only():
            edition = db.session.get(Edition, edition_id)
            if edition is None or edition.state != EditionState.BUILDING:
                return
        prepared = operations.prepare_edition(edition, now)
        operations.forget_leaves(edition_id)
        db.session.commit()
        for batch in operations.leaf_batches(prepared):
            operations.keep_leaves(edition_id, batch)
            db.session.commit()
        edition = db.session.get_one(Edition, edition_id)
        letter = db.session.get_one(Letter, edition.letter_id)
        operations.freeze_edition(letter, edition, prepared, by_id=edition.organizer_id, now=now)
        db.session.commit()


@job_kind("delivery.build", attempts=3, is_long=True)
def build(payload: Payload) -> None:
    """Begins a round of an edition's files, with a job for each format."""
    edition_id, now = payload["edition"], clock.now()
    number = int(now.timestamp() * 1000)
    left = operations.begin_round(edition_id, number)
    db.session.commit()
    operations.blank_round(edition_id, number, left)
    rows = [
        outbox.job_row(
            "delivery.make",
            f"make:{edition_id}:{number}:{form}",
            {"edition": edition_id, "round": number, "format": form},
            now=now,
        )
        for form in FORMATS
    ]
    outbox.enqueue_many(rows)
    db.session.commit()


@job_kind("delivery.make", attempts=3, is_long=True)
def make(payload: Payload) -> None:
    """Makes the files of one format in a round; whichever is last completes the package."""
    edition_id, number, form = payload["edition"], payload["round"], payload["format"]
    if not operations.round_folder(edition_id, number).is_dir():
        return
    try:
        operations.make_format(edition_id, number, form)
        if operations.is_made(edition_id, number):
            outbox.enqueue("delivery.seal", f"seal:{edition_id}:{number}", payload, now=clock.now())
            db.session.commit()
    except Exception as error:
        db.session.rollback()
        if not operations.round_folder(edition_id, number).is_dir():
            return  # a newer round took its place
        operations.note_failure(edition_id, f"{form}: {type(error).__name__}")
        db.session.commit()
        raise


@job_kind("delivery.seal", attempts=3, is_long=True)
def seal(payload: Payload) -> None:
    """Completes a round of files to the package of its edition."""
    finish(payload["edition"], payload["round"], clock.now())


def finish(edition_id: int, number: int, now: datetime) -> None:
    """Completes a round; a failure is written on the edition."""
    if not operations.round_folder(edition_id, number).is_dir():
        return
    try:
        operations.finish_round(edition_id, number, now)
        db.session.commit()
        operations.drop_rounds(edition_id, number)
    except Exception as error:
        db.session.rollback()
        operations.note_failure(edition_id, type(error).__name__)
        db.session.commit()
        raise


def build_now(edition_id: int, now: datetime) -> None:
    """Builds all files of an edition at once, for a command that waits for them."""
    number = int(now.timestamp() * 1000)
    left = operations.begin_round(edition_id, number)
    db.session.commit()
    operations.blank_round(edition_id, number, left)
    for form in FORMATS:
        operations.make_format(edition_id, number, form)
    finish(edition_id, number, now)


@job_kind("delivery.forget", attempts=12)
def forget(payload: Payload) -> None:
    """Takes an erased signature out of editions and exports; again after a crash."""
    operations.forget_signature(payload["letter"], payload["signature"], clock.now())
    db.session.commit()


def build_reply_link(payload: Payload, now: datetime) -> Mail | None:
    """The target's own link, unless it was ended or renewed meanwhile."""
    found = queries.reply_link_by_id(payload["link"])
    if found is None or found[0].generation != payload["generation"] or not usable(found[0], payload):
        return None
    return messages.link_to_answer(*found, queries.letters_in(found[1].id))


def build_reply_code(payload: Payload, now: datetime) -> Mail | None:
    """The code that was asked for last."""
    found = queries.reply_link_by_id(payload["link"])
    if found is None or not usable(found[0], payload):
        return None
    return messages.code_to_answer(found[0], found[2], queries.letters_in(found[1].id))


def build_response_received(payload: Payload, now: datetime) -> Mail | None:
    """The news for an organizer, unless somebody decided already."""
    found, organizer = queries.waiting_response(payload["response"]), db.session.get(Organizer, payload["organizer"])
    return messages.response_received(*found, organizer) if found and organizer else None


def usable(link: ReplyLink, payload: Payload) -> bool:
    """Whether the link is in force, and this is the last mail that was asked for."""
    return link.revoked_at is None and bool(link.email) and link.codes_asked == payload["number"]


def address_used(payload: Payload, now: datetime) -> None:
    """The mail left, so the address it went to is forgotten, unless another mail still waits for it."""
    found = queries.reply_link_by_id(payload["link"])
    if found is not None and payload["number"] == found[0].codes_asked:
        operations.forget_address(payload["link"])


mail_kind("delivery.reply_link", build_reply_link, address_used)
mail_kind("delivery.reply_code", build_reply_code, address_used)
mail_kind("delivery.response_received", build_response_received)


@job_kind("delivery.recheck", attempts=12)
def recheck(payload: Payload) -> None:
    """Takes files of editions off the site that name somebody who left the list."""
    operations.recheck_editions(payload["letter"], clock.now())
    db.session.commit()


@timer("editions-unused", 3600.0)
def remove_unused(now: datetime) -> None:
    """Removes lists that were taken and, after a crash, never became an edition."""
    for name in storage.abandoned("editions", now - UNUSED):
        if name.startswith("new-"):
            storage.remove("editions", name)
