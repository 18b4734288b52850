"""The blueprint of the desk, and what its pages share: one signature in full, and deciding on it."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, session

from campaign.accounts.permissions import current_organizer, may_here
from campaign.choices import Asking
from campaign.extensions import db
from campaign.formbase import PostedForm
from campaign.languages import _, ngettext
from campaign.lib import clock
from campaign.models import Letter, Signature
from campaign.moderation import operations, pairs, protection, queries, rules
from campaign.moderation.forms import AskColleagueForm, AskContactForm, DecisionForm
from campaign.moderation.operations import Outcome
from campaign.organizations.nearness import near_domains
from campaign.sentences import (
    ACTS,
    METHODS,
    ORGANIZATION_TYPES,
    QUESTIONS,
    REJECTIONS,
    SIGNATURE_KINDS,
    SIGNATURE_STATES,
    sentence,
)
from campaign.sentences.authority import LEVELS, LIKENESS
from campaign.sentences.duplicates import PAIR_REASONS
from campaign.signing.operations.authority import domain_of
from campaign.signing.queries import check_of, requests_of
from campaign.signing.queries.asked import last_asked
from campaign.signing.views.proving import found_on_domain
from campaign.states import Refused
from campaign.verification import dns_txt, well_known
from campaign.verification.domain_value import make_value
from campaign.verification.methods import authority_level

bp = Blueprint("moderation", __name__)
# Where the cookie keeps the decisions that one press takes back.
UNDO = "undo"


@bp.context_processor
def words_and_rights() -> dict[str, Any]:
    """What every page of the desk says things with, and asks rights by."""
    return {
        "may": may_here,
        "now": clock.now(),
        "standing": rules.standing,
        "possible_acts": rules.possible_acts,
        "may_vouch": rules.may_vouch,
        "may_ask": rules.may_ask,
        "questions": QUESTIONS,
        "reason_words": rules.reason_words,
        "states": SIGNATURE_STATES,
        "kinds": SIGNATURE_KINDS,
        "methods": METHODS,
        "types": ORGANIZATION_TYPES,
        "acts": ACTS,
        "rejections": REJECTIONS,
        "pair_reasons": PAIR_REASONS,
    }


def one_signature(letter: Letter, signature_id: int | None, asking: Any = None) -> dict[str, Any]:
    """A signature with its evidence and history, for the panel; nothing for None.

    `asking` is a form about the organization's right to sign that came and cannot be. Raises `Refused("not_found")`
    for a signature of another letter.
    """
    if signature_id is None:
        nothing = ("one", "two", "authority", "asked", "same_network")
        return {"history": [], "proofs": [], **dict.fromkeys(nothing)}
    signature = queries.signature_of(letter.id, signature_id)
    if signature is None:
        raise Refused("not_found")
    return {
        "one": signature,
        "history": (history := queries.history_of(signature.id)),
        "two": pairs.suggestion_for(letter.id, signature.id),
        # Most were never asked anything, and row and history say so.
        "asked": last_asked(signature.id) if was_asked(signature, history) else None,
        "proofs": (proofs := queries.proofs_of(signature.id)),
        "authority": authority_of(signature, [proof.method for proof in proofs], asking),
        "same_network": protection.from_same_network(letter.id, signature.id),
    }


def was_asked(signature: Signature, history: list[queries.Past]) -> bool:
    """Whether somebody was asked something: what they answered stays to be read after a decision."""
    return signature.asking != Asking.NONE or any(past.decision.act == "ask" for past in history)


def authority_of(signature: Signature, methods: list[str], asking: Any = None) -> dict[str, Any] | None:
    """How far an organization's right to sign was shown, what it is near to, and whom one can ask; None for people."""
    if signature.endorsement is None or signature.kind != "organization":
        return None
    website, domain = signature.endorsement.website, domain_of(signature)
    check = check_of(signature.id)
    forms: dict[str, Any] = {"contact": AskContactForm(formdata=None), "colleague": AskColleagueForm(formdata=None)}
    return {
        "level": LEVELS[authority_level(methods)],
        "near": near_domains(signature.letter_id, website, signature.organization_id),
        "likeness": LIKENESS,
        "domain": domain,
        "value": make_value(signature.id, domain) if domain else "",
        "names": dns_txt.places(domain) if domain else (),
        "file": well_known.address(domain) if domain else "",
        "check": check,
        "found": found_on_domain(check),
        "requests": requests_of(signature.id),
        "can_ask": signature.verification == "verified" and signature.moderation != "rejected",
        "forms": {name: asking if asking is not None and name in asking else form for name, form in forms.items()},
        "sent": asking,
    }


