"""One's own signature: see, correct, hide, withdraw, take a copy, erase."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime

from flask import make_response, request
from werkzeug.wrappers import Response

from campaign import http, sentences
from campaign.extensions import db
from campaign.languages import lazy
from campaign.lib import clock
from campaign.lib.numbers import whole_number
from campaign.mail.dev import forget_mails
from campaign.models import Letter, Signature
from campaign.signing import operations, queries
from campaign.signing.forms import AddressForm
from campaign.signing.owners_copy import owners_copy
from campaign.signing.views.blueprint import bp, scope_of, shown_entry
from campaign.signing.views.links import erased_by, linked
from campaign.signing.views.own import MyForm, back, entered, entry_page, over_page, own_form
from campaign.states import Refused


@bp.route("/my/<token>", methods=["GET", "POST"])
def my_entry(token: str) -> Response:
    """One signature, with everything its owner can do to it."""
    if request.method == "POST" or "done" in request.args:
        over = erased_by("my", token)
        if over is not None:
            return back(token, "erase") if request.method == "POST" else over_page(over, "erase")
    signature, letter = linked("my", token)
    form = own_form(signature, letter)
    if request.method != "POST":
        return entry_page(token, signature, letter, form, saved=SAID.get(request.args.get("done", ""), ""))
    act = ACTIONS.get(request.form.get("action", ""))
    if act is None:
        raise Refused("unknown_action")
    if act is not save:
        # These buttons stand outside the form of corrections: only the token has to hold.
        token_form = AddressForm(scope_of(letter))
        token_form.validate()
        if "csrf_token" in token_form.errors:
            raise Refused("stale_form")
    return act(token, signature, letter, form)


def save(token: str, signature: Signature, letter: Letter, form: MyForm) -> Response:
    """Takes the corrections."""
    if not form.validate():
        return entry_page(token, signature, letter, form, status=422)
    found = entered(form, signature)
    if found is None:
        return entry_page(token, signature, letter, form, status=422)
    return changed(token, signature, "save", *found, form.consents())


def hide(token: str, signature: Signature, letter: Letter, form: MyForm) -> Response:
    """Takes the name off public pages; the signature stays counted."""
    consents = queries.consents_of(signature.id)
    return changed(token, signature, "hide", {"is_private": True}, {}, consents)


def keep(token: str, signature: Signature, letter: Letter, form: MyForm) -> Response:
    """Signs the new text."""
    return decided(token, signature, "keep", operations.accept_text)


def later(token: str, signature: Signature, letter: Letter, form: MyForm) -> Response:
    """Leaves the signature with the text it was given for, for now."""
    return decided(token, signature, "later", operations.decide_later)


def decided(
    token: str, signature: Signature, done: str, decide: Callable[[Signature, int, datetime], None]
) -> Response:
    """Stores what was decided on the text that the page showed; another one by now is shown first."""
    owned = operations.owned_signature(signature.id, signature.generation)
    try:
        decide(owned, whole_number(request.form.get("version", "")) or 0, clock.now())
    except Refused as refusal:
        if refusal.reason != "text_moved_again":
            raise
        db.session.rollback()
        return back(token, "moved")
    db.session.commit()
    return back(token, done)


def withdraw(token: str, signature: Signature, letter: Letter, form: MyForm) -> Response:
    """Takes the signature back."""
    owned = operations.owned_signature(signature.id, signature.generation)
    operations.withdraw_signature(owned, request.form.get("reason", ""), clock.now())
    db.session.commit()
    return back(token, "withdraw")


def erase(token: str, signature: Signature, letter: Letter, form: MyForm) -> Response:
    """Withdraws, and erases everything personal."""
    owned, email = operations.owned_signature(signature.id, signature.generation), signature.email or ""
    operations.erase_signature(owned, clock.now())
    db.session.commit()
    forget_mails(email)
    return back(token, "erase")


def export(token: str, signature: Signature, letter: Letter, form: MyForm) -> Response:
    """Everything kept about the signature, as JSON."""
    copy = owners_copy(signature, letter, shown_entry(signature))
    response = make_response(json.dumps(copy, ensure_ascii=False, indent=2))
    response.mimetype = "application/json"
    response.headers["Content-Disposition"] = f'attachment; filename="my-signature-{letter.slug}.json"'
    return http.private(response)


# What the page says after an act.
SAID = {
    "save": lazy("Your changes are saved."),
    "hide": lazy("Your name is hidden; you are still counted."),
    "keep": lazy("You have signed the new text."),
    "check": lazy("We look at your domain now. Load this page again in a minute."),
    "asked": lazy("Your colleague gets a mail with a link."),
    "named": lazy("An organizer looks at the page; then the address gets a mail with a link."),
    "moved": sentences.REASONS["text_moved_again"],
    "later": lazy("Your signature stays with the text you signed. You can come back to this page whenever you like."),
}
ACTIONS: dict[str, Callable[[str, Signature, Letter, MyForm], Response]] = {
    "save": save,
    "hide": hide,
    "keep": keep,
    "later": later,
    "withdraw": withdraw,
    "erase": erase,
    "export": export,
}


def changed(
    token: str,
    signature: Signature,
    done: str,
    changes: dict[str, object],
    claim: dict[str, object],
    consents: dict[str, str],
) -> Response:
    """Stores new answers and shows the page anew."""
    owned = operations.owned_signature(signature.id, signature.generation)
    operations.correct_signature(owned, changes, claim, consents, clock.now())  # type: ignore[arg-type]
    db.session.commit()
    return back(token, done)
