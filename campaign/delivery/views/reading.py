"""The PDF behind an organization's invitation: the same link, and no other way to it."""

from __future__ import annotations

from flask import Response, send_file

from campaign.delivery import operations
from campaign.delivery.views.blueprint import bp
from campaign.extensions import db, read_only
from campaign.http import private
from campaign.languages import speak
from campaign.lib import clock, tokens
from campaign.links import read_token
from campaign.models import Letter
from campaign.organizations.queries import invitation_behind
from campaign.states import LetterState, Refused
from campaign.verification import invitation


@bp.get("/invitations/<token>/letter.pdf")
def invitation_letter(token: str) -> Response:
    """The letter as it is now, to print or to hand to a board."""
    letter = invited_to(token)
    path = operations.reading_copy(letter, clock.now())
    return private(send_file(path, mimetype="application/pdf", download_name=f"{letter.slug}.pdf"))


def invited_to(token: str) -> Letter:
    """The letter an invitation's link leads to, read and let go. Raises `Refused` invitation_unknown, gone."""
    try:
        numbers = read_token(invitation.METHOD, token)
    except tokens.BadToken:
        raise Refused("invitation_unknown") from None
    with read_only():
        row = invitation_behind(*numbers)
        letter = db.session.get(Letter, row.letter_id) if row else None
    if letter is None:
        raise Refused("invitation_unknown")
    if letter.state == LetterState.REMOVED:
        raise Refused("gone")
    speak(letter.language)
    return letter
