"""Complaints at the desk: the list by deadline, and a case with the signatures it may be about."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from campaign.accounts.permissions import current_organizer, letter_or_refuse, organizer_required
from campaign.extensions import db
from campaign.http import private_page
from campaign.languages import lazy
from campaign.lib import clock
from campaign.models import Complaint, Decision, Letter, Signature
from campaign.moderation import cases, operations, search
from campaign.moderation.forms import CaseForm
from campaign.moderation.rules import UNDOABLE, outcome_words
from campaign.moderation.views.blueprint import bp, first_error, offer_undo, undoable
from campaign.sentences import sentence
from campaign.sentences.complaints import CASE_STATES, COMPLAINT_KINDS, OUTCOMES
from campaign.states import Refused

# How many signatures are shown that a complaint may be about.
FOUND = 10
DONE = {
    "note": lazy("The note is kept."),
    "answer": lazy("The answer is on its way."),
    "remove": lazy("The signature is off the letter, and the case is decided."),
    "correct": lazy("The entry is corrected, and the case is decided."),
    "dismiss": lazy("The case is decided."),
    "reopen": lazy("The case is open again."),
}


@bp.get("/desk/letters/<slug>/complaints")
@organizer_required
def complaints(slug: str) -> Response:
    """Undecided complaints by deadline, or the decided ones (`state=decided`)."""
    letter = letter_or_refuse(slug, "moderate")
    decided = request.args.get("state") == "decided"
    return private_page(
        "moderation/complaints.html",
        letter=letter,
        tab="complaints",
        decided=decided,
        rows=cases.cases_of(letter.id, cases.DECIDED if decided else cases.UNDECIDED),
        counts=cases.count_cases(letter.id),
        complaint_kinds=COMPLAINT_KINDS,
        case_states=CASE_STATES,
        outcome_words=outcome_words,
        undo=undoable(letter),
    )


@bp.get("/desk/letters/<slug>/complaints/<int:case_id>")
@organizer_required
def complaint(slug: str, case_id: int) -> Response:
    """A case: what was written, notes, and the signatures it may be about."""
    letter = letter_or_refuse(slug, "moderate")
    return complaint_page(letter, case_id, CaseForm(formdata=None))


@bp.post("/desk/letters/<slug>/complaints/<int:case_id>")
@organizer_required
def decide_complaint(slug: str, case_id: int) -> ResponseReturnValue:
    """Does what was pressed, and shows the case again."""
    letter, form = letter_or_refuse(slug, "moderate"), CaseForm()
    if cases.case_of(letter.id, case_id) is None:
        raise Refused("not_found")
    if not form.validate():
        return complaint_page(letter, case_id, form, first_error(form), 422)
    try:
        decision = settle_case(letter.id, case_id, form)
    except Refused as refused:
        db.session.rollback()
        if refused.reason == "not_found":
            raise
        return complaint_page(letter, case_id, form, sentence(refused.reason), 422)
    db.session.commit()
    # Whatever was decided before: beside these words it would be taken for this.
    offer_undo(letter, [decision.id] if decision is not None and decision.act in UNDOABLE else [])
    flash(str(DONE[form.action.data or ""]))
    return redirect(url_for("moderation.complaint", slug=slug, case_id=case_id), 303)


def settle_case(letter_id: int, case_id: int, form: CaseForm) -> Decision | None:
    """Does what the form says; the decision on a signature, where it is one. Raises `Refused` as the operations do."""
    case, words = (letter_id, case_id), form.words.data or ""
    signature_id, seen = form.signature
    given: dict[str, Any] = {"by_id": current_organizer().id, "now": clock.now()}
    acts: dict[str, Any] = {
        "note": lambda: operations.add_note(*case, words, **given),
        "answer": lambda: operations.answer(*case, words, **given),
        "remove": lambda: operations.remove(*case, signature_id, seen, tell=bool(form.tell.data), **given),
        "correct": lambda: operations.correct(*case, signature_id, form.entry, **given),
        "dismiss": lambda: operations.dismiss(*case, form.outcome.data or "", words, **given),
        "reopen": lambda: operations.reopen(*case, **given),
    }
    decision: Decision | None = acts[form.action.data or ""]()
    return decision


def complaint_page(letter: Letter, case_id: int, form: CaseForm, problem: str = "", status: int = 200) -> Response:
    """A case around a form."""
    case = cases.case_of(letter.id, case_id)
    if case is None:
        raise Refused("not_found")
    return private_page(
        "moderation/complaint.html",
        status,
        letter=letter,
        tab="complaints",
        form=form,
        problem=problem,
        complaint=case,
        found=found_for(case),
        notes=cases.notes_of(case.id),
        undo=undoable(letter),
        complaint_kinds=COMPLAINT_KINDS,
        case_states=CASE_STATES,
        outcomes=OUTCOMES,
        outcome=outcome_words(case.outcome, case.outcome_text) if case.outcome else "",
    )


def found_for(case: Complaint) -> list[Signature]:
    """The signatures that bear the name a complaint is about, the newest first."""
    if not case.concerned:
        return []
    rows = search.signatures_with_words(case.letter_id, case.concerned, before_id=None, kind="", state="")
    return [row for row in rows if row.kind != "employee"][:FOUND]
