"""What organizations answer on their page, but for the approval, which is a signature (see `signing`)."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy import delete

from campaign import limits
from campaign.accounts.queries import who_may
from campaign.extensions import db
from campaign.jobs.notices import write_to
from campaign.models import Invitation, InvitationNote, Letter
from campaign.organizations import queries
from campaign.organizations.rules import takes_answers
from campaign.states import INVITATION, InvitationAnswer, Refused, advance

# How many notes an organization's page takes in a day.
NOTES_A_DAY = 30


def owned_invitation(invitation_id: int, generation: int, now: datetime) -> tuple[Invitation, Letter]:
    """The invitation behind a link, locked, and its letter. Raises `Refused` invitation_unknown, invitation_closed."""
    row = queries.invitation_for_change(invitation_id, generation)
    if row is None:
        raise Refused("invitation_unknown")
    letter = db.session.get_one(Letter, row.letter_id)
    if not takes_answers(letter.state, letter.closes_at, now):
        raise Refused("invitation_closed")
    return row, letter


def consider(invitation_id: int, generation: int, board_on: date | None, now: datetime) -> None:
    """The organization thinks about it; its board decides on that day. Raises `Refused` as below, already_approved."""
    row, letter = owned_invitation(invitation_id, generation, now)
    _answer(row, "considering", now)
    row.board_on = board_on
    tell_organizers(letter, now)


def decline(invitation_id: int, generation: int, reason: str, now: datetime) -> None:
    """The organization does not sign. Raises `Refused` invitation_unknown, invitation_closed, already_approved."""
    row, letter = owned_invitation(invitation_id, generation, now)
    _answer(row, "declined", now)
    row.reason = reason
    tell_organizers(letter, now)


def add_note(invitation_id: int, generation: int, *, text: str, author: str, is_question: bool, now: datetime) -> None:
    """Keeps a question or a comment on the draft. A question is the answer of who has given none that says more.

    Raises `Refused` invitation_unknown, invitation_closed, too_many_notes.
    """
    row, letter = owned_invitation(invitation_id, generation, now)
    limits.refuse_above(NOTES_A_DAY, f"board-note:{row.id}", timedelta(days=1), now, "too_many_notes")
    if is_question and row.answer in (InvitationAnswer.NONE, InvitationAnswer.CONSIDERING, InvitationAnswer.QUESTION):
        _answer(row, "question", now)
    db.session.add(InvitationNote(invitation_id=row.id, text=text, author=author, written_at=now))
    db.session.flush()
    tell_organizers(letter, now)


def _answer(row: Invitation, answer: str, now: datetime) -> None:
    """Another answer; an approval is taken back by its own signature's link, never by whoever has this one."""
    if row.answer == InvitationAnswer.APPROVED:
        raise Refused("already_approved")
    row.answer = advance(INVITATION, row.answer, answer)
    row.answered_at = now
    # Half an approval ends where the organization says something else.
    row.first_approved_at = None


def tell_organizers(letter: Letter, now: datetime) -> None:
    """Mails everybody who may answer on the board what came in, in one mail for ten minutes."""
    readers, key = who_may(letter.campaign_id, "edit"), f"board-notice:{letter.id}"
    kind, payload = "organizations.notice", {"letter": letter.id}
    write_to(readers, kind, key, payload, now=now, letter_id=letter.id, is_gathered=True)


def signatory_left(signature_id: int, now: datetime) -> None:
    """An approval whose signature was withdrawn is none any more; the board shows that there was one."""
    for row in queries.invitations_signed(signature_id):
        if row.answer == InvitationAnswer.APPROVED:
            row.answer = advance(INVITATION, row.answer, "leave")
            row.answered_at = now


def forget_signatory(signature_id: int, now: datetime) -> None:
    """Takes everything personal from the invitation whose signature was erased: its link is dead, its name stays."""
    signatory_left(signature_id, now)
    for row in queries.invitations_signed(signature_id):
        forget_contacts(row)
        row.line = ""


def forget_contacts(row: Invitation) -> None:
    """Takes people and addresses from an invitation, and what they wrote; its link is dead, its answer stays.

    It is not taken back: the board counts it as before.
    """
    row.contact = row.second_contact = row.reason = ""
    row.approver = row.approver_role = row.second_approver = ""
    row.email = row.second_email = row.approver_email = row.second_approver_email = None
    row.generation += 1
    db.session.execute(delete(InvitationNote).where(InvitationNote.invitation_id == row.id))
