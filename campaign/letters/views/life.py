"""How and when the letter is signed, and the steps of its life."""

from __future__ import annotations

from flask import Response, flash, redirect, url_for
from flask.typing import ResponseReturnValue

from campaign.accounts.permissions import current_organizer, letter_or_refuse, may_here, organizer_required
from campaign.extensions import db, read_only
from campaign.formbase import options
from campaign.http import refuse
from campaign.languages import _
from campaign.letters import operations, queries, rules
from campaign.letters.forms import MoveForm, SettingsForm
from campaign.letters.views.blueprint import bp, editor_page
from campaign.letters.wording import STANDING, STEPS, steps_from
from campaign.lib import clock
from campaign.models import Letter
from campaign.states import Refused

MOVES = {
    "open": operations.open_letter,
    "schedule": operations.schedule_letter,
    "unschedule": operations.unschedule_letter,
    "pause": operations.pause_letter,
    "resume": operations.resume_letter,
    "close": operations.close_letter,
    "reopen": operations.reopen_letter,
    "archive": operations.archive_letter,
    "restore": operations.restore_letter,
}
TAKE_DOWNS = {"withdraw": operations.withdraw_letter, "remove": operations.remove_letter}


@bp.get("/desk/letters/<slug>/edit/settings")
@organizer_required
def settings(slug: str) -> Response:
    """How the letter is signed, and when."""
    letter = letter_or_refuse(slug, "edit")
    return settings_page(letter, stored_settings(letter))


def stored_settings(letter: Letter) -> SettingsForm:
    """The form filled with the letter's settings."""
    times = {
        name: rules.local_time(moment, letter.timezone) if (moment := getattr(letter, name)) else None
        for name in ("opens_at", "closes_at")
    }
    watched = "\n".join(entry.name for entry in queries.watched_names_of(letter.id))
    values = {name: getattr(letter, name) for name in rules.Settings.__dataclass_fields__}
    return SettingsForm(formdata=None, data={**values, **times, "watched": watched}).remembering()


def settings_page(letter: Letter, form: SettingsForm, status: int = 200) -> Response:
    """The page around the form of settings."""
    form.timezone.choices = options((zone, zone) for zone in rules.zones())
    with read_only():
        return editor_page("settings.html", letter, "settings", status, form=form)


@bp.post("/desk/letters/<slug>/edit/settings")
@organizer_required
def save_settings(slug: str) -> ResponseReturnValue:
    """Saves the settings and the names to hold."""
    letter, form = letter_or_refuse(slug, "edit"), SettingsForm()
    now, by_id = clock.now(), current_organizer().id
    try:
        if form.timezone.data not in rules.zones():
            raise Refused("unknown_zone")
        if not form.validate():
            return settings_page(letter, form, 422)
        operations.lock(letter)
        if form.came_too_late(stored_settings(letter)):
            db.session.rollback()
            return settings_page(letter, form, 422)
        notes = {entry.name: entry.note for entry in queries.watched_names_of(letter.id)}
        operations.save_settings(letter, form.settings(), by_id=by_id, now=now)
        operations.replace_watched_names(letter, form.watched_names(notes), by_id=by_id, now=now)
        db.session.commit()
    except Refused as refused:
        refuse(form, refused)
        return settings_page(letter, form, 422)
    flash(_("The settings are saved."))
    return redirect(url_for("letters.settings", slug=slug), 303)


@bp.get("/desk/letters/<slug>/edit/life")
@organizer_required
def life(slug: str) -> Response:
    """Where the letter stands, and where it can go from there."""
    letter = letter_or_refuse(slug, "view")
    steps = steps_from(letter.state, letter.state_before) if may_here("publish") else []
    return editor_page("life.html", letter, "life", steps=[(step, STEPS[step]) for step in steps], standing=STANDING)


@bp.get("/desk/letters/<slug>/edit/life/<step>")
@organizer_required
def ask_to_move(slug: str, step: str) -> Response:
    """What follows from a step, and the one button that takes it."""
    letter = letter_or_refuse(slug, "publish")
    if step not in STEPS:
        raise Refused("not_found")
    if step not in steps_from(letter.state, letter.state_before):
        raise Refused("illegal_move")
    return move_page(letter, step, MoveForm())


def move_page(letter: Letter, step: str, form: MoveForm, status: int = 200) -> Response:
    """The page that asks once more, with how many signed so far."""
    form.reason.flags.required = STEPS[step].asks_reason
    with read_only():
        tally = queries.tally_of(letter.id)
        return editor_page("move.html", letter, "life", status, form=form, step=step, words=STEPS[step], tally=tally)


@bp.post("/desk/letters/<slug>/edit/life/<step>")
@organizer_required
def move(slug: str, step: str) -> ResponseReturnValue:
    """Takes the step."""
    letter, form = letter_or_refuse(slug, "publish"), MoveForm()
    if step not in STEPS:
        raise Refused("not_found")
    now, by_id = clock.now(), current_organizer().id
    try:
        if not form.validate():
            return move_page(letter, step, form, 422)
        if step in TAKE_DOWNS:
            TAKE_DOWNS[step](letter, form.reason.data or "", by_id=by_id, now=now)
        else:
            MOVES[step](letter, by_id=by_id, now=now)
        db.session.commit()
    except Refused as refused:
        refuse(form, refused)
        return move_page(letter, step, form, 422)
    flash(str(STEPS[step].done))
    return redirect(url_for("letters.life", slug=slug), 303)
