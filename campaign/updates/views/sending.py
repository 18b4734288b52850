"""One update at the desk: as it will look, to whom it goes, how far its mails are, and the steps it can take."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import nh3
from flask import Response, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from campaign.accounts.permissions import current_organizer, letter_or_refuse, organizer_required
from campaign.extensions import db
from campaign.http import refuse
from campaign.languages import _, ngettext
from campaign.letters.rules import moment_in
from campaign.lib import clock
from campaign.mail.render import Mail
from campaign.models import Letter, Update
from campaign.sentences import sentence
from campaign.sentences.updates import UPDATE_STEPS
from campaign.states import Refused
from campaign.updates import messages, operations, queries, rules
from campaign.updates.forms import SendForm
from campaign.updates.views.blueprint import audience, bp, update_or_refuse, updates_page

MOVES: dict[str, Callable[..., None]] = {
    "pause": operations.pause,
    "resume": operations.resume,
    "cancel": operations.cancel,
    "unschedule": operations.unschedule,
    "post": operations.post,
    "take-down": operations.take_down,
}


@bp.get("/desk/letters/<slug>/updates/<int:number>")
@organizer_required
def show(slug: str, number: int) -> Response:
    """The update as it will look, or looked; before it leaves with its circle, then with its progress."""
    letter = letter_or_refuse(slug, "view")
    update = update_or_refuse(letter, number)
    return updates_page("show.html", letter, update=update, mail=sample(update, letter), **standing(letter, update))


def standing(letter: Letter, update: Update) -> dict[str, Any]:
    """What the page says beside the words: the circle of a draft, the progress of what was begun."""
    if update.begun_at is None:
        return {"who": audience(update), "counts": None, "moves": rules.MOVES.get(update.state, ())}
    counts = queries.counts_of([update.id])[update.id]
    return {
        "who": audience(update),
        "counts": counts,
        "skipped": queries.skipped_by_reason(update.id),
        "unsettled": queries.unsettled_mails(update.id),
        "moves": rules.MOVES.get(update.state, ()),
        "may_repeat": update.state in ("sending", "sent"),
    }


def sample(update: Update, letter: Letter) -> dict[str, Any]:
    """The mail in its three parts; its HTML with the styles of the page, which forbids those of mails."""
    mail: Mail = messages.sample_mail(update, letter, queries.edition_to_name(update))
    words = mail.html.partition("<body")[2].partition(">")[2]
    body = nh3.clean(words, tags=nh3.ALLOWED_TAGS - {"div"}, attributes={"a": {"href"}})
    return {"subject": mail.subject, "text": mail.text, "body": Markup(body)}  # noqa: S704  cleaned in this line's place


@bp.get("/desk/letters/<slug>/updates/<int:number>/send")
@organizer_required
def ask_to_send(slug: str, number: int) -> Response:
    """How many mails leave to whom, and the one button."""
    letter = letter_or_refuse(slug, "publish")
    update = update_or_refuse(letter, number)
    if update.state not in rules.CHANGEABLE:
        raise Refused("illegal_move")
    return send_page(letter, update, SendForm())


def send_page(letter: Letter, update: Update, form: SendForm, status: int = 200) -> Response:
    """The page that asks once more."""
    return updates_page("send.html", letter, status, update=update, form=form, who=audience(update))


@bp.post("/desk/letters/<slug>/updates/<int:number>/send")
@organizer_required
def send(slug: str, number: int) -> ResponseReturnValue:
    """Begins to send, or lets it begin by itself."""
    letter = letter_or_refuse(slug, "publish")
    update, form = update_or_refuse(letter, number), SendForm()
    if not form.validate():
        return send_page(letter, update, form, 422)
    acted: dict[str, Any] = {"by_id": current_organizer().id, "now": clock.now()}
    try:
        if form.when.data == "later":
            at = moment_in(form.at.data, letter.timezone) if form.at.data else None
            operations.schedule(letter, update, at, **acted)
        else:
            operations.send_now(letter, update, **acted)
        db.session.commit()
    except Refused as refused:
        refuse(form, refused)
        return send_page(letter, update, form, 422)
    flash(_("The update is scheduled.") if form.when.data == "later" else _("The mails begin to leave."))
    return redirect(url_for("updates.show", slug=slug, number=number), 303)


@bp.post("/desk/letters/<slug>/updates/<int:number>/trial")
@organizer_required
def send_trial(slug: str, number: int) -> ResponseReturnValue:
    """Mails the update to the organizer's own address."""
    letter = letter_or_refuse(slug, "edit")
    update = update_or_refuse(letter, number)
    operations.send_trial(letter, update, by_id=current_organizer().id, now=clock.now())
    db.session.commit()
    flash(str(UPDATE_STEPS["trial"][1]))
    return redirect(url_for("updates.show", slug=slug, number=number), 303)


@bp.post("/desk/letters/<slug>/updates/<int:number>/again")
@organizer_required
def send_again(slug: str, number: int) -> ResponseReturnValue:
    """Sends what may have left, or was refused, once more."""
    letter = letter_or_refuse(slug, "publish")
    update = update_or_refuse(letter, number)
    count = operations.send_again(letter, update, by_id=current_organizer().id, now=clock.now())
    db.session.commit()
    flash(ngettext("%(num)d mail is on its way again.", "%(num)d mails are on their way again.", count))
    return redirect(url_for("updates.show", slug=slug, number=number), 303)


@bp.post("/desk/letters/<slug>/updates/<int:number>/<step>")
@organizer_required
def move(slug: str, number: int, step: str) -> ResponseReturnValue:
    """Takes one step: pause, resume, cancel, unschedule, post, take-down."""
    letter = letter_or_refuse(slug, "publish")
    update = update_or_refuse(letter, number)
    if step not in MOVES:
        raise Refused("not_found")
    try:
        MOVES[step](letter, update, by_id=current_organizer().id, now=clock.now())
        db.session.commit()
        flash(str(UPDATE_STEPS[step][1]))
    except Refused as refused:
        db.session.rollback()
        flash(sentence(refused.reason, **refused.values), "warn")
    return redirect(url_for("updates.show", slug=slug, number=number), 303)
