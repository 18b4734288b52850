"""The mails of signing: what each says is read when it is rendered, and a mail nobody needs any more is none."""

from __future__ import annotations

from datetime import datetime

from campaign.choices import VersionAnswer
from campaign.extensions import db
from campaign.jobs.kinds import End, Payload, mail_kind
from campaign.letters import queries as letter_queries
from campaign.lib.emails import parse_address
from campaign.mail.render import Mail
from campaign.mailboxes import mailbox_of
from campaign.models import Invitation, Letter, LinkRequest, Signature
from campaign.signing import messages, operations, queries
from campaign.signing.operations.authority import is_over
from campaign.signing.operations.versions import is_current
from campaign.signing.queries import (
    is_asked,
    is_silenced,
    is_suppressed,
    letter_by_id,
    question_of,
    signature_behind_link,
    signature_with_endorsement,
    signatures_of_mailbox,
    version_to_ask_about,
)
from campaign.signing.queries.asked import asked_by_id
from campaign.signing.rules import code_address, link_expiry, may_confirm
from campaign.states import InvitationAnswer, LetterState


def _pending(payload: Payload, now: datetime) -> tuple[Signature, Letter] | None:
    """The signature a mail asks to confirm, and its letter; None when there is nothing left to confirm."""
    signature = signature_behind_link(payload["signature"])
    if signature is None or signature.verification != "pending" or signature.withdrawn_at is not None:
        return None
    if signature.merged_into_id is not None:
        return None
    if not signature.email or is_silenced(signature):
        return None
    letter = letter_by_id(signature.letter_id)
    is_in_time = may_confirm(None, letter.state, letter.closed_at or letter.closes_at, now)
    return (signature, letter) if is_in_time else None


def build_confirmation(payload: Payload, now: datetime) -> Mail | None:
    """The confirmation mail, unless a newer one was asked for meanwhile."""
    found = _pending(payload, now)
    if found is None or found[0].mails_asked != payload["number"]:
        return None
    return messages.signature_needs_confirmation(*found, payload["number"], now)


def confirmation_sent(payload: Payload, now: datetime) -> None:
    """The link's life begins when its mail leaves, and the tries of its code."""
    signature = db.session.get(Signature, payload["signature"])
    if signature is None or signature.verification != "pending":
        return
    letter = letter_by_id(signature.letter_id)
    signature.mailed_at = now
    signature.code_tries = 0
    signature.expires_at = link_expiry(now, letter.closed_at or letter.closes_at)


def build_reminder(payload: Payload, now: datetime) -> Mail | None:
    """A reminder for a signature that still waits."""
    found = _pending(payload, now)
    return messages.signature_still_waits(*found, now) if found else None


def build_signed_before(payload: Payload, now: datetime) -> Mail | None:
    """Tells who signed before that they did."""
    signature = signature_with_endorsement(payload["signature"])
    if signature is None or not signature.email or signature.withdrawn_at is not None:
        return None
    if is_silenced(signature):
        return None
    return messages.signed_before(signature, letter_by_id(signature.letter_id))


def build_my_links(payload: Payload, now: datetime) -> Mail | None:
    """The links to all signatures of the mailbox that asked, also of those whose address is not kept any more."""
    request = db.session.get(LinkRequest, payload["request"])
    address = operations.address_that_asked(request, now) if request else None
    if request is None or address is None:
        return None
    found = [(row.Signature, row.Letter) for row in signatures_of_mailbox(*mailbox_of(address).keys)]
    editions: dict[int, list[int]] = {}
    for row in queries.editions_holding(*(signature.id for signature, _letter in found)):
        editions.setdefault(row.signature_id, []).append(row.number)
    return messages.my_links(address.normalized, found, editions) if found else None


def my_links_ended(payload: Payload, end: End, now: datetime) -> None:
    """Forgets who asked, whatever became of the mail."""
    operations.forget_link_request(payload["request"])


