"""What signatories do with their own signatures: correct, hide, withdraw, erase, "not me"."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import delete, select, update

from campaign import suppressions
from campaign.choices import PairState
from campaign.decisions import record_act
from campaign.extensions import db, insert_or_skip
from campaign.jobs import outbox
from campaign.lib.names import index_letter, sort_key
from campaign.lib.printable import one_line
from campaign.mailboxes import keys_of
from campaign.models import (
    Asked,
    Consent,
    Decision,
    DecisionDetail,
    Endorsement,
    Job,
    NameKey,
    Pair,
    Proof,
    RuleHit,
    Signature,
    SigningHint,
    Suppression,
    VersionQuestion,
)
from campaign.organizations.operations import forget_organization, forget_signatory, signatory_left
from campaign.signing.operations.authority import forget_requests
from campaign.signing.operations.confirm import prove_mailbox
from campaign.signing.operations.judging import judge
from campaign.signing.operations.listing import count_fell, is_public, left_lists, listing_changed
from campaign.signing.operations.sign import affiliation_columns
from campaign.signing.operations.versions import answer_by_withdrawing
from campaign.signing.queries import letter_to_judge, remains_of, signature_for_change
from campaign.states import Refused
from campaign.suppressions import Line
from campaign.verification.methods import OF_CLAIM
from campaign.verification.operations import forget_proofs

# What a row holds of a person's own words; erasure leaves none of it.
TYPED = (
    *("name", "name_typed", "title", "affiliation", "affiliation_typed", "place", "country", "comment"),
    "withdraw_reason",
)


def owned_signature(signature_id: int, generation: int) -> Signature:
    """The signature behind a link, locked. Raises `Refused("link_unknown")` for erased ones too."""
    signature = signature_for_change(signature_id)
    if signature is None or signature.generation != generation or signature.erased_at is not None:
        raise Refused("link_unknown")
    return signature


def correct_signature(
    signature: Signature,
    changes: Mapping[str, str | bool | int | None],
    claim: Mapping[str, str | bool],
    consents: Mapping[str, str],
    now: datetime,
) -> None:
    """Takes the signatory's new answers; a changed name or claim goes through the hold rules again.

    `changes` are columns of the signature, `affiliation` as it was typed; `claim` those of its endorsement;
    `consents` what is ticked now with its sentence. Raises `Refused` already_withdrawn; never_private for
    an organization.
    """
    if signature.withdrawn_at is not None:
        raise Refused("already_withdrawn")
    if signature.kind == "organization" and changes.get("is_private"):
        raise Refused("never_private")
    judged_before, was_public, was_private = _judged_words(signature), is_public(signature), signature.is_private
    for name, value in {**changes, **_affiliation(changes)}.items():
        setattr(signature, name, value)
    if signature.endorsement is not None:
        for name, value in claim.items():
            setattr(signature.endorsement, name, value)
    signature.sort_key = sort_key(signature.name, ignore_article=signature.kind == "organization")
    signature.index_letter = index_letter(signature.name, ignore_article=signature.kind == "organization")
    _set_consents(signature.id, consents, now)
    if signature.verification == "verified" and _judged_words(signature) != judged_before:
        # What was seen, and whom an organizer vouched for, was the claim before. Who came to this page has the mailbox.
        forget_proofs(signature.id, OF_CLAIM)
        forget_requests(signature.id, refusals_too=False)
        prove_mailbox(signature, now)
        judge(signature, letter_to_judge(signature.letter_id), now)
        _look_again(signature, now)
    listing_changed(signature)
    if was_public and not is_public(signature):
        count_fell(signature.letter_id, "held_again", now)
    if was_public and not was_private and (signature.is_private or not is_public(signature)):
        left_lists(signature.letter_id, now)


def _look_again(signature: Signature, now: datetime) -> None:
    """Has the worker compare a corrected entry with the others of its letter."""
    outbox.enqueue(
        "moderation.look_for_pairs",
        f"pairs:{signature.id}:{int(now.timestamp())}",
        {"signature": signature.id},
        now=now,
        prio=outbox.LATE,
        letter_id=signature.letter_id,
    )


def withdraw_signature(signature: Signature, reason: str, now: datetime) -> None:
    """Takes a signature back at its owner's word; twice is harmless."""
    if signature.withdrawn_at is None:
        if is_public(signature):
            count_fell(signature.letter_id, "withdrawn", now)
        signature.withdrawn_at = now
        signature.withdraw_reason = one_line(reason).strip()[:500]
        _end_consents(signature.id, now)
        answer_by_withdrawing(signature.id, now)
        forget_requests(signature.id)
        _forget_mails(signature)
        if signature.kind == "organization":
            signatory_left(signature.id, now)
        listing_changed(signature)
        left_lists(signature.letter_id, now)


