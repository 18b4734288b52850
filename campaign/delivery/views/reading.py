"""The PDF behind an organization's invitation: the same link, and no other way to it."""

from __future__ import annotations

from flask import Response, send_file

from campaign.delivery import operations
from campaign.delivery.views.blueprint import bp
from campaign.http import private
from campaign.lib import clock
from campaign.signing.views.invitation import read_invitation


@bp.get("/invitations/<token>/letter.pdf")
def invitation_letter(token: str) -> Response:
    """The letter as it is now, to print or to hand to a board."""
    _row, letter = read_invitation(token)
    path = operations.reading_copy(letter, clock.now())
    return private(send_file(path, mimetype="application/pdf", download_name=f"{letter.slug}.pdf"))
