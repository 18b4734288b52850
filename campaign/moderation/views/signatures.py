"""All signatures of a letter, in every state: find one, see its history, decide on it."""

from __future__ import annotations

from typing import Any

from flask import Response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from campaign.accounts.permissions import letter_or_refuse, may_here, organizer_required
from campaign.extensions import db
from campaign.http import private_page
from campaign.lib import emails
from campaign.mailboxes import mailbox_of
from campaign.models import Letter, Signature
from campaign.moderation import search
from campaign.moderation.forms import DecisionForm
from campaign.moderation.rules import KINDS, PAGE, STATES, row_id
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
from campaign.states import Refused

SEARCH_LIMIT = 254


@bp.get("/desk/letters/<slug>/signatures")
@organizer_required
def signatures(slug: str) -> Response:
    """A page of signatures, newest first: `q`, `kind`, `state` narrow it, `before` is the page, `at` opens one."""
    return signatures_page(letter_or_refuse(slug, "view"), DecisionForm())


def signatures_page(
    letter: Letter, form: DecisionForm, problem: str = "", status: int = 200, asking: Any = None
) -> Response:
    """The list around a form, narrowed as the address says; `asking` as in `one_signature`."""
    narrowed = {
        "q": request.args.get("q", "").strip()[:SEARCH_LIMIT],
        "kind": request.args.get("kind", "") if request.args.get("kind") in KINDS else "",
        "state": request.args.get("state", "") if request.args.get("state") in STATES else "",
    }
    before = row_id(request.args.get("before", ""))
    rows = found(letter, narrowed, before)
    return private_page(
        "moderation/signatures.html",
        status,
        letter=letter,
        tab="signatures",
        form=form,
        problem=problem,
        rows=rows[:PAGE],
        next_before=rows[PAGE - 1].id if len(rows) > PAGE else None,
        before=before,
        narrowed=narrowed,
        all_states=STATES,
        all_kinds=KINDS,
        undo=undoable(letter),
        **one_signature(letter, row_id(request.args.get("at", "")) or sent_row(form, status), asking),
    )


def found(letter: Letter, narrowed: dict[str, str], before: int | None) -> list[Signature]:
    """The rows for what was searched: words of a name or affiliation, `@domain`, or an exact address.

    Whole addresses are for those who may see them; their domain is shown to everybody of the team.
    """
    text = narrowed["q"]
    place: dict[str, Any] = {"before_id": before, "kind": narrowed["kind"], "state": narrowed["state"]}
    if not text:
        return search.signatures(letter.id, **place)
    if "@" not in text:
        return search.signatures_with_words(letter.id, text, **place)
    if text.startswith("@"):
        return search.signatures_at(letter.id, text[1:], **place) if text[1:] else []
    return search.signatures_of_mailbox(letter.id, mailbox_keys(text)) if may_here("moderate") else []


def mailbox_keys(text: str) -> tuple[str, ...]:
    """The keys of a typed address; none for what is no address."""
    try:
        return mailbox_of(emails.parse_address(text)).keys
    except emails.BadAddress:
        return ()


@bp.post("/desk/letters/<slug>/signatures")
@organizer_required
def decide_here(slug: str) -> ResponseReturnValue:
    """Decides on the signature that is open, and shows it again."""
    letter, form = letter_or_refuse(slug, "moderate"), DecisionForm()
    if not form.validate():
        return signatures_page(letter, form, problem=first_error(form), status=422)
    try:
        outcome = settle(letter, form)
    except Refused as refused:
        return signatures_page(letter, form, problem=problem_of(letter, form, refused), status=422)
    db.session.commit()
    announce(letter, form.ruling.act, outcome)
    kept: dict[str, Any] = {name: request.args.get(name) for name in ("q", "kind", "state", "before")}
    kept["at"] = next(iter(outcome.signatures), None)
    return redirect(url_for("moderation.signatures", slug=slug, _anchor="one", **kept), 303)
