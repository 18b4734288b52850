"""Reads by mailbox: all it signed, what waits and what remains of it, and whether it wants mails."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import BindParameter, and_, bindparam, not_, or_, select
from sqlalchemy.orm import selectinload

from campaign.extensions import db
from campaign.mailboxes import keys_of
from campaign.models import Letter, Signature, Suppression
from campaign.models.signature import IS_LIVE
from campaign.models.suppression import UNWRITTEN


class Mailed(Protocol):
    """What has a mailbox and belongs to a letter."""

    @property
    def letter_id(self) -> int: ...
    @property
    def mailbox_key(self) -> str | None: ...
    @property
    def email(self) -> str | None: ...


def given_mailboxes() -> BindParameter[Any]:
    """Every key of a mailbox: one, but where an earlier edition of the rules read its address otherwise."""
    return bindparam("mailboxes", expanding=True)


def pending_of_mailbox(letter_id: int, *mailbox_keys: str, confirmed_since: datetime | None = None) -> list[Signature]:
    """All signatures of a mailbox on a letter that wait for confirmation, oldest first, locked.

    With `confirmed_since` also those that were confirmed from then on.
    """
    is_wanted = Signature.verification == "pending"
    if confirmed_since is not None:
        is_wanted |= (Signature.verification == "verified") & (Signature.verified_at >= confirmed_since)
    return list(
        db.session.scalars(
            select(Signature)
            .where(
                Signature.mailbox_key.in_(mailbox_keys),
                Signature.letter_id == letter_id,
                is_wanted,
                IS_LIVE,
            )
            .order_by(Signature.id)
            .options(selectinload(Signature.endorsement))
            .with_for_update()
            .execution_options(populate_existing=True)
        )
    )


def signatures_of_mailbox(*mailbox_keys: str) -> list[Any]:
    """Signature and letter of everything that is kept of a mailbox, oldest first.

    Withdrawn, expired, imported and merged ones too: what is kept can be seen and erased.
    """
    return list(
        db.session.execute(
            select(Signature, Letter)
            .join(Letter, Letter.id == Signature.letter_id)
            .where(Signature.mailbox_key.in_(mailbox_keys), Signature.kind != "employee")
            .order_by(Signature.id)
        ).all()
    )


def remains_of(signature: Signature, *mailbox_keys: str) -> list[Signature]:
    """What is left of the same person on the letter beside live signatures, locked.

    Of the same mailbox what is over, imported or merged; of any mailbox what was merged into this one.
    """
    of_mailbox = and_(
        Signature.mailbox_key.in_(mailbox_keys),
        Signature.letter_id == signature.letter_id,
        Signature.id != signature.id,
        not_(IS_LIVE) | (Signature.kind == "imported"),
    )
    return list(
        db.session.scalars(
            select(Signature)
            .where(or_(of_mailbox, Signature.merged_into_id == signature.id))
            .order_by(Signature.id)
            .options(selectinload(Signature.endorsement))
            .with_for_update()
            .execution_options(populate_existing=True)
        )
    )


# Asked at every signing and every mail, so put together once.
_SUPPRESSED = (
    select(Suppression.id)
    .where(
        Suppression.mailbox_key.in_(given_mailboxes()),
        (Suppression.letter_id == bindparam("letter")) | Suppression.letter_id.is_(None),
        Suppression.reason.in_(UNWRITTEN),
    )
    .limit(1)
)


def is_suppressed(letter_id: int, *mailbox_keys: str) -> bool:
    """Whether a mailbox must get no mail for a letter: it said "not me", or bounced everywhere."""
    return db.session.scalar(_SUPPRESSED, {"letter": letter_id, "mailboxes": mailbox_keys}) is not None


def is_silenced(row: Mailed) -> bool:
    """The same of a signature's or a complaint's mailbox, under every key it may stand under."""
    return is_suppressed(row.letter_id, *keys_of(row.mailbox_key, row.email))
