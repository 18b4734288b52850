"""The page of one's own signature, and its form of corrections."""

from __future__ import annotations

from typing import Any

from flask import redirect, url_for
from werkzeug.wrappers import Response

from campaign.languages import _, longdate
from campaign.letters import changes
from campaign.lib.periods import PERIODS
from campaign.mailboxes import keys_of
from campaign.models import Letter, Signature
from campaign.sentences import METHODS
from campaign.signing import queries
from campaign.signing.forms import MyOrganizationForm, MyPersonForm
from campaign.signing.messages import my_url
from campaign.signing.standing import standing
from campaign.signing.views.affiliation import Named, settle
from campaign.signing.views.blueprint import personal, scope_of, shown_entry
from campaign.signing.views.proving import proving
from campaign.verification.queries import methods_of

MyForm = MyPersonForm | MyOrganizationForm
COLUMNS = ("title", "affiliation", "place", "country", "comment", "is_private")
CLAIM = ("legal_name", "website", "type", "role", "show_representative")


def back(token: str, done: str) -> Response:
    """On to the page of the signature, which says what was done."""
    return redirect(url_for("signing.my_entry", token=token, done=done), 303)


def over_page(letter: Letter, action: str, **values: Any) -> Response:
    """The page of a signature that was withdrawn or erased."""
    return personal("signing/my_done.html", letter=letter, action=action, **values)


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
        receipts=[row.number for row in reversed(queries.editions_holding(signature.id))],
    )
