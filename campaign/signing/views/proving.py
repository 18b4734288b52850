"""What the representative of an endorsement that is held for its address can do about it, for their own page."""

from __future__ import annotations

from typing import Any

from campaign.languages import _
from campaign.models import DomainCheck, Letter, Signature
from campaign.sentences.authority import CHECKS
from campaign.signing import queries
from campaign.signing.forms import ColleagueForm, ContactForm, PressForm
from campaign.signing.operations.authority import MOST_NAMED, domain_of, is_held_for_address
from campaign.signing.views.blueprint import scope_of
from campaign.verification import dns_txt, well_known
from campaign.verification.domain_value import make_value


def proving(signature: Signature, letter: Letter, sent: Any = None) -> dict[str, Any] | None:
    """The ways to show that the organization signs; `sent` is the form that came and cannot be. None when not held."""
    if not is_held_for_address(signature):
        return None
    scope, domain = scope_of(letter), domain_of(signature)
    check = queries.check_of(signature.id)
    requests = queries.requests_of(signature.id)
    forms: dict[str, Any] = {
        "colleague": ColleagueForm(scope, formdata=None),
        "contact": ContactForm(scope, formdata=None),
    }
    forms |= {name: sent for name in forms if sent is not None and name in sent}
    return {
        "domain": domain,
        "value": make_value(signature.id, domain) if domain else "",
        "names": dns_txt.places(domain) if domain else (),
        "file": well_known.address(domain) if domain else "",
        "check": check,
        "found": found_on_domain(check),
        "requests": requests,
        "may_name": sum(1 for row in requests if row.by_id is None) < MOST_NAMED,
        "press": PressForm(scope, formdata=None),
        "forms": forms,
    }


def found_on_domain(check: DomainCheck | None) -> list[tuple[object, object]]:
    """What the last look found, of the record and of the file: what was looked at, and how it went."""
    if check is None or check.checked_at is None:
        return []
    places = (_("DNS record"), _("File on the website"))
    outcomes = [CHECKS.get(outcome, outcome) for outcome in check.outcome.split(";")]
    return list(zip(places, outcomes, strict=False))
