"""One's own signature: ask for the link, then see, correct, hide, withdraw, take a copy, erase."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

from flask import make_response, redirect, request, url_for
from werkzeug.wrappers import Response

from campaign import http, sentences
from campaign.evenness import even_work
from campaign.extensions import db
from campaign.languages import _, lazy, longdate
from campaign.letters import changes
from campaign.lib import clock
from campaign.lib.emails import parse_address
from campaign.lib.numbers import whole_number
from campaign.lib.periods import PERIODS
from campaign.mail.dev import forget_mails
from campaign.mailboxes import keys_of
from campaign.models import Letter, Signature
from campaign.sentences import METHODS
from campaign.signing import operations, queries
from campaign.signing.employee_numbers import next_change
from campaign.signing.forms import AddressForm, FindForm, MyOrganizationForm, MyPersonForm
from campaign.signing.messages import my_url
from campaign.signing.owners_copy import owners_copy
from campaign.signing.standing import standing
from campaign.signing.views.affiliation import Named, settle
from campaign.signing.views.blueprint import bp, open_answers, personal, scope_of, seal_answers, shown_entry
from campaign.signing.views.confirm import erased_by, linked
from campaign.signing.views.pages import asked_to_wait
from campaign.signing.views.proving import proving
from campaign.states import Refused
from campaign.verification.queries import methods_of

MyForm = MyPersonForm | MyOrganizationForm
COLUMNS = ("title", "affiliation", "place", "country", "comment", "is_private")
# Statements of the longest way: with the first mark of a network of the day.
LONGEST_WAY = 5
CLAIM = ("legal_name", "website", "type", "role", "show_representative")


@bp.route("/my", methods=["GET", "POST"])
def my() -> Response:
    """Asks for an address and mails the links to its signatures; the same answer for every address."""
    form = FindForm("my")
    if request.method == "POST":
        if not form.validate():
            return personal("signing/my.html", 422, form=form)
        if form.words is not None:
            return left(form)
        try:
            with even_work(LONGEST_WAY):
                operations.count_at_door("my", request.remote_addr, clock.now())
                operations.ask_for_my_links(parse_address(form.email.data or ""), clock.now())
        except Refused as refused:
            return asked_to_wait(refused, lambda: personal("signing/my.html", form=form), form)
        db.session.commit()
        return redirect(url_for("signing.my", s=seal_answers("my", {"email": form.email.data})), 303)
    asked = open_answers(request.args.get("s", ""))
    if asked.get("kind") == "my":
        return personal("signing/my_sent.html", email=asked["email"])
    if asked.get("kind") == "left":
        return personal("signing/my_left.html", next_change=next_change(clock.now()))
    return personal("signing/my.html", form=form)


def left(form: FindForm) -> Response:
    """An employee leaves with the six words; the same answer for words that nobody was given."""
    try:
        operations.leave(form.words or [], clock.now())
    except Refused as refused:
        db.session.rollback()
        form.email.errors = [sentences.sentence(refused.reason)]
        return personal("signing/my.html", 422, form=form)
    db.session.commit()
    return redirect(url_for("signing.my", s=seal_answers("left", {})), 303)


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


def back(token: str, done: str) -> Response:
    """On to the page of the signature, which says what was done."""
    return redirect(url_for("signing.my_entry", token=token, done=done), 303)


def over_page(letter: Letter, action: str, **values: Any) -> Response:
    """The page of a signature that was withdrawn or erased."""
    return personal("signing/my_done.html", letter=letter, action=action, **values)


def save(token: str, signature: Signature, letter: Letter, form: MyForm) -> Response:
    """Takes the corrections."""
    if not form.validate():
        return entry_page(token, signature, letter, form, status=422)
    found = entered(form, signature)
    if found is None:
        return entry_page(token, signature, letter, form, status=422)
    return changed(token, signature, "save", *found, form.consents())


def entered(form: MyForm, signature: Signature) -> tuple[dict[str, Any], dict[str, Any]] | None:
    """What a valid form of corrections holds: columns of the signature, and those of its endorsement.

    None when the form has to ask first which institution is meant, and now does.
    """
    named = settle(form, standing_line(signature)) if isinstance(form, MyPersonForm) else Named()
    if named is None:
        return None
    changes = {name: form[name].data for name in COLUMNS if name in form}
    if "affiliation" in form:
        changes.update(affiliation=named.typed, institution_id=named.institution_id)
    claim = {name: form[name].data for name in CLAIM if name in form}
    if isinstance(form, MyOrganizationForm):
        changes["name"] = form.organization.data
        claim["representative"] = form.name.data
    else:
        changes["name"] = form.name.data
    return changes, claim


def standing_line(signature: Signature) -> Named:
    """The affiliation as it stands, so that whoever leaves it keeps the institution it means."""
    return Named(signature.affiliation_typed, signature.institution_id, signature.affiliation)


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


def own_form(signature: Signature, letter: Letter, scope: str = "", *, is_sent: bool = True) -> MyForm:
    """The form of corrections, filled with what is stored, or with what was just sent to this page.

    Its token is bound to `scope`, else to the letter.
    """
    given: dict[str, Any] = {} if is_sent else {"formdata": None}
    ticked = dict.fromkeys(queries.consents_of(signature.id), True)
    claim = signature.endorsement
    form: MyForm
    if claim is None:
        stored = {name: getattr(signature, name) for name in ("name", *COLUMNS)}
        form = MyPersonForm(scope or scope_of(letter), data={**stored, **ticked}, **given)
    else:
        stored = {name: getattr(claim, name) for name in CLAIM}
        names = {"organization": signature.name, "name": claim.representative, "country": signature.country}
        form = MyOrganizationForm(scope or scope_of(letter), data={**stored, **names, **ticked}, **given)
    form.fit(letter, letter.sender)
    if claim is not None and not claim.website:
        # An organization without a site came by invitation.
        form.keep({"website": False})
    return form


def newer_text(signature: Signature, letter: Letter) -> dict[str, Any] | None:
    """What the page asks when the letter's text is another than the one signed; None when there is nothing to ask."""
    if signature.version_id == letter.version_id or letter.version is None:
        return None
    accepted, current = (queries.version_to_ask_about(id) for id in (signature.version_id, letter.version.id))
    if accepted is None or current is None or accepted.asked_number == current.asked_number:
        return None
    return {
        "version_id": current.id,
        "accepted": changes.text_names([accepted, current], current.asked_number)[accepted.asked_number],
        "changed_on": longdate(current.created_at, letter.timezone),
        "reason": current.reason,
        "changes": changes.condensed(changes.differences(accepted, current)),
    }


