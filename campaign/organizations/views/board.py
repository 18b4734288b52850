"""The board of a letter: who answered what, and the mails that go to all."""

from __future__ import annotations

from flask import Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from campaign.accounts.permissions import current_organizer, letter_or_refuse, organizer_required
from campaign.extensions import db, read_only
from campaign.http import refuse
from campaign.languages import _, ngettext
from campaign.letters.rules import local_time, moment_in
from campaign.lib import clock
from campaign.models import Letter
from campaign.organizations import operations, queries
from campaign.organizations.forms import BoardForm, PressForm
from campaign.organizations.views.blueprint import bp, counts_of, page, to_remind
from campaign.sentences import sentence
from campaign.states import Refused


@bp.get("/desk/letters/<slug>/coalition")
@organizer_required
def board(slug: str) -> Response:
    """The organizations of the coalition, A to Z."""
    letter = letter_or_refuse(slug, "view")
    return board_page(letter, stored_settings(letter))


def stored_settings(letter: Letter) -> BoardForm:
    """The form filled with the deadline, on the clocks of the letter, and the switch."""
    due = local_time(letter.answers_due_at, letter.timezone) if letter.answers_due_at else None
    return BoardForm(formdata=None, due_at=due, shows_names=letter.board_shows_names)


def board_page(letter: Letter, form: BoardForm, status: int = 200) -> Response:
    """The page around the form of its settings."""
    with read_only():
        rows = queries.board_of(letter.id)
    on_board = [row.Invitation for row in rows if row.Invitation.cancelled_at is None]
    return page(
        "board.html",
        letter,
        status,
        form=form,
        rows=rows,
        counts=counts_of(rows),
        uninvited=sum(1 for row in on_board if row.invited_at is None and row.email),
        remindable={row.id for row in on_board if to_remind(row)},
        questions=sum(1 for row in rows if row.waits),
    )


@bp.post("/desk/letters/<slug>/coalition")
@organizer_required
def save_settings(slug: str) -> ResponseReturnValue:
    """Saves the deadline and the switch."""
    letter, form = letter_or_refuse(slug, "edit"), BoardForm()
    if not form.validate():
        return board_page(letter, form, 422)
    due = moment_in(form.due_at.data, letter.timezone) if form.due_at.data else None
    by_id, shows = current_organizer().id, bool(form.shows_names.data)
    try:
        operations.save_board_settings(letter, due_at=due, shows_names=shows, by_id=by_id, now=clock.now())
        db.session.commit()
    except Refused as refused:
        refuse(form, refused)
        return board_page(letter_or_refuse(slug, "edit"), form, 422)
    flash(_("Saved."))
    return redirect(url_for("organizations.board", slug=slug), 303)


@bp.post("/desk/letters/<slug>/coalition/mail")
@organizer_required
def mail(slug: str) -> ResponseReturnValue:
    """Invites everybody who was not invited yet, or with `action` remind reminds everybody who has to answer."""
    letter, form = letter_or_refuse(slug, "edit"), PressForm()
    if not form.validate():
        raise Refused("stale_form")
    flash(*write_to(letter, request.form.get("action", ""), None))
    return redirect(url_for("organizations.board", slug=slug), 303)


def write_to(letter: Letter, action: str, only: int | None) -> tuple[str, str]:
    """Invites or reminds, and commits; what to say of it, and how: message or warn."""
    acts = {"invite": operations.invite, "remind": operations.remind}
    if action not in acts:
        raise Refused("unknown_action")
    try:
        count = acts[action](letter, only=only, by_id=current_organizer().id, now=clock.now())
        db.session.commit()
    except Refused as refused:
        db.session.rollback()
        return sentence(refused.reason), "warn"
    if action == "invite":
        return ngettext(
            "%(num)d organization is being invited.", "%(num)d organizations are being invited.", count
        ), "message"
    return ngettext(
        "%(num)d organization is being reminded.", "%(num)d organizations are being reminded.", count
    ), "message"
