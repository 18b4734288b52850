"""The page of protection: what is unusual, the switches that stop a wave, whom a letter trusts or blocks."""

from __future__ import annotations

from flask import Response, flash, redirect, url_for
from flask.typing import ResponseReturnValue

from campaign.accounts.permissions import current_organizer, letter_or_refuse, organizer_required
from campaign.choices import AlarmState
from campaign.extensions import db
from campaign.http import private_page
from campaign.languages import _, ngettext
from campaign.lib import clock
from campaign.models import Letter
from campaign.moderation import fitting, operations, protection
from campaign.moderation.conditions import Condition
from campaign.moderation.forms import AlarmForm, GuardForm, ProtectionForm
from campaign.moderation.operations import Named
from campaign.moderation.views.blueprint import bp
from campaign.moderation.views.bulk import address_of, condition_words
from campaign.moderation.waves import alarm_words, condition_of
from campaign.sentences import sentence
from campaign.sentences.abuse import ALARM_STATES, BULK_STATES, GUARD_LISTS
from campaign.signing.rules import is_proof_asked
from campaign.states import Refused


@bp.get("/desk/letters/<slug>/protection")
@organizer_required
def protect(slug: str) -> Response:
    """Alarms, switches, lists and the latest decisions by condition."""
    return protection_page(letter_or_refuse(slug, "view"))


def protection_page(
    letter: Letter,
    *,
    switches: ProtectionForm | None = None,
    guard: GuardForm | None = None,
    problem: str = "",
    told: str = "",
    status: int = 200,
) -> Response:
    """The page around its forms."""
    # Those that stand first, each the latest first.
    alarms = sorted(protection.latest_alarms(letter.id), key=lambda alarm: alarm.state == AlarmState.OVER)
    switches = switches or ProtectionForm(formdata=None)
    switches.reason.flags.required = True
    return private_page(
        "moderation/protection.html",
        status,
        letter=letter,
        tab="protection",
        problem=problem,
        told=told,
        switches=switches,
        guard=guard or GuardForm(formdata=None),
        alarms=[(alarm, alarm_words(alarm), address_of(letter, condition_of(alarm))) for alarm in alarms],
        alarm_states=ALARM_STATES,
        asks_proof=is_proof_asked(letter.asks_proof, letter.proof_until, clock.now()),
        guards=protection.guards_shown(letter.id),
        lists=GUARD_LISTS,
        for_site=protection.owns_everything(current_organizer().id),
        bulk=[(row, condition_words(letter, Condition.read(row.condition))) for row in fitting.latest_bulk(letter.id)],
        bulk_states=BULK_STATES,
    )


@bp.post("/desk/letters/<slug>/protection")
@organizer_required
def switch(slug: str) -> ResponseReturnValue:
    """Turns a switch."""
    letter, form = letter_or_refuse(slug, "moderate"), ProtectionForm()
    if not form.validate():
        return protection_page(letter, switches=form, problem=_("Use one of the buttons."), status=422)
    action, reason = form.action.data or "", form.reason.data or ""
    try:
        operations.switch(letter, action, reason, by_id=current_organizer().id, now=clock.now())
    except Refused as refused:
        return protection_page(letter, switches=form, problem=sentence(refused.reason), status=422)
    db.session.commit()
    flash(SWITCHED[action]())
    return redirect(url_for("moderation.protect", slug=slug), 303)


SWITCHED = {
    "hold": lambda: _("Every signature confirmed from now on is held."),
    "release": lambda: _("Signatures appear again as the rules of the letter say. Those that were held still wait."),
    "ask": lambda: _("The form asks for a proof of work from now on."),
    "stop": lambda: _("The form asks for no proof of work any more."),
}


@bp.post("/desk/letters/<slug>/protection/alarms/<int:alarm_id>")
@organizer_required
def settle_alarm(slug: str, alarm_id: int) -> ResponseReturnValue:
    """Notes that an alarm was looked at, or is over."""
    letter, form = letter_or_refuse(slug, "moderate"), AlarmForm()
    if not form.validate():
        return protection_page(letter, problem=_("Use one of the buttons."), status=422)
    operations.settle_alarm(letter.id, alarm_id, form.action.data or "", by_id=current_organizer().id, now=clock.now())
    db.session.commit()
    return redirect(url_for("moderation.protect", slug=slug, _anchor=f"alarm-{alarm_id}"), 303)


@bp.post("/desk/letters/<slug>/protection/lists")
@organizer_required
def add_guard(slug: str) -> ResponseReturnValue:
    """Tries an entry of the lists, or adds it."""
    letter, form = letter_or_refuse(slug, "moderate"), GuardForm()
    if not form.validate():
        return protection_page(letter, guard=form, status=422)
    try:
        named = operations.read_entry(form.entry.data or "")
        if form.action.data == "try":
            return protection_page(letter, guard=form, told=tried_words(letter, named))
        operations.add_guard(
            letter,
            named,
            form.side.data or "",
            form.comment.data or "",
            everywhere=bool(form.everywhere.data),
            by_id=current_organizer().id,
            now=clock.now(),
        )
    except Refused as refused:
        db.session.rollback()
        form.entry.errors = [sentence(refused.reason)]
        return protection_page(letter_or_refuse(slug, "moderate"), guard=form, status=422)
    db.session.commit()
    flash(_("%(entry)s is on the list from now on.", entry=named.shown))
    return redirect(url_for("moderation.protect", slug=slug, _anchor="lists"), 303)


def tried_words(letter: Letter, named: Named) -> str:
    """What an entry would match, in a sentence."""
    number = operations.count_named(letter.id, named, clock.now())
    if number is None:
        return str(_("%(entry)s is too wide to try out. It would match whoever signs from it.", entry=named.shown))
    if named.kind == "network":
        return str(
            ngettext(
                "%(entry)s would match %(num)d attempt of today.",
                "%(entry)s would match %(num)d attempts of today.",
                number,
                entry=named.shown,
            )
        )
    return str(
        ngettext(
            "%(entry)s would match %(num)d signature of the last 30 days.",
            "%(entry)s would match %(num)d signatures of the last 30 days.",
            number,
            entry=named.shown,
        )
    )


@bp.post("/desk/letters/<slug>/protection/lists/<int:entry_id>")
@organizer_required
def remove_guard(slug: str, entry_id: int) -> ResponseReturnValue:
    """Takes an entry off the lists."""
    letter = letter_or_refuse(slug, "moderate")
    operations.remove_guard(letter, entry_id, by_id=current_organizer().id, now=clock.now())
    db.session.commit()
    flash(_("The entry is off the list. What it held before still waits for a decision."))
    return redirect(url_for("moderation.protect", slug=slug, _anchor="lists"), 303)
