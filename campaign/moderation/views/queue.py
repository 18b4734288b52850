"""The queue: what waits for a decision, oldest first, with one signature opened beside it."""

from __future__ import annotations

from flask import Response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from campaign.accounts.permissions import current_organizer, letter_or_refuse, organizer_required
from campaign.extensions import db
from campaign.http import private_page
from campaign.lib import clock
from campaign.models import Letter
from campaign.moderation import operations, queries
from campaign.moderation.forms import DecisionForm, UndoForm
from campaign.moderation.rules import KINDS, PAGE, Place, place_of, row_id
from campaign.moderation.views.blueprint import (
    announce,
    bp,
    first_error,
    one_signature,
    problem_of,
    sent_row,
    settle,
    undoable,
)
from campaign.sentences import sentence
from campaign.states import Refused


@bp.get("/desk/letters/<slug>/queue")
@organizer_required
def queue(slug: str) -> Response:
    """A page of the queue; `at` opens a signature, `after` is the page, `kind` narrows."""
    letter = letter_or_refuse(slug, "view")
    return queue_page(letter, DecisionForm())


def queue_page(letter: Letter, form: DecisionForm, problem: str = "", status: int = 200) -> Response:
    """The queue around a form, on the page and signature the request names."""
    kind = request.values.get("kind", "")
    kind = kind if kind in KINDS else ""
    after = place_of(request.values.get("after", ""))
    rows = queries.undecided(letter.id, after, kind)
    opened = row_id(request.args.get("at", "")) or sent_row(form, status)
    return private_page(
        "moderation/queue.html",
        status,
        letter=letter,
        tab="queue",
        form=form,
        problem=problem,
        rows=rows[:PAGE],
        next_after=Place(rows[PAGE - 1].asking, rows[PAGE - 1].id) if len(rows) > PAGE else None,
        after=after,
        kind=kind,
        waiting=queries.count_undecided(letter.id),
        undo=undoable(letter),
        **one_signature(letter, opened or (rows[0].id if rows else None)),
    )


@bp.post("/desk/letters/<slug>/queue")
@organizer_required
def decide(slug: str) -> ResponseReturnValue:
    """Decides on the rows named, and opens the next one."""
    letter, form = letter_or_refuse(slug, "moderate"), DecisionForm()
    if not form.validate():
        return queue_page(letter, form, problem=first_error(form), status=422)
    try:
        outcome = settle(letter, form)
    except Refused as refused:
        return queue_page(letter, form, problem=problem_of(letter, form, refused), status=422)
    kind, after = form.kind.data or "", place_of(form.after.data or "")
    following = queries.next_undecided(letter.id, queries.last_place(outcome.signatures) or after, kind)
    db.session.commit()
    announce(letter, form.ruling.act, outcome)
    target = url_for("moderation.queue", slug=slug, at=following, after=after, kind=kind or None, _anchor="one")
    return redirect(target, 303)


@bp.post("/desk/letters/<slug>/undo")
@organizer_required
def undo(slug: str) -> ResponseReturnValue:
    """Takes back the decisions named, and opens the first signature they were about."""
    letter, form = letter_or_refuse(slug, "moderate"), UndoForm()
    if not form.validate():
        raise Refused("nothing_to_undo")
    ids, by_id = form.decision.data or [], current_organizer().id
    outcome = operations.undo_many(letter.id, ids, by_id=by_id, now=clock.now())
    if not outcome.decisions:
        db.session.rollback()
        reason = next(iter(outcome.refused.values()))
        if reason == "not_found":
            raise Refused(reason)
        return queue_page(letter, DecisionForm(formdata=None), problem=sentence(reason), status=422)
    db.session.commit()
    announce(letter, "undo", outcome)
    back = request.form.get("back", "")
    if back in ("duplicates", "complaints"):
        return redirect(url_for(f"moderation.{back}", slug=slug), 303)
    page = "moderation.signatures" if back == "signatures" else "moderation.queue"
    return redirect(url_for(page, slug=slug, at=outcome.signatures[0], _anchor="one"), 303)