def erase_signature(signature: Signature, now: datetime) -> None:
    """Blanks everything personal in every state of the row, and remembers only a keyed hash.

    What the mailbox left on the letter before goes too: withdrawn, expired, imported and merged rows.
    The rows stay, so that counts and chains hold; the keyed hash stops the return by import.
    """
    for row in (signature, *remains_of(signature, *keys_of(signature.mailbox_key, signature.email))):
        _erase(row, "erased", now)


def refuse_signature(signature: Signature, now: datetime) -> None:
    """ "It was not me": erased, whatever came under this mailbox, and this letter never writes to it again."""
    for row in (signature, *remains_of(signature, *keys_of(signature.mailbox_key, signature.email))):
        _erase(row, "not_me", now)


def remove_signature(signature: Signature, now: datetime) -> None:
    """The same at an organizer's word, after somebody complained that they did not sign."""
    for row in (signature, *remains_of(signature, *keys_of(signature.mailbox_key, signature.email))):
        _erase(row, "complaint", now)


def suppress(signature: Signature, reason: str, now: datetime) -> None:
    """Remembers by its keyed hash alone why a mailbox gets no mails of a letter; twice is harmless.

    Nothing where the signature has no mailbox any more.
    """
    row = {
        "mailbox_rule": signature.mailbox_rule,
        "letter_id": signature.letter_id,
        "reason": reason,
        "created_at": now,
    }
    rows = [{**row, "mailbox_key": key} for key in keys_of(signature.mailbox_key, signature.email)]
    insert_or_skip(Suppression.__table__, rows)  # type: ignore[arg-type]


def _erase(signature: Signature, reason: str, now: datetime) -> None:
    suppress(signature, reason, now)
    # Before the commit: what a crash leaves of it is erased again at the next start.
    keys = keys_of(signature.mailbox_key, signature.email)
    suppressions.note(Line(key, signature.mailbox_rule, signature.letter_id, reason, now) for key in keys)
    forget_row(signature, reason, now)


def forget_row(signature: Signature, reason: str, now: datetime) -> None:
    """Takes a signature off for good: withdrawn, its links dead, everything personal blanked."""
    if is_public(signature):
        count_fell(signature.letter_id, reason, now)
    signature.withdrawn_at = signature.withdrawn_at or now
    signature.generation += 1
    blank_signature(signature, now)
    listing_changed(signature)
    record_act("signature_erased", now=now, letter_id=signature.letter_id, detail={"signature": signature.id})


def _affiliation(changes: Mapping[str, str | bool | int | None]) -> dict[str, object]:
    """The columns of an affiliation that was given anew; none where it was not asked for."""
    if "affiliation" not in changes:
        return {}
    institution = changes.get("institution_id")
    return affiliation_columns(str(changes["affiliation"]), int(institution) if institution is not None else None)


def _judged_words(signature: Signature) -> tuple[str, ...]:
    """What the hold rules look at: a change of it needs a new judgement."""
    website = signature.endorsement.website if signature.endorsement else ""
    return (signature.name, signature.affiliation, signature.comment, website)


