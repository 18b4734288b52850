"""Later work of signing that is no mail: asking about a new text, following an institution, looking at a domain,
judging claims again."""

from __future__ import annotations

from campaign.extensions import db, read_only
from campaign.jobs.kinds import Payload, job_kind
from campaign.lib import clock
from campaign.signing import operations
from campaign.signing.operations.authority import domain_of
from campaign.signing.queries import (
    held_claims,
    signature_for_change,
    signature_with_endorsement,
)
from campaign.verification import domain_value


@job_kind("signing.check_domain", is_long=True)
def check_domain(payload: Payload) -> None:
    """Looks at the domain of an endorsement: what stands is read, then the network is asked, then it is kept."""
    with read_only():
        signature = signature_with_endorsement(payload["signature"])
        domain = domain_of(signature) if signature is not None else ""
    if not domain:
        return
    look = domain_value.look(domain, domain_value.make_value(payload["signature"], domain), domain_value.reach())
    found = signature_for_change(payload["signature"])
    if found is not None:
        operations.note_check(found, domain, look, clock.now())
        db.session.commit()


@job_kind("signing.ask_about_text")
def ask_about_text(payload: Payload) -> None:
    """Puts a new text to the next signatories."""
    operations.ask_about_text(payload["version"], payload["after"], clock.now())
    db.session.commit()


@job_kind("signing.follow_institution")
def follow_institution(payload: Payload) -> None:
    """Brings every signature of an institution under its present name, one commit for each part."""
    while operations.follow_institution(payload["institution"]):
        db.session.commit()
    db.session.commit()


@job_kind("signing.part_institution")
def part_institution(payload: Payload) -> None:
    """Gives an institution that is one of its own again who signed with its names, one commit for each part."""
    after: int | None = 0
    while after is not None:
        after = operations.leave_institution(payload["institution"], payload["part"], after)
        db.session.commit()


@job_kind("signing.judge_claims")
def judge_claims(payload: Payload) -> None:
    """Judges again what is held of an organization that got another name, one commit for each."""
    with read_only():
        held = held_claims(payload["organization"], payload["campaign"])
    for signature_id in held:
        operations.judge_claim(signature_id, clock.now())
        db.session.commit()
