"""What time takes from a letter's signatures, and the legal hold that stops it."""

from __future__ import annotations

from flask import Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from campaign.accounts.permissions import current_organizer, letter_or_refuse, organizer_required
from campaign.extensions import db, read_only
from campaign.http import refuse
from campaign.languages import _
from campaign.letters import operations, queries
from campaign.letters.forms import HoldForm
from campaign.letters.views.blueprint import bp, editor_page
from campaign.lib import clock
from campaign.lib.periods import PERIODS
from campaign.models import Letter
from campaign.states import Refused


@bp.get("/desk/letters/<slug>/edit/hold")
@organizer_required
def hold(slug: str) -> Response:
    """When addresses and hidden names go, and whether a legal hold keeps them."""
    return hold_page(letter_or_refuse(slug, "view"), HoldForm())


def hold_page(letter: Letter, form: HoldForm, status: int = 200) -> Response:
    """The page around the form."""
    form.reason.flags.required = True
    with read_only():
        ended_at = queries.ended_at(letter)
        return editor_page(
            "hold.html",
            letter,
            "life",
            status,
            form=form,
            hold=queries.hold_with_owner(letter.id),
            goes_at=ended_at + PERIODS["addresses"] if ended_at else None,
            months=round(PERIODS["addresses"].days / 30.5),
        )


@bp.post("/desk/letters/<slug>/edit/hold")
@organizer_required
def set_hold(slug: str) -> ResponseReturnValue:
    """Places a legal hold (`action` place, with `reason`), or lifts it (`action` lift)."""
    letter, form, action = letter_or_refuse(slug, "publish"), HoldForm(), request.form.get("action", "")
    now, by_id = clock.now(), current_organizer().id
    if action not in SAID:
        raise Refused("unknown_action")
    try:
        if not form.validate():
            return hold_page(letter, form, 422)
        if action == "place":
            operations.place_hold(letter, form.reason.data or "", by_id=by_id, now=now)
        else:
            operations.lift_hold(letter, by_id=by_id, now=now)
        db.session.commit()
    except Refused as refused:
        refuse(form, refused)
        return hold_page(letter, form, 422)
    flash(SAID[action]())
    return redirect(url_for("letters.hold", slug=slug), 303)


# What the page says after an act.
SAID = {
    "place": lambda: _("The legal hold stands. Time takes nothing from this letter now."),
    "lift": lambda: _("The legal hold is lifted. What it kept too long goes within a day."),
}
