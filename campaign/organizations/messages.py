"""The mails of the coalition board: who gets which template with what."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from campaign.letters.rules import NOT_YET_OPEN
from campaign.links import external, make_token
from campaign.mail.render import Mail, render
from campaign.models import Invitation, InvitationNote, Letter, Organizer
from campaign.sentences.board import ANSWERS
from campaign.verification import invitation as method


def invitation_url(row: Invitation) -> str:
    """The link to an organization's page."""
    return external("signing.invitation", token=make_token(method.METHOD, row.id, row.generation))


def organization_is_invited(row: Invitation, letter: Letter, contact: int) -> Mail:
    """Asks an organization to sign, with the link to its page."""
    return _to_contact("organizations/invitation", row, letter, contact)


def organization_is_reminded(row: Invitation, letter: Letter, contact: int) -> Mail:
    """The same link once more."""
    return _to_contact("organizations/reminder", row, letter, contact)


def note_is_answered(row: Invitation, letter: Letter, contact: int, note: InvitationNote) -> Mail:
    """What the organizers answered to what an organization wrote."""
    return _to_contact("organizations/answer", row, letter, contact, note=note)


def organizations_answered(letter: Letter, organizer: Organizer, rows: Sequence[Any]) -> Mail:
    """Tells an organizer what came in on the board."""
    return render(
        "organizations/notice",
        to=organizer.email,
        language=letter.language,
        letter=letter,
        rows=rows,
        answers=ANSWERS,
        board_url=external("organizations.board", slug=letter.slug),
    )


def _to_contact(template: str, row: Invitation, letter: Letter, contact: int, **values: object) -> Mail:
    first = contact == 1
    return render(
        template,
        to=(row.email if first else row.second_email) or "",
        language=letter.language,
        reply_to=letter.campaign.reply_to,
        letter=letter,
        row=row,
        contact=row.contact if first else row.second_contact,
        is_public=letter.state not in NOT_YET_OPEN,
        page_url=invitation_url(row),
        **values,
    )
