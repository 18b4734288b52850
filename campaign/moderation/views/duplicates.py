"""Signatures that may be one, side by side: merged, told apart, and what was decided before."""

from __future__ import annotations

from dataclasses import replace

from flask import Response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from campaign.accounts.permissions import current_organizer, letter_or_refuse, organizer_required
from campaign.choices import PairState
from campaign.extensions import db
from campaign.http import private_page
from campaign.lib import clock
from campaign.models import Decision, Letter
from campaign.moderation import operations, pairs, queries
from campaign.moderation.forms import DecisionForm, PairForm
from campaign.moderation.operations import Outcome
from campaign.moderation.rules import PAGE, place_of, row_id
from campaign.moderation.views.blueprint import announce, bp, undoable
from campaign.moderation.views.queue import queue_page
from campaign.sentences import sentence
from campaign.states import Refused


@bp.get("/desk/letters/<slug>/duplicates")
@organizer_required
def duplicates(slug: str) -> Response:
    """A page of pairs, oldest first: those suggested, merged, or told apart (`state`)."""
    return duplicates_page(letter_or_refuse(slug, "view"))


def duplicates_page(letter: Letter, problem: str = "", status: int = 200) -> Response:
    """The list of pairs, as the address narrows it."""
    state = request.args.get("state", "")
    state = state if state in list(PairState) else PairState.SUGGESTED.value
    after = row_id(request.args.get("after", "")) or 0
    rows = pairs.pairs_of(letter.id, state, after)
    return private_page(
        "moderation/duplicates.html",
        status,
        letter=letter,
        tab="signatures",
        problem=problem,
        state=state,
        rows=rows[:PAGE],
        next_after=rows[PAGE - 1].pair.id if len(rows) > PAGE else None,
        after=after,
        suggested=pairs.count_suggested(letter.id),
        undo=undoable(letter),
    )


@bp.post("/desk/letters/<slug>/duplicates")
@organizer_required
def decide_pair(slug: str) -> ResponseReturnValue:
    """Merges the two of a pair, or tells them apart; back to the list, or to the queue it was pressed in."""
    letter, form = letter_or_refuse(slug, "moderate"), PairForm()
    opened = row_id(form.at.data or "")
    if not form.validate():
        raise Refused("unknown_action")
    try:
        decision = settle_pair(letter, form)
    except Refused as refused:
        db.session.rollback()
        if refused.reason == "not_found":
            raise
        problem = sentence(refused.reason)
        if opened:
            return queue_page(letter, DecisionForm(formdata=None), problem=problem, status=422)
        return duplicates_page(letter, problem, 422)
    following = opened_or_next(letter, opened, form.kind.data or "")
    outcome = Outcome()
    outcome.note(decision)
    db.session.commit()
    announce(letter, decision.act, outcome)
    if not opened:
        return redirect(url_for("moderation.duplicates", slug=slug), 303)
    after, kind = place_of(form.after.data or ""), form.kind.data or None
    return redirect(url_for("moderation.queue", slug=slug, at=following, after=after, kind=kind, _anchor="one"), 303)


def opened_or_next(letter: Letter, opened: int | None, kind: str) -> int | None:
    """The signature that was open, where it still waits, or the one behind it; None where none was open."""
    place = queries.last_place([opened]) if opened else None
    return queries.next_undecided(letter.id, replace(place, id=place.id - 1), kind) if place else None


def settle_pair(letter: Letter, form: PairForm) -> Decision:
    """Does what the form says. Raises `Refused` not_found, and as the operations do."""
    pair = pairs.pair_of(letter.id, row_id(form.pair.data or "") or 0)
    if pair is None:
        raise Refused("not_found")
    now, by_id = clock.now(), current_organizer().id
    if form.action.data == "apart":
        return operations.tell_apart(letter.id, pair.id, by_id=by_id, now=now)
    kept, dropped = pair.first_id, pair.second_id
    if form.action.data == "merge:second":
        kept, dropped = dropped, kept
    return operations.merge(letter.id, kept, dropped, by_id=by_id, now=now)
