"""Reads of single signatures: by id, by mailbox, by organization."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import and_, bindparam, func, select
from sqlalchemy.orm import aliased, joinedload, load_only

from campaign.extensions import db
from campaign.models import (
    Consent,
    Letter,
    Organization,
    OrganizationAlias,
    Signature,
    Version,
)
from campaign.models.signature import IS_LIVE, IS_PUBLIC, IS_UNDECIDED, is_live
from campaign.signing.queries.letters import JUDGED
from campaign.signing.queries.mailboxes import given_mailboxes
from campaign.states import Moderation

# Statements of signing and confirming are put together once: building them anew costs more than running them.
_WITH_ENDORSEMENT = (
    select(Signature).where(Signature.id == bindparam("signature")).options(joinedload(Signature.endorsement))
)


# Under a name of its own, as it is asked for beside the row that is confirmed.
_imported = aliased(Signature)
_IS_IMPORTED = and_(_imported.kind == "imported", is_live(_imported))
_IMPORTED_ID = select(_imported.id).where(
    _imported.letter_id == bindparam("letter"), _imported.mailbox_key.in_(given_mailboxes()), _IS_IMPORTED
)
# Everything that confirming looks at, in one go.
_TO_CONFIRM = (
    select(
        Signature,
        JUDGED,
        select(func.min(_imported.id))
        .where(_imported.letter_id == Signature.letter_id, _imported.mailbox_key == Signature.mailbox_key, _IS_IMPORTED)
        .correlate(Signature)
        .scalar_subquery()
        .label("imported_id"),
    )
    .join(Letter, Letter.id == Signature.letter_id)
    .where(Signature.id == bindparam("signature"))
    .options(
        joinedload(Signature.endorsement),
        # What is shown and judged; the rest of the row is as wide again.
        load_only(
            *(Signature.letter_id, Signature.version_id, Signature.kind, Signature.name, Signature.title),
            *(
                Signature.affiliation,
                Signature.place,
                Signature.country,
                Signature.comment,
                Signature.is_private,
                Signature.email,
            ),
            *(Signature.mailbox_key, Signature.verification, Signature.moderation, Signature.reasons),
            *(Signature.organization_id, Signature.merged_into_id, Signature.verified_at, Signature.withdrawn_at),
            *(Signature.expires_at, Signature.generation, Signature.answers_count),
        ),
    )
    .execution_options(populate_existing=True)
)
_PUBLIC_ORGANIZATION = select(Signature.id).where(
    Signature.letter_id == bindparam("letter"), Signature.organization_id == bindparam("organization"), IS_PUBLIC
)
_BEHIND_A_LINK = _WITH_ENDORSEMENT.options(joinedload(Signature.consents).load_only(Consent.kind, Consent.sentence))
_FOR_CHANGE = _WITH_ENDORSEMENT.with_for_update(of=Signature).execution_options(populate_existing=True)
_LIVE = (
    select(Signature)
    .where(
        Signature.mailbox_key.in_(given_mailboxes()),
        Signature.letter_id == bindparam("letter"),
        Signature.kind == bindparam("kind"),
        IS_LIVE,
    )
    .order_by(Signature.id)
    .limit(1)
    .options(joinedload(Signature.endorsement))
    .with_for_update(of=Signature)
    .execution_options(populate_existing=True)
)
_UNDER_KEYS = (
    select(Signature.id, Signature.mailbox_rule, Signature.mailbox_key, IS_LIVE.label("is_live"))
    .where(
        Signature.mailbox_key.in_(given_mailboxes()),
        Signature.letter_id == bindparam("letter"),
        Signature.kind == bindparam("kind"),
    )
    .order_by(Signature.id)
    .with_for_update()
)


def signature_with_endorsement(signature_id: int) -> Signature | None:
    """A signature with its endorsement."""
    return db.session.scalars(_WITH_ENDORSEMENT, {"signature": signature_id}).one_or_none()


def signature_behind_link(signature_id: int) -> Signature | None:
    """A signature with its endorsement and the boxes that are ticked, for the pages of its owner."""
    return db.session.scalars(_BEHIND_A_LINK, {"signature": signature_id}).unique().one_or_none()


def signature_for_change(signature_id: int) -> Signature | None:
    """A signature with its endorsement, locked until the end of the transaction."""
    return _as_it_is(db.session.scalars(_FOR_CHANGE, {"signature": signature_id}).one_or_none())


def signature_to_confirm(signature_id: int) -> tuple[Signature, Any, int | None] | None:
    """A signature with its endorsement; JUDGED of its letter; the id of an imported row of its mailbox."""
    found = db.session.execute(_TO_CONFIRM, {"signature": signature_id}).one_or_none()
    return None if found is None else (found.Signature, found.letter, found.imported_id)


def live_signature(letter_id: int, kind: str, *mailbox_keys: str) -> Signature | None:
    """The one live signature of a mailbox on a letter, with its endorsement; locked until the transaction ends."""
    given = {"letter": letter_id, "kind": kind, "mailboxes": mailbox_keys}
    return _as_it_is(db.session.scalars(_LIVE, given).one_or_none())


def older_signature(letter_id: int, kind: str, older: Sequence[tuple[int, str]]) -> Signature | None:
    """The live signature of a mailbox under earlier rules, given as (number, key); locked with its endorsement.

    Rows that are over are locked as well: none of them comes back to life before this transaction ends.
    """
    rows = db.session.execute(_UNDER_KEYS, {"letter": letter_id, "kind": kind, "mailboxes": [key for _, key in older]})
    mine = [row for row in rows if (row.mailbox_rule, row.mailbox_key) in older and row.is_live]
    return signature_for_change(mine[0].id) if mine else None


def imported_id(letter_id: int, *mailbox_keys: str) -> int | None:
    """The id of the live imported row of a mailbox on a letter."""
    return db.session.scalar(_IMPORTED_ID, {"letter": letter_id, "mailboxes": mailbox_keys})


def _as_it_is(locked: Signature | None) -> Signature | None:
    """A signature that was just locked, with its endorsement read again: the join may have seen the one before."""
    if locked is not None and locked.endorsement is not None:
        db.session.refresh(locked.endorsement)
    return locked


def merged_into(signature: Signature) -> list[int]:
    """The ids of what is counted with this one, whichever mailbox it came from."""
    return list(db.session.scalars(select(Signature.id).where(Signature.merged_into_id == signature.id)))


def is_carried(signature: Signature) -> bool:
    """Whether another entry, into which this one was merged, stands: it stays when this one is taken back."""
    above_id, withdrawn_at = signature.merged_into_id, signature.withdrawn_at
    if above_id is None:
        return False
    while above_id is not None:
        above = select(Signature.merged_into_id, Signature.withdrawn_at).where(Signature.id == above_id)
        above_id, withdrawn_at = db.session.execute(above).one()
    return withdrawn_at is None


def version_number(version_id: int) -> int:
    """The number of the wording that a signature accepted."""
    return db.session.scalars(select(Version.number).where(Version.id == version_id)).one()


def public_organization(letter_id: int, organization_id: int) -> int | None:
    """The id of the public endorsement of an organization on a letter."""
    return db.session.scalar(_PUBLIC_ORGANIZATION, {"letter": letter_id, "organization": organization_id})


def held_claims(organization_id: int, campaign_id: int) -> list[int]:
    """The ids of the held endorsements of an organization on the letters of a campaign."""
    held = select(Signature.id).join(Letter, Letter.id == Signature.letter_id)
    mine = (Signature.organization_id == organization_id) & (Letter.campaign_id == campaign_id)
    is_held = Signature.moderation == Moderation.HELD.value
    return list(db.session.scalars(held.where(mine, IS_UNDECIDED, is_held).order_by(Signature.id)))


def stands_on(letter_id: int, folded: str, domain: str | None) -> bool:
    """Whether an organization of this domain, or without one of this folded name, has a public endorsement; by the
    domains and names of its aliases, too.
    """
    known, called = OrganizationAlias.domain == domain, OrganizationAlias.name_folded == folded
    alias = select(OrganizationAlias.organization_id).where(called if domain is None else known)
    own = select(Organization.id).where(Organization.domain == domain)
    if domain is None:
        own = select(Organization.id).where(Organization.domain.is_(None), Organization.name_folded == folded)
    found = select(Signature.id).where(
        Signature.letter_id == letter_id, IS_PUBLIC, Signature.organization_id.in_(own.union_all(alias))
    )
    return db.session.scalar(found.limit(1)) is not None


def consents_of(signature_id: int) -> dict[str, str]:
    """The boxes ticked now, with the sentence each stood for."""
    rows = db.session.execute(
        select(Consent.kind, Consent.sentence).where(Consent.signature_id == signature_id, Consent.ended_at.is_(None))
    )
    return {row.kind: row.sentence for row in rows}
