"""The desk's record of what targets answered: note it, publish or set aside what came, keep track of promises."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response as Answer

from campaign.accounts.permissions import campaign_or_refuse, current_organizer, organizer_required
from campaign.delivery import operations, queries
from campaign.delivery.forms import (
    CommitmentForm,
    CommitmentStateForm,
    DecideForm,
    OutcomeForm,
    ResponseForm,
    about_form,
)
from campaign.delivery.forms.responses import AboutForm, name_of
from campaign.delivery.views.blueprint import bp
from campaign.delivery.views.files import file_name, has_file, keep_file, kept_file
from campaign.extensions import db, read_only
from campaign.formbase import options
from campaign.http import private, private_page, refuse, takes_files
from campaign.languages import _
from campaign.letters.outcomes import commitments_of, demands_of
from campaign.lib import clock
from campaign.models import Campaign, Letter, Response, Target
from campaign.sentences import deliveries as words
from campaign.states import Refused

SAID = ("kind", "audience", "happened", "precision", "actor", "title", "text", "source", "url")
WORDS: dict[str, Any] = {
    "kinds": words.RESPONSE_KINDS,
    "audiences": words.AUDIENCES,
    "states": words.RESPONSE_STATES,
    "tones": words.RESPONSE_TONES,
    "statuses": words.DEMAND_STATUSES,
    "status_tones": words.DEMAND_TONES,
    "commitment_states": words.COMMITMENT_STATES,
    "commitment_tones": words.COMMITMENT_TONES,
}


@bp.get("/desk/campaigns/<slug>/responses")
@organizer_required
def responses(slug: str) -> Answer:
    """Everything targets answered to the campaign, the latest first; what waits stands on top."""
    campaign = campaign_or_refuse(slug, "view")
    rows = queries.responses_of(campaign.id)
    rows.sort(key=lambda entry: entry[0].state != "waiting")
    return private_page("delivery/responses.html", campaign=campaign, responses=rows, **WORDS)


@bp.get("/desk/campaigns/<slug>/responses/new")
@organizer_required
def new_response(slug: str) -> Answer:
    """The form of a response."""
    campaign = campaign_or_refuse(slug, "deliver")
    return form_page(campaign, form_of(campaign, ResponseForm))


@bp.post("/desk/campaigns/<slug>/responses/new")
@organizer_required
@takes_files
def record_response(slug: str) -> Answer:
    """Records a response and publishes it."""
    campaign = campaign_or_refuse(slug, "deliver")
    form = form_of(campaign, ResponseForm)
    if not form.validate():
        return form_page(campaign, form, 422)
    by_id, now = current_organizer().id, clock.now()
    try:
        said = operations.Answer(target_id=form.target.data, **{name: form[name].data for name in SAID})
        upload = keep_file("file") if has_file("file") else None
        name = file_name("file") if upload else ""
        row = operations.record_response(
            campaign, said, form.about(), by_id=by_id, now=now, upload=upload, file_name=name
        )
        number = row.id
        db.session.commit()
    except Refused as refused:
        refuse(form, refused)
        return form_page(campaign_or_refuse(slug, "deliver"), form, 422)
    flash(_("The response is recorded and public."))
    return redirect(url_for("delivery.response", slug=slug, response_id=number), 303)


@bp.get("/desk/campaigns/<slug>/responses/<int:response_id>")
@organizer_required
def response(slug: str, response_id: int) -> Answer:
    """One response, whole, with what it means for each demand and what it promises."""
    return show(campaign_or_refuse(slug, "view"), response_id)


@bp.get("/desk/campaigns/<slug>/responses/<int:response_id>/file")
@organizer_required
def response_document(slug: str, response_id: int) -> Answer:
    """The document that came with a response, also while it waits."""
    row, _target = response_or_refuse(campaign_or_refuse(slug, "view"), response_id)
    if not row.file_sha256:
        raise Refused("not_found")
    return private(kept_file(row.file_sha256, row.file_type, row.file_name))


@bp.post("/desk/campaigns/<slug>/responses/<int:response_id>/decide")
@organizer_required
def decide(slug: str, response_id: int) -> Answer:
    """Publishes, sets aside, or says anew what a response means; the words themselves never change."""
    campaign = campaign_or_refuse(slug, "deliver")
    row, _target = response_or_refuse(campaign, response_id)
    form, by_id, now = form_of(campaign, DecideForm), current_organizer().id, clock.now()
    act = request.form.get("action", "")
    if not form.validate():
        return show(campaign, response_id, form, 422)
    try:
        if act == "publish":
            operations.publish_response(row, form.about(), by_id=by_id, now=now)
        elif act == "set_aside":
            operations.set_aside_response(row, form.reason.data, by_id=by_id, now=now)
        elif act == "about":
            operations.change_about(row, form.about(), by_id=by_id, now=now)
        else:
            raise Refused("unknown_action")
        db.session.commit()
    except Refused as refused:
        refuse(form, refused)
        return show(campaign_or_refuse(slug, "deliver"), response_id, form, 422)
    flash(SAVED[act]())
    return back(slug, response_id)


@bp.post("/desk/campaigns/<slug>/responses/<int:response_id>/commitments")
@organizer_required
def commit(slug: str, response_id: int) -> Answer:
    """Notes a promise, whether one was kept, or what became of a request for a correction."""
    campaign = campaign_or_refuse(slug, "deliver")
    row, _target = response_or_refuse(campaign, response_id)
    by_id, now, act = current_organizer().id, clock.now(), request.form.get("action", "")
    form: CommitmentForm | CommitmentStateForm | OutcomeForm
    if act == "outcome":
        form = OutcomeForm()
        if form.validate():
            operations.note_outcome(row, form.outcome.data or "", by_id=by_id, now=now)
    elif act == "mark":
        form, promise = CommitmentStateForm(), queries.commitment_of(row.id, request.form.get("commitment", 0, int))
        if promise is None:
            raise Refused("not_found")
        if form.validate():
            operations.mark_commitment(row, promise, form.state.data, form.state_note.data, by_id=by_id, now=now)
    else:
        form = CommitmentForm()
        if form.validate():
            operations.add_commitment(row, form.text.data or "", form.due_on.data, by_id=by_id, now=now)
    if form.errors:
        return show(campaign, response_id, promise_form=form, status=422)
    db.session.commit()
    flash(_("Saved."))
    return back(slug, response_id)


SAVED = {
    "publish": lambda: _("The answer is public, whole."),
    "set_aside": lambda: _("The answer is set aside; the reason is public."),
    "about": lambda: _("Saved."),
}


def back(slug: str, response_id: int) -> Answer:
    """On to the page of the response."""
    return redirect(url_for("delivery.response", slug=slug, response_id=response_id), 303)


def response_or_refuse(campaign: Campaign, response_id: int) -> tuple[Response, Target]:
    """The response with who gave it. Raises `Refused("not_found")`."""
    found = queries.response_of(campaign.id, response_id)
    if found is None:
        raise Refused("not_found")
    return found


def form_of(campaign: Campaign, base: type[AboutForm], **data: object) -> AboutForm:
    """A form with the campaign's letters and their demands."""
    letters = queries.letters_of_campaign(campaign.id)
    numbers = queries.demand_numbers(letter.id for letter in letters)
    places = [(letter.id, number) for letter in letters for number in (0, *numbers.get(letter.id, ()))]
    made: AboutForm = about_form(base, places)(data=data)
    return made


