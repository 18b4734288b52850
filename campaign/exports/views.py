"""The desk's exports: ask for a file, watch it being made, fetch it."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, request, send_file, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from campaign import storage
from campaign.accounts.permissions import (
    current_organizer,
    letter_or_refuse,
    may_here,
    organizer_required,
    signed_in_lately,
)
from campaign.exports import choosing, files, operations, queries
from campaign.exports.forms import MAKE, PREVIEW, STEPS, ExportForm
from campaign.exports.rules import PERMISSIONS, download_name
from campaign.exports.source import Purpose
from campaign.extensions import db
from campaign.formbase import options
from campaign.http import private, private_page
from campaign.languages import _, country
from campaign.lib import clock
from campaign.lib.numbers import whole_number
from campaign.models import Edition, Export, Letter
from campaign.sentences.exporting import FORMATS, LEFT_OUT, ORDER_HINTS, ORDERS, PURPOSES
from campaign.states import Refused

bp = Blueprint("exports", __name__)
bp.context_processor(lambda: {"may": may_here})


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
    """Asks for a file in steps and shows what it would be; it is made in the background."""
    letter = letter_or_refuse(slug, "export")
    form = wizard(letter)
    wanted = MAKE if request.method == "POST" else wanted_step(request.args.get("step", ""))
    step = form.reached(wanted)
    if step > 1:
        letter_or_refuse(slug, PERMISSIONS[form.purpose.data])
        guard_personal(form.purpose.data, request.full_path if request.method == "GET" else request.path)
    if step < MAKE:
        return step_page(letter, form, step)
    edition = queries.edition_numbered(letter.id, form.number) if form.number else None
    made = operations.ask_for_export(
        letter.id,
        edition,
        purpose=form.purpose.data,
        form=form.format.data,
        choice=form.choice,
        by_id=current_organizer().id,
        now=clock.now(),
    )
    export_id = made.id
    db.session.commit()
    return redirect(url_for("exports.export", slug=slug, export_id=export_id), 303)


def guard_personal(purpose: str, back: str) -> None:
    """Asks for a fresh sign-in where a list holds personal data (M5), and goes on at the page `back`."""
    if purpose == Purpose.INTERNAL:
        signed_in_lately(back)


def wizard(letter: Letter) -> ExportForm:
    """The form with what was answered so far, in the address until the last step; the format and order to begin with.

    Its token is checked for every post of the desk.
    """
    answers = MultiDict(request.form if request.method == "POST" else request.args)
    answers.setdefault("format", "pdf")
    answers.setdefault("order", "agreed")
    form = ExportForm(formdata=answers, meta={"csrf": False})
    editions = queries.frozen_editions(letter.id)
    live = ("", _("The list as it is now, marked as not frozen"))
    form.edition.choices = options([live, *((str(row.number), edition_words(row)) for row in editions)])
    countries, versions = choosing.filter_values(letter.id)
    form.country.choices = options([("", _("Every country")), *((code, country(code)) for code in countries)])
    named = ((str(number), _("Version %(number)s", number=number)) for number in versions)
    form.version.choices = options([("", _("Every text")), *named])
    return form


def wanted_step(typed: str) -> int:
    """The step asked for in the address; the first one where there is none."""
    step = whole_number(typed) or 1
    return step if step <= PREVIEW else 1


def step_page(letter: Letter, form: ExportForm, step: int) -> Response:
    """One step; the last one with the first lines of the file, and with who is left out and why."""
    shown = None
    if step == PREVIEW:
        purpose = Purpose(form.purpose.data)
        shown = operations.preview(letter.id, purpose, form.number, form.choice, clock.now())
    values = {"form": form, "step": step, "steps": STEPS, "preview": shown, "hints": ORDER_HINTS}
    return page("exports/new.html", letter, 422 if form.errors else 200, **values)


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
    guard_personal(row.purpose, url_for("exports.export", slug=slug, export_id=export_id))
    known = {file["name"]: file["sha256"] for file in row.report.get("files", [])}
    if row.state != "done" or not row.folder or name not in (*known, files.REPORT, files.SUMS, files.ALL):
        raise Refused("not_found")
    edition = db.session.get(Edition, row.edition_id) if row.edition_id else None
    path = storage.folder("exports", row.folder) / name
    number, day = (edition.number, edition.frozen_at) if edition else (None, row.created_at)
    response = send_file(
        path,
        as_attachment=True,
        download_name=download_name(letter.slug, number, day or row.created_at, name),
        etag=known.get(name) or files.digest(path),
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
    words = {"purposes": PURPOSES, "formats": FORMATS, "orders": ORDERS, "reasons": LEFT_OUT}
    return private_page(template, status, letter=letter, tab="deliver", **words, **values)
