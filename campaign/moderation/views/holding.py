"""The hold rules of a letter: switches, figures, mutes, and judging the held ones again."""

from __future__ import annotations

from flask import Response, flash, redirect, url_for
from flask.typing import ResponseReturnValue

from campaign.accounts.permissions import current_organizer, letter_or_refuse, organizer_required
from campaign.choices import PublicationMode
from campaign.extensions import db
from campaign.http import private_page
from campaign.languages import _
from campaign.lib import clock
from campaign.models import Letter
from campaign.moderation import holding, operations
from campaign.moderation.forms import LeadersForm, MuteForm, PressedForm, SwitchForm
from campaign.moderation.views.blueprint import bp
from campaign.sentences import HOLDS, PUBLICATION_MODES, sentence
from campaign.signing.holds import RULES
from campaign.states import Refused

# Which rules a mute proposes.
AT_STALL = [rule.id for rule in RULES if rule.is_at_stall]


@bp.get("/desk/letters/<slug>/holds")
@organizer_required
def holds(slug: str) -> Response:
    """Every rule with its switch and figures, and what is muted."""
    return holds_page(letter_or_refuse(slug, "view"), MuteForm(formdata=None, data={"rules": AT_STALL}))


def holds_page(letter: Letter, form: MuteForm, problem: str = "", status: int = 200) -> Response:
    """The page around the form of a mute."""
    now = clock.now()
    lines = holding.rule_lines(letter, now)
    form.offer([(line.id, line.sentence) for line in lines if line.always_on is None])
    return private_page(
        "moderation/holds.html",
        status,
        letter=letter,
        tab="queue",
        form=form,
        problem=problem,
        lines=lines,
        mutes=holding.mutes_of(letter.id),
        rule_words=HOLDS,
        mode=PUBLICATION_MODES[letter.mode],
        is_reviewed=letter.mode == PublicationMode.REVIEW_FIRST,
        leaders=holding.leaders_of(letter.id),
        judged=holding.last_judged(letter.id),
    )


@bp.post("/desk/letters/<slug>/holds")
@organizer_required
def switch_rule(slug: str) -> ResponseReturnValue:
    """Switches one rule."""
    letter, form = letter_or_refuse(slug, "moderate"), SwitchForm()
    if not form.validate():
        return holds_page(letter, MuteForm(formdata=None), _("Use one of the buttons."), 422)
    is_on, rule = form.action.data == "on", form.rule.data or ""
    operations.switch_rule(letter, rule, is_on, by_id=current_organizer().id, now=clock.now())
    db.session.commit()
    words = _("Switched on: %(rule)s.", rule=HOLDS[rule]) if is_on else _("Switched off: %(rule)s.", rule=HOLDS[rule])
    flash(f"{words} {_('What is held or decided by now stays as it is.')}")
    return back(slug, f"rule-{rule}")


@bp.post("/desk/letters/<slug>/holds/mutes")
@organizer_required
def mute_rules(slug: str) -> ResponseReturnValue:
    """Mutes rules for a place and a time."""
    letter, form = letter_or_refuse(slug, "moderate"), MuteForm()
    lines = holding.rule_lines(letter, clock.now())
    form.offer([(line.id, line.sentence) for line in lines if line.always_on is None])
    if not form.validate():
        return holds_page(letter, form, status=422)
    said = (form.rules.data or [], form.place.data or "", form.window(letter.timezone), form.reason.data or "")
    try:
        operations.mute_rules(letter, *said, by_id=current_organizer().id, now=clock.now())
    except Refused as refused:
        db.session.rollback()
        return holds_page(letter, form, sentence(refused.reason), 422)
    db.session.commit()
    flash(_("Muted. The rules hold again by themselves when the time is over."))
    return back(slug, "mutes")


@bp.post("/desk/letters/<slug>/holds/mutes/<int:mute_id>/end")
@organizer_required
def end_mute(slug: str, mute_id: int) -> ResponseReturnValue:
    """Ends a mute before its time."""
    letter = letter_or_refuse(slug, "moderate")
    if not PressedForm().validate():
        raise Refused("not_found")
    operations.end_mute(letter, mute_id, by_id=current_organizer().id, now=clock.now())
    db.session.commit()
    flash(_("The rules hold again."))
    return back(slug, "mutes")


@bp.post("/desk/letters/<slug>/holds/judge")
@organizer_required
def judge_held(slug: str) -> ResponseReturnValue:
    """Has those who are held judged again by the rules as they are now."""
    letter = letter_or_refuse(slug, "moderate")
    if not PressedForm().validate():
        raise Refused("not_found")
    operations.ask_to_judge(letter, by_id=current_organizer().id, now=clock.now())
    db.session.commit()
    flash(_("The held signatures are being judged again. Those that no rule holds appear within minutes."))
    return back(slug, "judge")


@bp.post("/desk/letters/<slug>/holds/leaders/<int:target_id>")
@organizer_required
def name_leaders(slug: str, target_id: int) -> ResponseReturnValue:
    """Says who leads one of those whom the letter asks."""
    letter, form = letter_or_refuse(slug, "moderate"), LeadersForm()
    if not form.validate():
        return holds_page(letter, MuteForm(formdata=None), _("This is too long. Shorten it a little."), 422)
    operations.name_leaders(letter, target_id, form.listed(), by_id=current_organizer().id, now=clock.now())
    db.session.commit()
    flash(_("Saved. Whoever signs with such a name from now on is held."))
    return back(slug, "leaders")


def back(slug: str, place: str) -> ResponseReturnValue:
    """To the page, at the place where something was done."""
    return redirect(url_for("moderation.holds", slug=slug, _anchor=place), 303)
