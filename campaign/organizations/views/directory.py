"""One organization of the directory: its website, and the other names it is known by."""

from __future__ import annotations

from flask import Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from campaign.accounts.permissions import current_organizer, letter_or_refuse, organizer_required
from campaign.extensions import db
from campaign.http import refuse
from campaign.languages import _
from campaign.lib import clock
from campaign.lib.numbers import whole_number
from campaign.models import Letter, Organization
from campaign.organizations import nearness, operations
from campaign.organizations.forms import AliasForm, PressForm
from campaign.organizations.views.blueprint import bp, page
from campaign.states import Refused


@bp.get("/desk/letters/<slug>/organizations/<int:organization_id>")
@organizer_required
def organization(slug: str, organization_id: int) -> Response:
    """An organization that signed this letter, with its other names."""
    letter = letter_or_refuse(slug, "view")
    return organization_page(letter, found(letter, organization_id), AliasForm(formdata=None))


def found(letter: Letter, organization_id: int) -> Organization:
    """The organization, if a signature of this letter names it. Raises `Refused("not_found")`."""
    row = nearness.organization_on(letter.id, organization_id)
    if row is None:
        raise Refused("not_found")
    return row


def organization_page(letter: Letter, row: Organization, form: AliasForm, status: int = 200) -> Response:
    """The page around the form for one more name."""
    return page("organization.html", letter, status, row=row, aliases=nearness.aliases_of(row.id), form=form)


@bp.post("/desk/letters/<slug>/organizations/<int:organization_id>")
@organizer_required
def add_alias(slug: str, organization_id: int) -> ResponseReturnValue:
    """Enters another name of the organization."""
    letter = letter_or_refuse(slug, "moderate")
    row, form = found(letter, organization_id), AliasForm()
    if not form.validate():
        return organization_page(letter, row, form, 422)
    name, website, by_id = form.name.data or "", form.website.data or "", current_organizer().id
    try:
        operations.add_alias(letter, row, name=name, website=website, by_id=by_id, now=clock.now())
        db.session.commit()
    except Refused as refused:
        refuse(form, refused)
        letter = letter_or_refuse(slug, "moderate")
        return organization_page(letter, found(letter, organization_id), form, 422)
    flash(_("Saved."))
    return redirect(url_for("organizations.organization", slug=slug, organization_id=organization_id), 303)


@bp.post("/desk/letters/<slug>/organizations/<int:organization_id>/aliases")
@organizer_required
def remove_alias(slug: str, organization_id: int) -> ResponseReturnValue:
    """Takes another name back."""
    letter, form = letter_or_refuse(slug, "moderate"), PressForm()
    row = found(letter, organization_id)
    if not form.validate():
        raise Refused("stale_form")
    alias_id = whole_number(request.form.get("alias", "")) or 0
    operations.remove_alias(letter, row, alias_id, by_id=current_organizer().id, now=clock.now())
    db.session.commit()
    flash(_("Saved."))
    return redirect(url_for("organizations.organization", slug=slug, organization_id=organization_id), 303)
