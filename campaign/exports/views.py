"""The desk's exports: ask for a file, watch it being made, fetch it."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, request, send_file, url_for
from flask.typing import ResponseReturnValue

from campaign import storage
from campaign.accounts.permissions import current_organizer, letter_or_refuse, may_here, organizer_required
from campaign.exports import operations, queries
from campaign.exports.forms import FORMATS, PURPOSES, ExportForm
from campaign.exports.rules import PERMISSIONS, download_name
from campaign.extensions import db
from campaign.formbase import options
from campaign.http import private, private_page
from campaign.languages import _
from campaign.lib import clock
from campaign.models import Edition, Export, Letter
from campaign.states import Refused

bp = Blueprint("exports", __name__)
bp.context_processor(lambda: {"may": may_here})
REPORT = "report.json"


@bp.get("/desk/letters/<slug>/exports")
@organizer_required
def exports(slug: str) -> ResponseReturnValue:
    """The exports of a letter, the newest first."""
    letter = letter_or_refuse(slug, "view")
    rows = queries.exports_of(letter.id)
    return page("exports/exports.html", letter, exports=rows)


@bp.route("/desk/letters/<slug>/exports/new", methods=["GET", "POST"])
@organizer_required
def new_export(slug: str) -> ResponseReturnValue:
    """Asks for a file; it is made in the background."""
    letter = letter_or_refuse(slug, "export")
    editions = queries.frozen_editions(letter.id)
    form = ExportForm(edition=request.args.get("edition", ""))
    live = ("", _("The list as it is now, marked as not frozen"))
    form.edition.choices = options([live, *((str(row.number), edition_words(row)) for row in editions)])
    if not form.validate_on_submit():
        left_out = queries.left_out(letter.id)
        return page("exports/new.html", letter, 422 if form.errors else 200, form=form, left_out=left_out)
    number = int(form.edition.data) if form.edition.data else None
    letter_or_refuse(slug, PERMISSIONS[form.purpose.data])
    chosen = next((row for row in editions if row.number == number), None)
    export = operations.ask_for_export(
        letter.id,
        chosen,
        purpose=form.purpose.data,
        form=form.format.data,
        by_id=current_organizer().id,
        now=clock.now(),
    )
    export_id = export.id
    db.session.commit()
    return redirect(url_for("exports.export", slug=slug, export_id=export_id), 303)


@bp.get("/desk/letters/<slug>/exports/<int:export_id>")
@organizer_required
def export(slug: str, export_id: int) -> ResponseReturnValue:
    """One export: how far it is, then its files and its report."""
    letter, row = export_or_refuse(slug, export_id)
    return page("exports/export.html", letter, export=row, files=row.report.get("files", []))


@bp.post("/desk/letters/<slug>/exports/<int:export_id>/cancel")
@organizer_required
def cancel(slug: str, export_id: int) -> ResponseReturnValue:
    """Stops an export that is being made."""
    _letter, row = export_or_refuse(slug, export_id)
    if not operations.move_export(row.id, row.state, "cancel", finished_at=clock.now()):
        raise Refused("illegal_move")
    db.session.commit()
    return redirect(url_for("exports.export", slug=slug, export_id=export_id), 303)


@bp.get("/desk/letters/<slug>/exports/<int:export_id>/<name>")
@organizer_required
def download(slug: str, export_id: int, name: str) -> Response:
    """One file of a finished export; permission is checked at every download."""
    letter, row = export_or_refuse(slug, export_id)
    known = {file["name"] for file in row.report.get("files", [])} | {REPORT, "SHA256SUMS"}
    if row.state != "done" or not row.folder or name not in known:
        raise Refused("not_found")
    edition = db.session.get(Edition, row.edition_id) if row.edition_id else None
    number = edition.number if edition else None
    response = send_file(
        storage.folder("exports", row.folder) / name,
        as_attachment=True,
        download_name=download_name(letter.slug, number, row.created_at, name),
    )
    return private(response)


def export_or_refuse(slug: str, export_id: int) -> tuple[Letter, Export]:
    """The export, for an organizer who may have lists of its purpose."""
    letter = letter_or_refuse(slug, "export")
    row = queries.export_of(letter.id, export_id)
    if row is None:
        raise Refused("not_found")
    letter_or_refuse(slug, PERMISSIONS[row.purpose])
    return letter, row


def edition_words(edition: Edition) -> str:
    """An edition in a list of choices."""
    return str(_("Edition %(number)s, frozen", number=edition.number))


def page(template: str, letter: Letter, status: int = 200, **values: object) -> Response:
    """A page of the desk's tab "Deliver"."""
    words = {"purposes": PURPOSES, "formats": FORMATS}
    return private_page(template, status, letter=letter, tab="deliver", **words, **values)
