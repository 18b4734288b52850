"""Logos of organizations for the printed letter: seen, put in, taken off."""

from __future__ import annotations

from contextlib import closing

from flask import Response, flash, redirect, request, send_file, url_for
from flask.typing import ResponseReturnValue

from campaign import storage
from campaign.accounts.permissions import current_organizer, letter_or_refuse, organizer_required
from campaign.extensions import db, read_only
from campaign.http import private, private_page, takes_files
from campaign.languages import _
from campaign.lib import clock
from campaign.models import Letter
from campaign.moderation import operations, queries
from campaign.moderation.forms import LogoForm
from campaign.moderation.views.blueprint import bp
from campaign.sentences import sentence
from campaign.states import Refused


@bp.get("/desk/letters/<slug>/logos")
@organizer_required
def logos(slug: str) -> Response:
    """Every listed organization with its logo, and a form to give one."""
    return logos_page(letter_or_refuse(slug, "edit"))


def logos_page(letter: Letter, problem: str = "", status: int = 200) -> Response:
    """The page, with what was wrong with the last file."""
    with read_only():
        rows = queries.organizations_with_logos(letter.id)
        return private_page(
            "moderation/logos.html", status, letter=letter, tab="signatures", rows=rows, problem=problem
        )


@bp.post("/desk/letters/<slug>/logos/<int:signature_id>")
@organizer_required
@takes_files
def set_logo(slug: str, signature_id: int) -> ResponseReturnValue:
    """Keeps the file as the logo of this organization; without one, takes the logo off."""
    letter, form = letter_or_refuse(slug, "edit"), LogoForm()
    if not form.validate():
        return logos_page(letter, _("Use one of the buttons."), 422)
    by_id, now = current_organizer().id, clock.now()
    try:
        if form.action.data == "remove":
            operations.remove_logo(letter, signature_id, by_id=by_id, now=now)
        else:
            operations.set_logo(letter, signature_id, sent_picture(), by_id=by_id, now=now)
    except Refused as refused:
        if refused.reason == "not_found":
            raise
        db.session.rollback()
        return logos_page(letter, sentence(refused.reason, **refused.values), 422)
    db.session.commit()
    flash(_("Saved. It shows in files made from now on; editions that are frozen stay as they are."))
    return redirect(url_for("moderation.logos", slug=slug, _anchor=f"logo-{signature_id}"), 303)


def sent_picture() -> bytes:
    """The file beside the form; nothing where there is none."""
    file = request.files.get("logo")
    if file is None:
        return b""
    with closing(file):
        data: bytes = file.read()
    return data


@bp.get("/desk/letters/<slug>/logos/<int:signature_id>")
@organizer_required
def logo(slug: str, signature_id: int) -> Response:
    """The picture itself."""
    letter = letter_or_refuse(slug, "edit")
    endorsement = queries.endorsement_of(letter.id, signature_id)
    if endorsement is None or not endorsement.logo_sha256:
        raise Refused("not_found")
    path = storage.upload_path(endorsement.logo_sha256)
    with path.open("rb") as file:
        head = file.read(16)
    kind = next(name for name in storage.PICTURES if head.startswith(storage.SIGNS[name]))
    return private(send_file(path, mimetype=kind, etag=endorsement.logo_sha256))