def facts_of(signature: Signature, letter: Letter) -> list[tuple[object, object]]:
    """When it was signed, where it stands, and what verified it."""
    facts: list[tuple[object, object]] = [
        (_("Signed on"), longdate(signature.signed_at, letter.timezone)),
        (_("State"), standing(signature, letter)),
    ]
    if signature.anonymized_at is not None:
        facts.append((_("Address removed on"), longdate(signature.anonymized_at, letter.timezone)))
    proofs = methods_of([signature.id]).get(signature.id, [])
    if proofs:
        facts.append((_("Verified by"), ", ".join(str(METHODS[method]) for method in proofs)))
    return facts


def entry_page(
    token: str,
    signature: Signature,
    letter: Letter,
    form: MyForm,
    *,
    saved: object = "",
    status: int = 200,
    sent: Any = None,
) -> Response:
    """The page of one's own signature; `sent` is a form of `proving` that came and cannot be."""
    if signature.withdrawn_at is not None:
        kept_days, is_carried = PERIODS["withdrawn"].days, queries.is_carried(signature)
        return over_page(letter, "withdraw", form=form, token=token, kept_days=kept_days, is_carried=is_carried)
    others = [
        (row.Letter.title, my_url(row.Signature), standing(row.Signature, row.Letter))
        for row in queries.signatures_of_mailbox(*keys_of(signature.mailbox_key, signature.email))
        if row.Signature.id != signature.id
    ]
    return personal(
        "signing/my_entry.html",
        status,
        letter=letter,
        entry=shown_entry(signature),
        token=token,
        form=form,
        saved=saved,
        facts=facts_of(signature, letter),
        newer=newer_text(signature, letter),
        proving=proving(signature, letter, sent),
        sent=sent,
        # What was merged is shown by the other signature.
        can_correct=signature.merged_into_id is None,
        is_carried=queries.is_carried(signature),
        can_hide=signature.kind != "organization" and not signature.is_private and signature.merged_into_id is None,
        others=others,
        receipts=queries.editions_with(signature.id),
    )