def _set_consents(signature_id: int, consents: Mapping[str, str], now: datetime) -> None:
    given = db.session.scalars(select(Consent).where(Consent.signature_id == signature_id, Consent.ended_at.is_(None)))
    for consent in given:
        if consent.kind not in consents:
            consent.ended_at = now
    db.session.flush()
    known = {row.kind: row for row in db.session.scalars(select(Consent).where(Consent.signature_id == signature_id))}
    for kind, sentence in consents.items():
        row = known.get(kind)
        if row is None:
            db.session.add(Consent(signature_id=signature_id, kind=kind, sentence=sentence, source="my", given_at=now))
        elif row.ended_at is not None:
            row.sentence, row.source, row.given_at, row.ended_at = sentence, "my", now, None


def _end_consents(signature_id: int, now: datetime) -> None:
    db.session.execute(
        update(Consent).where(Consent.signature_id == signature_id, Consent.ended_at.is_(None)).values(ended_at=now)
    )


def _forget_mails(signature: Signature) -> None:
    """Mails that wait for this signature are not sent any more."""
    numbers = range(1, signature.mails_asked + 1)
    keys = [f"{kind}:{signature.id}:{number}" for kind in ("confirm", "again") for number in numbers]
    keys += [f"remind:{signature.id}:{number + 1}" for number in range(signature.reminder_count)]
    db.session.execute(delete(Job).where(Job.key.in_(keys), Job.state == "ready"))


def blank_signature(signature: Signature, now: datetime) -> None:
    """Removes everything personal from a row, and from the lists and files it is in; the row itself stays."""
    signature.erased_at = now
    blank_words(signature)
    signature.email = signature.mailbox_key = None
    organization_id, signature.organization_id = signature.organization_id, None
    signature.pinned_position = None
    _forget_mails(signature)
    db.session.flush()
    outbox.enqueue(
        "delivery.forget",
        f"forget:{signature.id}",
        {"signature": signature.id, "letter": signature.letter_id},
        now=now,
        prio=outbox.SOON,
        letter_id=signature.letter_id,
    )
    if organization_id is not None:
        forget_organization(organization_id)
    if signature.kind == "organization":
        forget_signatory(signature.id, now)
    forget_requests(signature.id)
    for table in (Consent, Endorsement, Proof, SigningHint, VersionQuestion):
        db.session.execute(delete(table).where(table.signature_id == signature.id))
    forget_looked_at(signature.id)
    forget_decided_words(signature.id, now)


def blank_words(signature: Signature) -> None:
    """Empties what was typed into a row."""
    for column in TYPED:
        setattr(signature, column, "")
    signature.institution_id = None
    signature.sort_key, signature.index_letter = b"", "*"


def forget_decided_words(signature_id: int, now: datetime) -> None:
    """Blanks what organizers wrote when they decided on a signature; the chain holds without it."""
    mine = select(Decision.id).where(Decision.signature_id == signature_id)
    db.session.execute(
        update(DecisionDetail)
        .where(DecisionDetail.decision_id.in_(mine))
        .values(reason="", before={}, after={}, salt="", blanked_at=now)
    )


def forget_looked_at(signature_id: int) -> None:
    """Removes what was asked and answered about a signature, the rules that matched it, and whom it looked like."""
    for table in (Asked, NameKey, RuleHit):
        db.session.execute(delete(table).where(table.signature_id == signature_id))
    _forget_pairs(signature_id)


def _forget_pairs(signature_id: int) -> None:
    """Whom an erased signature looked like is forgotten; that it was merged stays, without its mailbox."""
    names_it = (Pair.first_id == signature_id) | (Pair.second_id == signature_id)
    db.session.execute(delete(Pair).where(names_it, Pair.state != PairState.MERGED.value))
    db.session.execute(update(Pair).where(names_it).values(mark=""))
