"""The desk's page of numbers that partners certify for a letter."""

from __future__ import annotations

from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response

from campaign.accounts.permissions import current_organizer, letter_or_refuse, organizer_required
from campaign.delivery import operations, queries
from campaign.delivery.forms import CertificateForm
from campaign.delivery.operations import Certificate
from campaign.delivery.views.blueprint import bp
from campaign.extensions import db
from campaign.http import private_page
from campaign.languages import _
from campaign.letters.outcomes import certified_of
from campaign.lib import clock
from campaign.models import Letter
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
def certify(slug: str) -> Response:
    """Records a number, or takes one back."""
    letter, form, by_id, now = letter_or_refuse(slug, "deliver"), CertificateForm(), current_organizer().id, clock.now()
    if request.form.get("action") == "take_back":
        row = queries.certified_of(letter.id, request.form.get("certified", 0, int))
        if row is None:
            raise Refused("not_found")
        operations.take_back(letter, row, by_id=by_id, now=now)
        flash(_("The number is off the pages."))
    elif form.validate():
        said = {name: form[name].data for name in SAID}
        operations.certify(letter, Certificate(**said), by_id=by_id, now=now)
        flash(_("The number stands beside the counts, in no total."))
    else:
        return page(letter, form, 422)
    db.session.commit()
    return redirect(url_for("delivery.certified", slug=slug), 303)


def page(letter: Letter, form: CertificateForm, status: int = 200) -> Response:
    """The page of certified numbers."""
    rows = certified_of([letter.id])
    return private_page(
        "delivery/certified.html", status, letter=letter, tab="deliver", form=form, rows=rows, qualified=QUALIFIED
    )
