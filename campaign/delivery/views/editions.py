"""The desk's editions: freeze the list, see what was frozen, its files, and who checked it."""

from __future__ import annotations

from flask import flash, redirect, request, send_file, url_for
from werkzeug.wrappers import Response

from campaign.accounts.permissions import current_organizer, letter_or_refuse, organizer_required
from campaign.delivery import operations, queries
from campaign.delivery.forms import AttestationForm, FreezeForm
from campaign.delivery.views.blueprint import bp
from campaign.exports.queries import edition_numbered
from campaign.exports.rules import download_name
from campaign.exports.source import Counts
from campaign.extensions import db
from campaign.http import private, private_page, takes_files
from campaign.languages import _
from campaign.lib import clock
from campaign.lib.citation import citation
from campaign.models import Edition, Letter
from campaign.sentences import sentence
from campaign.signing.queries import tally_of
from campaign.states import Refused


@bp.get("/desk/letters/<slug>/editions")
@organizer_required
def editions(slug: str) -> Response:
    """The letter's editions, the newest first."""
    letter = letter_or_refuse(slug, "view")
    return list_page(letter, freeze_form(letter))


@bp.post("/desk/letters/<slug>/editions")
@organizer_required
def freeze(slug: str) -> Response:
    """Begins the next edition; the list is frozen in the background."""
    letter = letter_or_refuse(slug, "deliver")
    form = freeze_form(letter)
    if not form.validate():
        return list_page(letter, form, 422)
    number = operations.ask_for_edition(
        letter, by_id=current_organizer().id, now=clock.now(), wanted=form.wanted(), number=form.expected()
    ).number
    db.session.commit()
    flash(_("Edition %(number)s is being frozen.", number=number))
    return redirect(url_for("delivery.editions", slug=slug), 303)


@bp.get("/desk/letters/<slug>/editions/<int:number>")
@organizer_required
def edition(slug: str, number: int) -> Response:
    """One edition: what was frozen, its files, who checked it."""
    letter = letter_or_refuse(slug, "view")
    return edition_page(letter, edition_or_refuse(letter, number), AttestationForm())


@bp.post("/desk/letters/<slug>/editions/<int:number>/attestations")
@organizer_required
@takes_files
def attest(slug: str, number: int) -> Response:
    """Adds what somebody outside the campaign found."""
    letter = letter_or_refuse(slug, "deliver")
    row, form, sent = edition_or_refuse(letter, number), AttestationForm(), request.files.get("file")
    if not form.validate():
        return edition_page(letter, row, form, 422)
    said = {name: form[name].data for name in ("name", "office", "shown", "drawn", "found", "attested_on")}
    file = (sent.filename or "", sent.read()) if sent and sent.filename else None
    try:
        operations.add_attestation(letter, row, said, file, by_id=current_organizer().id, now=clock.now())
    except Refused as refusal:
        db.session.rollback()
        form.form_errors.append(sentence(refusal.reason, **refusal.values))
        letter = letter_or_refuse(slug, "deliver")
        return edition_page(letter, edition_or_refuse(letter, number), form, 422)
    db.session.commit()
    flash(_("The attestation stands on the page of the edition."))
    return redirect(url_for("delivery.edition", slug=slug, number=number), 303)


@bp.get("/desk/letters/<slug>/editions/<int:number>/<name>")
@organizer_required
def edition_file(slug: str, number: int, name: str) -> Response:
    """A file of an edition, before it is handed over too."""
    letter = letter_or_refuse(slug, "export")
    row = edition_or_refuse(letter, number)
    if name not in {file["name"] for file in row.files}:
        raise Refused("not_found")
    told = download_name(letter.slug, number, row.frozen_at or row.created_at, name)
    return private(send_file(operations.files_folder(row.id) / name, as_attachment=True, download_name=told))


def edition_or_refuse(letter: Letter, number: int) -> Edition:
    """The letter's edition with this number. Raises `Refused("not_found")`."""
    row = edition_numbered(letter.id, number)
    if row is None:
        raise Refused("not_found")
    return row


def freeze_form(letter: Letter) -> FreezeForm:
    """The form of the next edition, with the date and place of the text."""
    newest = queries.newest_edition(letter.id)
    values: dict[str, object] = {"number": str(newest.number + 1 if newest else 1)}
    if letter.version_id is not None:
        wanted = operations.wanted_of(letter)
        values |= {"dated_on": wanted.dated_on, "place": wanted.place}
    return FreezeForm(data=values)


def list_page(letter: Letter, form: FreezeForm, status: int = 200) -> Response:
    """The page of all editions, with a look at what the next one will hold."""
    rows = [(row, edition_citation(letter, row)) for row in queries.editions_of(letter.id)]
    return private_page(
        "delivery/editions.html",
        status,
        letter=letter,
        tab="deliver",
        editions=rows,
        form=form,
        counts=tally_of(letter.id, clock.now()),
        left_out=queries.left_out_now(letter.id),
        has_versions=queries.has_several_texts(letter.id),
    )


def edition_page(letter: Letter, row: Edition, form: AttestationForm, status: int = 200) -> Response:
    """The desk's page of one edition."""
    return private_page(
        "delivery/edition.html",
        status,
        letter=letter,
        tab="deliver",
        edition=row,
        citation=edition_citation(letter, row),
        attestations=queries.attestations_of(row.id),
        form=form,
    )


def edition_citation(letter: Letter, edition: Edition) -> str:
    """The citable sentence of an edition; empty while it is being frozen."""
    if edition.frozen_at is None:
        return ""
    return citation(Counts.stored(edition.counts), edition.number, edition.frozen_at, letter.timezone)