def form_page(campaign: Campaign, form: AboutForm, status: int = 200) -> Answer:
    """The page around the form of a response."""
    with read_only():
        form["target"].choices = options((str(row.id), row.name) for row in queries.targets_of_campaign(campaign.id))
        return private_page(
            "delivery/new_response.html", status, campaign=campaign, form=form, letters=letters_with_demands(campaign)
        )


def letters_with_demands(campaign: Campaign) -> list[tuple[Letter, str, list[tuple[str, str]]]]:
    """The campaign's letters, each with the name of its box and its demands as (name of the field, text)."""
    letters = queries.letters_of_campaign(campaign.id)
    demands = demands_of([letter.id for letter in letters])
    return [
        (
            letter,
            name_of(letter.id, 0),
            [(name_of(letter.id, row.number), row.text) for letter_id, row in demands if letter_id == letter.id],
        )
        for letter in letters
    ]


def show(
    campaign: Campaign,
    response_id: int,
    form: AboutForm | None = None,
    status: int = 200,
    promise_form: CommitmentForm | CommitmentStateForm | OutcomeForm | None = None,
) -> Answer:
    """The page of a response."""
    row, target = response_or_refuse(campaign, response_id)
    if form is None:
        stored = {name_of(*place): said or True for place, said in queries.about_of(row.id).items()}
        form = form_of(campaign, DecideForm, **stored)
    return private_page(
        "delivery/response.html",
        status,
        campaign=campaign,
        response=row,
        target=target,
        form=form,
        promise_form=promise_form or CommitmentForm(formdata=None),
        letters=letters_with_demands(campaign),
        promised=commitments_of([row.id]).get(row.id, []),
        **WORDS,
    )
