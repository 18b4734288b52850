"""What organizers do on the coalition board: list organizations, write to them, take an invitation back."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from campaign.decisions import record_act
from campaign.extensions import db, insert_or_skip
from campaign.jobs import outbox
from campaign.lib.emails import Address
from campaign.models import Invitation, InvitationNote, Letter
from campaign.organizations import nearness, queries
from campaign.organizations.lists import Line
from campaign.organizations.operations.directory import keep_missing_keys
from campaign.organizations.rules import LAST_CALL, folded_name, may_remind, takes_answers
from campaign.states import InvitationAnswer, Refused


def add_to_board(letter: Letter, lines: Sequence[Line], *, by_id: int | None, now: datetime) -> int:
    """Puts the good lines of a list on the board, not invited yet, and answers how many; one on it already is left."""
    before = queries.board_keys(letter.id).names
    rows = [
        {
            "letter_id": letter.id,
            "name": line.name,
            "name_folded": folded_name(line.name),
            "website": line.website,
            "contact": line.contact,
            "email": line.email,
            "second_contact": line.second_contact,
            "second_email": line.second_email or None,
            "needs_second": False,
            "answer": InvitationAnswer.NONE.value,
            "reason": "",
            "line": "",
            "approver": "",
            "approver_role": "",
            "second_approver": "",
            "approved_digest": "",
            "generation": 0,
            "code_tries": 0,
            "codes_asked": 0,
            "reminder_count": 0,
            "created_at": now,
        }
        for line in lines
        if not line.problem
    ]
    if rows:
        insert_or_skip(Invitation.__table__, rows)  # type: ignore[arg-type]
        keep_missing_keys((), nearness.board_without_keys(letter.id))
    added = len({row["name_folded"] for row in rows} - before)
    _log("organizations_listed", letter, by_id, now, {"count": added})
    return added


def invite(letter: Letter, *, only: int | None = None, by_id: int | None, now: datetime) -> int:
    """Mails the invitation to everybody who has not got it, or to the one with this id; answers how many organizations.

    Raises `Refused` letter_incomplete, invitation_closed, nobody_to_invite.
    """
    _check_takes_answers(letter, now)
    chosen = [
        row
        for row in queries.invitations_of(letter.id)
        if row.invited_at is None and row.email and (only is None or row.id == only)
    ]
    if not chosen:
        raise Refused("nobody_to_invite")
    for row in chosen:
        row.invited_at = now
        _mail(row, "organizations.invitation", f"invite:{row.id}:{row.generation}", now)
    _log("organizations_invited", letter, by_id, now, {"count": len(chosen)})
    return len(chosen)


def remind(letter: Letter, *, only: int | None = None, by_id: int | None, now: datetime) -> int:
    """Reminds who has not answered or is considering, or the one with this id; answers how many organizations.

    At most three times each, and not within 20 hours of the last mail. Raises `Refused` invitation_closed,
    nobody_to_remind.
    """
    _check_takes_answers(letter, now)
    chosen = [
        row for row in queries.invitations_of(letter.id) if is_to_remind(row, now) and (only is None or row.id == only)
    ]
    if not chosen:
        raise Refused("nobody_to_remind")
    for row in chosen:
        _remind(row, now)
    _log("organizations_reminded", letter, by_id, now, {"count": len(chosen)})
    return len(chosen)


def call_last(letter_id: int, now: datetime) -> int:
    """Reminds by itself, a day before the deadline, whom nobody wrote to since; answers how many organizations."""
    letter = db.session.get_one(Letter, letter_id)
    if letter.answers_due_at is None:
        return 0
    begins = letter.answers_due_at - LAST_CALL
    # However often somebody was reminded before, but nobody who was written to since.
    chosen = [
        row
        for row in queries.invitations_of(letter_id)
        if is_waiting(row, now) and (last := last_mail(row)) is not None and last < begins
    ]
    for row in chosen:
        _remind(row, now)
    return len(chosen)


def is_waiting(row: Invitation, now: datetime) -> bool:
    """Whether an organization was invited, and is late with its answer: nobody is asked before its board decides."""
    if row.answer == InvitationAnswer.CONSIDERING:
        waits = row.board_on is None or row.board_on < now.date()
    else:
        waits = row.answer == InvitationAnswer.NONE and row.signature_id is None
    return waits and row.invited_at is not None and row.cancelled_at is None and bool(row.email)


def last_mail(row: Invitation) -> datetime | None:
    """When the organization was last written to."""
    return row.reminded_at or row.invited_at


def is_to_remind(row: Invitation, now: datetime) -> bool:
    """Whether a reminder would go to this organization now."""
    return is_waiting(row, now) and may_remind(last_mail(row), row.reminder_count, now)


def cancel_invitation(letter: Letter, row: Invitation, *, by_id: int | None, now: datetime) -> None:
    """Takes an invitation back: its link is dead at once. Raises `Refused` already_approved."""
    db.session.refresh(row, with_for_update=True)
    if row.answer == InvitationAnswer.APPROVED:
        raise Refused("already_approved")
    row.cancelled_at = now
    row.generation += 1
    _log("invitation_cancelled", letter, by_id, now, {"invitation": row.id})


def save_contacts(
    letter: Letter,
    row: Invitation,
    *,
    contact: tuple[str, Address],
    second: tuple[str, Address | None],
    needs_second: bool,
    by_id: int | None,
    now: datetime,
) -> None:
    """Changes who is written to; a contact who is new gets the invitation, if it has been sent.

    A changed address kills the links that were mailed before, so that only who is named now can answer.
    """
    db.session.refresh(row, with_for_update=True)
    known = {row.email, row.second_email}
    row.contact, row.email = contact[0], contact[1].normalized
    row.second_contact, row.second_email = second[0], second[1].normalized if second[1] else None
    row.needs_second = needs_second
    if known - {row.email, row.second_email, None}:
        # Whoever stays needs the new link as well.
        row.generation += 1
        known = set()
    if row.invited_at is not None:
        key = f"invite:{row.id}:{row.generation}:{int(now.timestamp())}"
        _mail(row, "organizations.invitation", key, now, without=known)
    _log("invitation_changed", letter, by_id, now, {"invitation": row.id})


def save_board_settings(
    letter: Letter, *, due_at: datetime | None, shows_names: bool, by_id: int | None, now: datetime
) -> None:
    """Sets until when organizations answer, and whether they see who is on. Raises `Refused("due_in_past")`."""
    if due_at is not None and due_at != letter.answers_due_at and due_at <= now:
        raise Refused("due_in_past")
    letter.answers_due_at, letter.board_shows_names = due_at, shows_names
    _log("board_settings_saved", letter, by_id, now, {"due": due_at is not None, "shows_names": shows_names})


def answer_note(row: Invitation, text: str, *, by_id: int, now: datetime) -> None:
    """Writes the organizers' answer, and mails it to the organization."""
    note = InvitationNote(invitation_id=row.id, text=text, organizer_id=by_id, written_at=now)
    db.session.add(note)
    db.session.flush()
    _mail(row, "organizations.answer", f"board-answer:{note.id}", now, note=note.id)


def _remind(row: Invitation, now: datetime) -> None:
    row.reminder_count += 1
    row.reminded_at = now
    _mail(row, "organizations.reminder", f"board-remind:{row.id}:{row.reminder_count}", now)


def _mail(
    row: Invitation, kind: str, key: str, now: datetime, without: Collection[str | None] = (), **ids: int
) -> None:
    """One mail to each contact, but for addresses to leave out; the second contact gets every mail too."""
    for contact, address in ((1, row.email), (2, row.second_email)):
        if address and address not in without:
            payload = {"invitation": row.id, "generation": row.generation, "contact": contact, **ids}
            outbox.enqueue(kind, f"{key}:{contact}", payload, now=now, letter_id=row.letter_id)


def _check_takes_answers(letter: Letter, now: datetime) -> None:
    if letter.version_id is None:
        raise Refused("letter_incomplete")
    if not takes_answers(letter.state, letter.closes_at, now):
        raise Refused("invitation_closed")


def _log(act: str, letter: Letter, by_id: int | None, now: datetime, detail: dict[str, int | bool]) -> None:
    record_act(act, now=now, by_id=by_id, campaign_id=letter.campaign_id, letter_id=letter.id, detail=detail)
