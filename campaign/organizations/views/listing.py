"""Putting organizations on the board: paste or upload, look at what was read, add."""

from __future__ import annotations

from flask import Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from campaign.accounts.permissions import current_organizer, letter_or_refuse, organizer_required
from campaign.extensions import db
from campaign.http import refuse
from campaign.languages import ngettext
from campaign.lib import clock
from campaign.models import Letter
from campaign.organizations import lists, operations, queries
from campaign.organizations.forms import ListForm
from campaign.organizations.views.blueprint import bp, page
from campaign.states import Refused


@bp.get("/desk/letters/<slug>/coalition/new")
@organizer_required
def new(slug: str) -> Response:
    """The form for a list."""
    return page("new.html", letter_or_refuse(slug, "edit"), form=ListForm(), lines=None)


@bp.post("/desk/letters/<slug>/coalition/new")
@organizer_required
def add(slug: str) -> ResponseReturnValue:
    """Shows what was read; with `action` add puts the good lines on the board."""
    letter, form = letter_or_refuse(slug, "edit"), ListForm()
    if not form.validate():
        return page("new.html", letter, 422, form=form, lines=None)
    try:
        form.listed.data = uploaded() or form.listed.data or ""
        lines = lists.read_list(form.listed.data, queries.known_on(letter.id))
    except Refused as refused:
        refuse(form, refused)
        return page("new.html", letter_or_refuse(slug, "edit"), 422, form=form, lines=None)
    if request.form.get("action") != "add":
        return page("new.html", letter, form=form, lines=lines)
    return added(letter, lines)


def uploaded() -> str:
    """The text of the file that was chosen; "" for none. Raises `Refused("list_unreadable")`."""
    file = request.files.get("file")
    data = file.read() if file else b""
    return lists.decoded(data) if data else ""


def added(letter: Letter, lines: list[lists.Line]) -> ResponseReturnValue:
    """Adds the good lines, and goes to the board."""
    slug = letter.slug
    count = operations.add_to_board(letter, lines, by_id=current_organizer().id, now=clock.now())
    db.session.commit()
    flash(
        ngettext(
            "%(num)d organization was added. Nothing was sent yet.",
            "%(num)d organizations were added. Nothing was sent yet.",
            count,
        )
    )
    return redirect(url_for("organizations.board", slug=slug), 303)
