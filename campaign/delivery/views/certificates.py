"""The desk's page of numbers that partners certify for a letter."""

from __future__ import annotations

from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response

from campaign.accounts.permissions import current_organizer, letter_or_refuse, organizer_required
from campaign.delivery import operations, queries
from campaign.delivery.forms import CertificateForm
from campaign.delivery.operations import Certificate
from campaign.delivery.views.blueprint import bp
from campaign.delivery.views.files import file_name, has_file, keep_file
from campaign.extensions import db
from campaign.http import private_page, takes_files
from campaign.languages import _
from campaign.letters.outcomes import certified_of
from campaign.lib import clock
from campaign.models import Letter
from campaign.sentences import sentence
from campaign.sentences.deliveries import QUALIFIED
from campaign.states import Refused

SAID = (*("organization", "number", "qualifier", "counted", "certified_by", "certified_on", "source", "source_url"),)


@bp.get("/desk/letters/<slug>/certified")
@organizer_required
def certified(slug: str) -> Response:
    """The certified numbers of a letter, and the form of one more."""
    return page(letter_or_refuse(slug, "view"), CertificateForm())


@bp.post("/desk/letters/<slug>/certified")
@organizer_required
@takes_files
def certify(slug: str) -> Response:
    """Records a number, or takes one back."""
    letter, form = letter_or_refuse(slug, "deliver"), CertificateForm()
    if request.form.get("action") == "take_back":
        row = queries.certified_of(letter.id, request.form.get("certified", 0, int))
        if row is None:
            raise Refused("not_found")
        operations.take_back(letter, row, by_id=current_organizer().id, now=clock.now())
        flash(_("The number is off the pages."))
    else:
        try:
            add_number(letter, form)
        except Refused as refused:
            db.session.rollback()
            form.add_refusal(refused.reason, sentence(refused.reason, **refused.values))
        if form.errors:
            return page(letter_or_refuse(slug, "deliver"), form, 422)
        flash(_("The number stands beside the counts, in no total."))
    db.session.commit()
    return redirect(url_for("delivery.certified", slug=slug), 303)


def add_number(letter: Letter, form: CertificateForm) -> None:
    """Records what was typed, where the form has no fault. Raises `Refused`."""
    if form.validate():
        said = Certificate(**{name: form[name].data for name in SAID})
        upload = keep_file("file") if has_file("file") else None
        name = file_name("file") if upload else ""
        operations.certify(letter, said, by_id=current_organizer().id, now=clock.now(), upload=upload, file_name=name)


def page(letter: Letter, form: CertificateForm, status: int = 200) -> Response:
    """The page of certified numbers."""
    rows = certified_of([letter.id])
    return private_page(
        "delivery/certified.html", status, letter=letter, tab="deliver", form=form, rows=rows, qualified=QUALIFIED
    )