def first_error(form: PostedForm) -> str:
    """The first thing to mend in a form that does not hold."""
    return str(next(iter(form.errors.values()))[0])


def sent_row(form: DecisionForm, status: int) -> int | None:
    """The signature a refused form was about, so that it is opened again with what was written."""
    return form.row.data[0][0] if status != 200 and form.row.data else None


def settle(letter: Letter, form: DecisionForm) -> Outcome:
    """Does what the form says. One row that refuses raises `Refused`; of several, the others stand."""
    rows, ruling, now, by_id = form.row.data or [], form.ruling, clock.now(), current_organizer().id
    if len(rows) > 1 and ruling.act == "ask":
        return operations.ask_many(letter.id, rows, form.asked, by_id=by_id, now=now)
    if len(rows) > 1:
        return operations.decide_many(letter.id, rows, ruling, by_id=by_id, now=now)
    signature_id, seen = rows[0]
    outcome = Outcome()
    if ruling.act == "vouch":
        outcome.note(operations.vouch(letter.id, signature_id, seen, ruling.note, by_id=by_id, now=now))
    elif ruling.act == "ask":
        outcome.note(operations.ask(letter.id, signature_id, seen, form.asked, by_id=by_id, now=now))
    else:
        outcome.note(operations.decide(letter.id, signature_id, seen, ruling, by_id=by_id, now=now))
    return outcome


def announce(letter: Letter, act: str, outcome: Outcome) -> None:
    """Says what was done, keeps what can be taken back, and says what was left alone and why."""
    number = len(outcome.decisions)
    if number:
        flash(told(act, number))
        offer_undo(letter, [] if act == "undo" else outcome.decisions)
    for reason in sorted(set(outcome.refused.values())):
        left = sum(1 for found in outcome.refused.values() if found == reason)
        words = ngettext("%(num)d signature was left as it was.", "%(num)d signatures were left as they were.", left)
        flash(f"{words} {sentence(reason)}", "warn")


def offer_undo(letter: Letter, decisions: list[int]) -> None:
    """Keeps, in this browser, what one press can take back."""
    session[UNDO] = {"letter": letter.id, "decisions": decisions}


def told(act: str, number: int) -> str:
    """What an act did to so many signatures, in a sentence."""
    words = {
        "approve": ngettext("%(num)d signature approved.", "%(num)d signatures approved.", number),
        "hold": ngettext("%(num)d signature held.", "%(num)d signatures held.", number),
        "reject": ngettext("%(num)d signature rejected.", "%(num)d signatures rejected.", number),
        "vouch": _("You vouched for this organization. It is on the letter now."),
        "merge": _("The two are one now. The other is kept, and counted no more."),
        "not_the_same": _("Remembered: they are not the same, and are not suggested again."),
        "ask": ngettext(
            "%(num)d person is asked. The mail leaves in two minutes.",
            "%(num)d people are asked. The mails leave in two minutes.",
            number,
        ),
        "undo": ngettext("%(num)d decision undone.", "%(num)d decisions undone.", number),
    }
    return str(words[act])


def undoable(letter: Letter) -> list[int]:
    """The decisions of this browser's last act on this letter."""
    kept = session.get(UNDO)
    if not isinstance(kept, dict) or kept.get("letter") != letter.id:
        return []
    return [number for number in kept.get("decisions", []) if isinstance(number, int)]


def problem_of(letter: Letter, form: DecisionForm, refused: Refused) -> str:
    """Why nothing was done; where somebody else was quicker, also who, and what they did."""
    db.session.rollback()
    words = str(sentence(refused.reason, **refused.values))
    rows = form.row.data or []
    if refused.reason != "already_decided" or not rows:
        return words
    history = queries.history_of(rows[0][0])
    if not history:
        return words
    last = history[0]
    who = last.by or _("A command")
    act = ACTS.get(last.decision.act, last.decision.act)
    return str(_("%(who)s: %(act)s. %(advice)s", who=who, act=act, advice=words))
