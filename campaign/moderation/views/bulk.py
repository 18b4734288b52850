"""Signatures by a condition, and one decision on all of them: counted, carried out, taken back."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from flask import Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from campaign.accounts.permissions import current_organizer, letter_or_refuse, organizer_required
from campaign.extensions import db
from campaign.http import private_page
from campaign.languages import _
from campaign.letters.rules import local_time
from campaign.lib import clock
from campaign.models import Letter
from campaign.moderation import fitting, operations
from campaign.moderation.conditions import RANDOM, Condition
from campaign.moderation.forms import BulkForm, ConditionForm, StepForm
from campaign.moderation.rules import PAGE, row_id
from campaign.moderation.views.blueprint import bp
from campaign.sentences import HOLDS, SIGNATURE_KINDS, SIGNATURE_STATES, sentence
from campaign.sentences.abuse import BULK_STATES
from campaign.states import Refused

STEPS = {"start": operations.start_bulk, "cancel": operations.cancel_bulk, "undo": operations.undo_bulk}
TIMES = "%Y-%m-%dT%H:%M"


def in_address(letter: Letter, condition: Condition) -> dict[str, Any]:
    """A condition as an address has it, its times on the clocks of the letter."""
    given = {name: value for name, value in condition.stored.items() if name not in ("since", "until")}
    for name in ("since", "until"):
        moment: datetime | None = getattr(condition, name)
        if moment is not None:
            # To the minute, as the field has it: rather one minute more than one signature less.
            moment += timedelta(seconds=59) if name == "until" else timedelta()
            given[name] = local_time(moment, letter.timezone).strftime(TIMES)
    return given


def address_of(letter: Letter, condition: Condition) -> str:
    """The page of the signatures that fit."""
    return url_for("moderation.matching", slug=letter.slug, **in_address(letter, condition))


def condition_words(letter: Letter, condition: Condition) -> list[tuple[str, str]]:
    """A condition in words, each part with its value."""
    form = ConditionForm.of_address(None)
    labels = {name: str(form[name].label.text) for name in form.data}
    shown = {**in_address(letter, condition)}
    for name, told in (("state", SIGNATURE_STATES), ("kind", SIGNATURE_KINDS), ("rule", HOLDS)):
        if name in shown:
            shown[name] = told[shown[name]]
    if shown.get("name") == RANDOM:
        shown["name"] = _("looks made up at random")
    if "network" in shown:
        shown["network"] = f"{shown['network'][:8]}…"
    return [(labels[name], str(value).replace("T", " ")) for name, value in shown.items()]


@bp.get("/desk/letters/<slug>/matching")
@organizer_required
def matching(slug: str) -> Response:
    """A page of the signatures a condition in the address holds for, and a decision on all of them."""
    return matching_page(letter_or_refuse(slug, "view"), ConditionForm.of_address(request.args))


def matching_page(letter: Letter, form: ConditionForm, problem: str = "", status: int = 200) -> Response:
    """The signatures around the forms."""
    is_read = form.validate()
    condition = form.condition(letter.timezone) if is_read else Condition()
    before = row_id(request.args.get("before", ""))
    rows = fitting.signatures_fitting(letter.id, condition, before) if is_read and not condition.is_empty else []
    act = form if isinstance(form, BulkForm) else BulkForm(formdata=None)
    return private_page(
        "moderation/matching.html",
        status if is_read or status != 200 else 422,
        letter=letter,
        tab="protection",
        form=form,
        act=act,
        problem=problem,
        condition=condition,
        is_read=is_read,
        words=condition_words(letter, condition),
        given=in_address(letter, condition),
        rows=rows[:PAGE],
        next_before=rows[PAGE - 1].id if len(rows) > PAGE else None,
        before=before,
    )


@bp.post("/desk/letters/<slug>/matching")
@organizer_required
def plan(slug: str) -> ResponseReturnValue:
    """Has a decision on all that fit counted; nothing is decided yet."""
    letter, form = letter_or_refuse(slug, "moderate"), BulkForm()
    if not form.validate():
        return matching_page(letter, form, status=422)
    try:
        condition, by_id = form.condition(letter.timezone), current_organizer().id
        row = operations.plan_bulk(letter, condition, form.ruling, by_id=by_id, now=clock.now())
    except Refused as refused:
        return matching_page(letter, form, problem=sentence(refused.reason), status=422)
    db.session.commit()
    return redirect(url_for("moderation.bulk", slug=slug, bulk_id=row.id), 303)


@bp.get("/desk/letters/<slug>/bulk/<int:bulk_id>")
@organizer_required
def bulk(slug: str, bulk_id: int) -> Response:
    """A decision by condition: what it is about, how far it is, and its next step."""
    return bulk_page(letter_or_refuse(slug, "view"), bulk_id)


def bulk_page(letter: Letter, bulk_id: int, problem: str = "", status: int = 200) -> Response:
    """The page of one decision by condition."""
    row = fitting.bulk_of(letter.id, bulk_id)
    if row is None:
        raise Refused("not_found")
    condition = Condition.read(row.condition)
    return private_page(
        "moderation/bulk.html",
        status,
        letter=letter,
        tab="protection",
        problem=problem,
        row=row,
        words=condition_words(letter, condition),
        back=address_of(letter, condition),
        sample=fitting.sampled(row.sample),
        bulk_states=BULK_STATES,
    )


@bp.post("/desk/letters/<slug>/bulk/<int:bulk_id>")
@organizer_required
def take_step(slug: str, bulk_id: int) -> ResponseReturnValue:
    """Starts it, stops it or takes it back; the work itself is a job."""
    letter, form = letter_or_refuse(slug, "moderate"), StepForm()
    if not form.validate():
        return bulk_page(letter, bulk_id, _("Use one of the buttons."), 422)
    try:
        STEPS[form.action.data or ""](letter.id, bulk_id, by_id=current_organizer().id, now=clock.now())
    except Refused as refused:
        db.session.rollback()
        if refused.reason == "not_found":
            raise
        return bulk_page(letter_or_refuse(slug, "moderate"), bulk_id, sentence(refused.reason, **refused.values), 422)
    db.session.commit()
    if form.action.data == "cancel":
        flash(_("Stopped. What was decided before stands until you take it back."))
    return redirect(url_for("moderation.bulk", slug=slug, bulk_id=bulk_id), 303)