def build_invitation_code(payload: Payload, now: datetime) -> Mail | None:
    """The code that approves an invitation, unless a newer one was asked for, or it is approved by now."""
    row = db.session.get(Invitation, payload["invitation"])
    if row is None or row.codes_asked != payload["number"] or row.cancelled_at is not None:
        return None
    if row.answer == InvitationAnswer.APPROVED or not code_address(row):
        return None
    letter = letter_by_id(row.letter_id)
    return messages.invitation_needs_code(row, letter, letter_queries.version_of(letter))


def invitation_code_sent(payload: Payload, now: datetime) -> None:
    """The tries of a code begin when its mail leaves."""
    row = db.session.get(Invitation, payload["invitation"])
    if row is not None and row.codes_asked == payload["number"]:
        row.code_tries = 0


def build_invitation_approved(payload: Payload, now: datetime) -> Mail | None:
    """Thanks for an approval that still stands."""
    signature = signature_with_endorsement(payload["signature"])
    row = db.session.get(Invitation, payload["invitation"])
    if row is None or signature is None or not signature.email or signature.withdrawn_at is not None:
        return None
    version = queries.version_number(signature.version_id)
    return messages.invitation_is_approved(row, signature, letter_by_id(signature.letter_id), version)


def build_ask_authority(payload: Payload, now: datetime) -> Mail | None:
    """Asks somebody at an organization whether it signs; nothing where that is answered, over, or not wanted."""
    row = queries.request_behind(payload["request"])
    signature = signature_with_endorsement(row.signature_id) if row is not None else None
    if (
        row is None
        or signature is None
        or row.generation != payload["generation"]
        or row.approved_at
        or row.declined_at
    ):
        return None
    letter = letter_by_id(signature.letter_id)
    if is_over(row, signature, letter.state, now) or is_suppressed(
        letter.id, *mailbox_of(parse_address(row.email)).keys
    ):
        return None
    return messages.authority_is_asked(row, signature, letter)


def build_asked_code(payload: Payload, now: datetime) -> Mail | None:
    """The code that proves a second address, unless a newer one was asked for, or it is proven."""
    asked = asked_by_id(payload["asked"])
    if asked is None or asked.codes_asked != payload["number"] or not asked.address:
        return None
    return messages.second_address_needs_code(asked, letter_by_id(asked.letter_id))


def asked_code_sent(payload: Payload, now: datetime) -> None:
    """The tries of a code begin when its mail leaves."""
    asked = asked_by_id(payload["asked"])
    if asked is not None and asked.codes_asked == payload["number"]:
        asked.code_tries = 0


def build_question(payload: Payload, now: datetime) -> Mail | None:
    """Asks a signatory about a new text; nothing once they answered, cannot be asked any more, or it is replaced."""
    version, question = version_to_ask_about(payload["version"]), question_of(payload["version"], payload["signature"])
    if version is None or question is None or question.answer != VersionAnswer.NONE:
        return None
    signature = signature_with_endorsement(payload["signature"])
    if signature is None or not is_asked(signature.id) or is_silenced(signature) or not is_current(version):
        return None
    letter, accepted = letter_by_id(signature.letter_id), version_to_ask_about(signature.version_id)
    if accepted is None or letter.state in (LetterState.WITHDRAWN, LetterState.REMOVED):
        return None
    # The words as they stand now: a correction may have come since.
    current = version_to_ask_about(letter.version_id or version.id) or version
    return messages.text_changed(signature, letter, accepted, current)


mail_kind("signing.ask_authority", build_ask_authority)
mail_kind("signing.asked_code", build_asked_code, asked_code_sent)
mail_kind("signing.invitation_code", build_invitation_code, invitation_code_sent)
mail_kind("signing.invitation_approved", build_invitation_approved)
mail_kind("signing.text_changed", build_question, crash="park")
mail_kind("signing.confirm", build_confirmation, confirmation_sent, is_first=True)
mail_kind("signing.remind", build_reminder)
mail_kind("signing.signed_before", build_signed_before)
mail_kind("signing.my_links", build_my_links, ended=my_links_ended)
