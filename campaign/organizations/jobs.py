"""The job kinds of the coalition board, and the last reminder before the deadline."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from campaign.accounts.queries import membership
from campaign.accounts.rules import may
from campaign.extensions import db, read_only
from campaign.jobs.kinds import Payload, mail_kind, timer
from campaign.jobs.notices import while_of
from campaign.mail.render import Mail
from campaign.models import Invitation, InvitationNote, Letter, Organizer
from campaign.organizations import messages, nearness, operations, queries
from campaign.organizations.operations.board import call_last, is_waiting
from campaign.organizations.rules import takes_answers

# How many invitations one round of a timer takes.
BATCH = 500


def _letter(letter_id: int) -> Letter:
    """A letter with its campaign, and its words."""
    options = (joinedload(Letter.campaign), joinedload(Letter.version))
    return db.session.scalars(select(Letter).where(Letter.id == letter_id).options(*options)).one()


def _contact(payload: Payload) -> tuple[Invitation, Letter] | None:
    """The invitation a mail is about, and its letter; None when it was taken back, or the contact is another."""
    row = queries.invitation_behind(payload["invitation"], payload["generation"])
    if row is None or not (row.email if payload["contact"] == 1 else row.second_email):
        return None
    return row, _letter(row.letter_id)


def _asked(payload: Payload, now: datetime) -> tuple[Invitation, Letter] | None:
    """The same for a mail that asks for an answer; None when the letter takes none any more."""
    found = _contact(payload)
    return found if found and takes_answers(found[1].state, found[1].closes_at, now) else None


def build_invitation(payload: Payload, now: datetime) -> Mail | None:
    """The invitation with the link."""
    found = _asked(payload, now)
    return messages.organization_is_invited(*found, payload["contact"]) if found else None


def build_reminder(payload: Payload, now: datetime) -> Mail | None:
    """A reminder, unless an answer came in the meantime."""
    found = _asked(payload, now)
    if found is None or not is_waiting(found[0], now):
        return None
    return messages.organization_is_reminded(*found, payload["contact"])


def build_answer(payload: Payload, now: datetime) -> Mail | None:
    """The organizers' answer to a note, also when the letter takes no answers any more."""
    found = _contact(payload)
    note = db.session.get(InvitationNote, payload["note"])
    return messages.note_is_answered(*found, payload["contact"], note) if found and note else None


def build_notice(payload: Payload, now: datetime) -> Mail | None:
    """What came in within ten minutes; None when it was erased since, or the organizer left."""
    organizer = db.session.get(Organizer, payload["organizer"])
    letter = _letter(payload["letter"])
    member = membership(letter.campaign_id, payload["organizer"])
    if organizer is None or member is None or not may(member.role, "edit"):
        return None
    rows = queries.answered_between(letter.id, *while_of(payload["slot"]))
    return messages.organizations_answered(letter, organizer, rows) if rows else None


mail_kind("organizations.invitation", build_invitation)
mail_kind("organizations.reminder", build_reminder)
mail_kind("organizations.answer", build_answer)
mail_kind("organizations.notice", build_notice)


@timer("organizations-last-call", 300.0)
def last_call(now: datetime) -> None:
    """Reminds who has not answered, a day before the deadline; one commit for each letter."""
    with read_only():
        due = queries.letters_to_call(now)
    for letter_id in due:
        call_last(letter_id, now)
        db.session.commit()


@timer("organizations-keys", 3600.0)
def keep_keys(now: datetime) -> None:
    """Makes the domains that were known before findable when another one is near; one commit for all."""
    with read_only():
        organizations, invitations = nearness.without_keys()
    if organizations or invitations:
        operations.keep_missing_keys(organizations, invitations)
        db.session.commit()


@timer("organizations-contacts", 3600.0)
def forget_contacts(now: datetime) -> None:
    """Blanks the contacts of invitations that are over; one commit each."""
    with read_only():
        over = queries.contacts_over(now, BATCH)
    for invitation_id in over:
        row = db.session.get_one(Invitation, invitation_id, with_for_update=True)
        operations.forget_contacts(row)
        db.session.commit()
