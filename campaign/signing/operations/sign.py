"""Signing: a pending row and its mail in one transaction, the same answer whatever is known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import delete, insert
from sqlalchemy.dialects import postgresql, sqlite

from campaign import limits
from campaign.choices import PublicationMode, SignatureKind
from campaign.extensions import db
from campaign.jobs import outbox
from campaign.lib.emails import Address
from campaign.lib.names import index_letter, sort_key
from campaign.mailboxes import Mailbox, mailbox_of
from campaign.models import Consent, Endorsement, Signature
from campaign.organizations.institutions import institution_to_name
from campaign.signing.operations.origin import Finding, Origin, examine, kept_reasons, note_attempt
from campaign.signing.queries import is_suppressed, letter_to_sign, live_signature, older_signature
from campaign.signing.rules import SAME_MAIL_PAUSE, may_mail_again, why_not_sign
from campaign.states import Refused


@dataclass(frozen=True)
class OrganizationClaim:
    """What somebody says who signs for an organization."""

    legal_name: str
    website: str
    type: str
    representative: str
    role: str
    show_representative: bool


@dataclass(frozen=True)
class Entry:
    """A signature as typed, checked for shape. `consents` maps a box's name to its exact sentence.

    `affiliation` is what was typed; with an `institution_id` it stands under the name of that institution.
    """

    name: str
    address: Address
    title: str = ""
    affiliation: str = ""
    institution_id: int | None = None
    place: str = ""
    country: str = ""
    comment: str = ""
    is_private: bool = False
    consents: Mapping[str, str] = field(default_factory=dict)
    language: str = "en"
    source: str = "web"
    honeypot: bool = False
    organization: OrganizationClaim | None = None
    # The version that was read; None where it is not known, and the current one is signed.
    version_id: int | None = None
    origin: Origin = field(default_factory=Origin)

    @property
    def kind(self) -> str:
        """Person or organization."""
        return (SignatureKind.ORGANIZATION if self.organization else SignatureKind.PERSON).value


def sign_letter(letter_id: int, entry: Entry, now: datetime) -> None:
    """Stores the signature as pending and queues its mail; the caller commits.

    A mailbox that signed before gets a mail that says so; a pending one takes the new answers.
    Raises `Refused` letter_not_open, kind_not_accepted, by_invitation, network_full; text_moved when another text was
    read than stands there now.
    """
    letter = letter_to_sign(letter_id)
    accepts = letter.accepts_organizations if entry.organization else letter.accepts_people
    if reason := why_not_sign(letter.state, letter.closes_at, accepts, now):
        raise Refused(reason)
    if letter.mode == PublicationMode.INVITATION_ONLY:
        raise Refused("by_invitation")
    if entry.version_id not in (None, letter.version_id):
        raise Refused("text_moved")
    mailbox = mailbox_of(entry.address)
    finding = examine(letter, entry.origin, mailbox.keys, entry.address.domain, now)
    if is_suppressed(letter_id, *mailbox.keys):
        write_as_much(mailbox.key, now)
        signature_id = None
    else:
        signature_id = _sign_or_meet(letter, entry, mailbox, finding, now)
    note_attempt(letter_id, signature_id, finding, entry.origin, now)


def _sign_or_meet(letter: Any, entry: Entry, mailbox: Mailbox, finding: Finding, now: datetime) -> int | None:
    """The id of the signature: a new one, or the one this mailbox has already."""
    signals = finding.signals | ({"honeypot"} if entry.honeypot else set())
    # Only where an earlier edition of the rules gives another key, which the unique index cannot see.
    known = older_signature(letter.id, entry.kind, mailbox.older) if mailbox.older else None
    new_id = _insert(letter, entry, mailbox, kept_reasons(signals), now) if known is None else None
    if new_id is not None:
        _add_details(new_id, entry, now)
        _queue_confirmation(new_id, letter.id, 1, now)
        return new_id
    known = known or live_signature(letter.id, entry.kind, mailbox.key)
    # Withdrawn or expired between the two statements: the next press signs.
    if known is None:
        return None
    _meet_again(known, letter, entry, signals, now)
    return known.id


def write_as_much(key: str, now: datetime) -> None:
    """One durable write where there is nothing else to store: no answer is faster for what is known (T8)."""
    limits.add(f"asked:{key}", SAME_MAIL_PAUSE, now)


def ask_again(signature: Signature, now: datetime) -> bool:
    """Queues the confirmation mail once more, at most once in ten minutes; False when too soon.

    The new mail brings a new code; the tries begin anew when it has left, so that asking again buys no tries.
    """
    if not may_mail_again(signature.mail_asked_at, now):
        return False
    signature.mails_asked += 1
    signature.mail_asked_at = now
    _queue_confirmation(signature.id, signature.letter_id, signature.mails_asked, now)
    return True


def shown_columns(entry: Entry) -> dict[str, Any]:
    """The columns of a signature that come from what was typed."""
    return {
        "name": entry.name,
        "name_typed": entry.name,
        "sort_key": sort_key(entry.name, ignore_article=entry.organization is not None),
        "index_letter": index_letter(entry.name, ignore_article=entry.organization is not None),
        "title": entry.title,
        **affiliation_columns(entry.affiliation, entry.institution_id),
        "place": entry.place,
        "country": entry.country,
        "comment": entry.comment,
        "is_private": entry.is_private,
    }


def affiliation_columns(typed: str, institution_id: int | None) -> dict[str, Any]:
    """The columns of where somebody works or studies: the name of the institution as it is now, and what was typed."""
    institution = institution_to_name(institution_id) if institution_id is not None else None
    return {
        "affiliation": institution.name if institution else typed,
        "affiliation_typed": typed,
        "institution_id": institution.id if institution else None,
    }


def _insert(letter: Any, entry: Entry, mailbox: Mailbox, reasons: str, now: datetime) -> int | None:
    """The id of the new pending row; None when the mailbox has a live one already."""
    values = {
        **shown_columns(entry),
        "letter_id": letter.id,
        "version_id": letter.version_id,
        "kind": entry.kind,
        "email": entry.address.normalized,
        "mailbox_key": mailbox.key,
        "mailbox_rule": mailbox.rule,
        "language": entry.language,
        "source": entry.source,
        "verification": "pending",
        "moderation": "waiting",
        "reasons": reasons,
        "signed_at": now,
        "answers_count": 1,
        "generation": 0,
        "code_tries": 0,
        "mails_asked": 1,
        "mail_asked_at": now,
        "reminder_count": 0,
        "withdraw_reason": "",
    }
    return db.session.execute(_insert_statement(db.engine.dialect.name), values).scalar_one_or_none()


@cache
def _insert_statement(dialect: str) -> Any:
    """An insert that gives the new id, or nothing where the mailbox signed before; put together once."""
    insert_for = postgresql.insert if dialect == "postgresql" else sqlite.insert
    return insert_for(Signature.__table__).on_conflict_do_nothing().returning(Signature.id)  # type: ignore[arg-type]


def _add_details(signature_id: int, entry: Entry, now: datetime) -> None:
    if claim := entry.organization:
        db.session.execute(insert(Endorsement).values(signature_id=signature_id, **_claimed(claim)))
    consents = [
        {
            "signature_id": signature_id,
            "kind": kind,
            "sentence": sentence,
            "source": entry.source,
            "given_at": now,
        }
        for kind, sentence in entry.consents.items()
    ]
    if consents:
        db.session.execute(insert(Consent), consents)


def _claimed(claim: OrganizationClaim) -> dict[str, Any]:
    return {
        "legal_name": claim.legal_name,
        "website": claim.website,
        "type": claim.type,
        "representative": claim.representative,
        "role": claim.role,
        "show_representative": claim.show_representative,
    }


def _meet_again(known: Signature, letter: Any, entry: Entry, signals: frozenset[str], now: datetime) -> None:
    """A pending row takes the new answers and its mail goes again; a verified one is told so."""
    if known.verification == "pending":
        for name, value in shown_columns(entry).items():
            setattr(known, name, value)
        # Whoever confirms now has to see these answers first, not those of the mail that is on its way.
        known.answers_count += 1
        known.version_id = letter.version_id or known.version_id
        known.email = entry.address.normalized
        known.reasons = kept_reasons(known.reasons.split(";"), signals)
        if entry.organization and known.endorsement:
            for name, value in _claimed(entry.organization).items():
                setattr(known.endorsement, name, value)
        db.session.execute(delete(Consent).where(Consent.signature_id == known.id))
        _add_details(known.id, Entry(entry.name, entry.address, consents=entry.consents), now)
        ask_again(known, now)
    elif not may_mail_again(known.mail_asked_at, now):
        write_as_much(known.mailbox_key or "", now)
    else:
        known.mails_asked += 1
        known.mail_asked_at = now
        outbox.enqueue(
            "signing.signed_before",
            f"again:{known.id}:{known.mails_asked}",
            {"signature": known.id},
            now=now,
            prio=outbox.SOON,
            letter_id=letter.id,
        )


def _queue_confirmation(signature_id: int, letter_id: int, number: int, now: datetime) -> None:
    outbox.enqueue(
        "signing.confirm",
        f"confirm:{signature_id}:{number}",
        {"signature": signature_id, "number": number},
        now=now,
        prio=outbox.SOON,
        letter_id=letter_id,
    )
