"""The record of a signatory signing a letter, and the states and orders it is read in."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    Text,
    and_,
    exists,
    literal,
    not_,
    or_,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from campaign.choices import Asking, SignatureKind
from campaign.extensions import Base
from campaign.models.consent import Consent
from campaign.models.constraints import has_time, one_of
from campaign.models.endorsement import Endorsement
from campaign.models.suppression import UNWRITTEN, Suppression
from campaign.states import Moderation, Verification


class Signature(Base, kw_only=True):
    """One signatory's signature. `name` is the person's, or the organization's display name.

    `mailbox_key` finds duplicates and outlives `email`; `generation` is part of every mailed link,
    so raising it makes older links worthless; `expires_at` is the end of the confirmation link;
    `answers_count` is how often its answers were given before it was confirmed; `affiliation` is the
    name of its institution, where it has one, and `affiliation_typed` what the person wrote.
    """

    __tablename__ = "signature"

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    letter_id: Mapped[int] = mapped_column(ForeignKey("letter.id"))
    version_id: Mapped[int] = mapped_column(ForeignKey("version.id"))
    kind: Mapped[str] = mapped_column(String(20), default=SignatureKind.PERSON.value)
    name: Mapped[str] = mapped_column(String(200))
    name_typed: Mapped[str] = mapped_column(String(200), default="")
    sort_key: Mapped[bytes] = mapped_column(LargeBinary(255))
    index_letter: Mapped[str] = mapped_column(String(1))
    title: Mapped[str] = mapped_column(String(200), default="")
    affiliation: Mapped[str] = mapped_column(String(200), default="")
    affiliation_typed: Mapped[str] = mapped_column(String(200), default="", server_default="")
    institution_id: Mapped[int | None] = mapped_column(ForeignKey("institution.id"), default=None)
    place: Mapped[str] = mapped_column(String(120), default="")
    country: Mapped[str] = mapped_column(String(2), default="")
    comment: Mapped[str] = mapped_column(Text, default="")
    is_private: Mapped[bool] = mapped_column(default=False)
    pinned_position: Mapped[int | None] = mapped_column(default=None)
    email: Mapped[str | None] = mapped_column(String(254), default=None)
    mailbox_key: Mapped[str | None] = mapped_column(String(64), default=None)
    mailbox_rule: Mapped[int] = mapped_column(default=1)
    language: Mapped[str] = mapped_column(String(10), default="en")
    source: Mapped[str] = mapped_column(String(80), default="web")
    verification: Mapped[str] = mapped_column(String(20), default=Verification.PENDING.value)
    moderation: Mapped[str] = mapped_column(String(20), default=Moderation.WAITING.value)
    reasons: Mapped[str] = mapped_column(String(300), default="")
    asking: Mapped[str] = mapped_column(String(20), default=Asking.NONE.value, server_default=Asking.NONE.value)
    organization_id: Mapped[int | None] = mapped_column(ForeignKey("organization.id"), default=None)
    import_batch_id: Mapped[int | None] = mapped_column(ForeignKey("import_batch.id"), default=None)
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("signature.id"), default=None)
    signed_at: Mapped[datetime]
    verified_at: Mapped[datetime | None] = mapped_column(default=None)
    expired_at: Mapped[datetime | None] = mapped_column(default=None)
    withdrawn_at: Mapped[datetime | None] = mapped_column(default=None)
    withdraw_reason: Mapped[str] = mapped_column(String(500), default="")
    erased_at: Mapped[datetime | None] = mapped_column(default=None)
    # When the clock took the address, and a name that is not shown.
    anonymized_at: Mapped[datetime | None] = mapped_column(default=None)
    answers_count: Mapped[int] = mapped_column(default=1, server_default="1")
    generation: Mapped[int] = mapped_column(default=0)
    code_tries: Mapped[int] = mapped_column(default=0)
    mails_asked: Mapped[int] = mapped_column(default=0)
    mail_asked_at: Mapped[datetime | None] = mapped_column(default=None)
    mailed_at: Mapped[datetime | None] = mapped_column(default=None)
    expires_at: Mapped[datetime | None] = mapped_column(default=None)
    reminder_count: Mapped[int] = mapped_column(default=0)
    endorsement: Mapped[Endorsement | None] = relationship(init=False, lazy="raise", back_populates="signature")
    # The boxes ticked now.
    consents: Mapped[list[Consent]] = relationship(
        init=False,
        repr=False,
        viewonly=True,
        lazy="raise",
        primaryjoin="and_(Signature.id == Consent.signature_id, Consent.ended_at.is_(None))",
        order_by="Consent.kind.desc()",
    )


def _is(column: object, value: str) -> ColumnElement[bool]:
    """A comparison written into the SQL, because SQLite uses a partial index only for literals."""
    return column == literal(value, literal_execute=True)


_unmerged = and_(Signature.withdrawn_at.is_(None), Signature.merged_into_id.is_(None))


def is_live(signature: Any) -> ColumnElement[bool]:
    """Not withdrawn, not expired, not merged: at most one per letter, kind and mailbox. For the model or an alias."""
    return and_(
        signature.withdrawn_at.is_(None),
        signature.verification != literal("expired", literal_execute=True),
        signature.merged_into_id.is_(None),
    )


IS_LIVE = is_live(Signature)
# Verified, approved, and the signatory did not take it back.
IS_PUBLIC = and_(_is(Signature.verification, "verified"), _is(Signature.moderation, "approved"), _unmerged)
# Public and named: what a list of names may hold.
IS_LISTED = and_(IS_PUBLIC, not_(Signature.is_private))
# Proven, and an organizer has to decide.
IS_UNDECIDED = and_(
    _is(Signature.verification, "verified"),
    or_(_is(Signature.moderation, "waiting"), _is(Signature.moderation, "held")),
    _unmerged,
)
# Of these, whom the desk's queue holds: everybody but those who were asked something and have not answered.
IS_QUEUED = and_(IS_UNDECIDED, Signature.asking != literal(Asking.ASKED.value, literal_execute=True))
# Asked something that they have not answered, whatever became of them.
HAS_QUESTION = _is(Signature.asking, Asking.ASKED.value)
# Expired or withdrawn, and still holding what was typed.
IS_LEFT = and_(
    Signature.erased_at.is_(None), or_(Signature.expired_at.is_not(None), Signature.withdrawn_at.is_not(None))
)
IS_PENDING = and_(_is(Signature.verification, "pending"), _unmerged)
# Proven by its owner, standing, and reachable: who is asked when the text changes. Not those an import brought, whose
# mailbox nobody has proven.
IS_ASKED = and_(
    _is(Signature.verification, "verified"),
    Signature.moderation != Moderation.REJECTED.value,
    _unmerged,
    Signature.email.is_not(None),
    Signature.kind.in_((SignatureKind.PERSON.value, SignatureKind.ORGANIZATION.value)),
    ~exists().where(
        Suppression.mailbox_key == Signature.mailbox_key,
        or_(Suppression.letter_id == Signature.letter_id, Suppression.letter_id.is_(None)),
        Suppression.reason.in_(UNWRITTEN),
    ),
)


def _partial(name: str, condition: ColumnElement[bool], *columns: object, unique: bool = False) -> Index:
    return Index(name, *columns, unique=unique, sqlite_where=condition, postgresql_where=condition)  # type: ignore[arg-type]


for _constraint in (
    one_of("kind", SignatureKind),
    one_of("verification", Verification),
    one_of("moderation", Moderation),
    one_of("asking", Asking),
    has_time("verification", "verified", "verified_at"),
    has_time("verification", "expired", "expired_at"),
    CheckConstraint("moderation <> 'approved' OR verification = 'verified'", name="approved_is_verified"),
    CheckConstraint("organization_id IS NULL OR kind = 'organization'", name="organization_kind"),
    CheckConstraint("kind <> 'organization' OR NOT is_private", name="organization_is_named"),
    CheckConstraint("institution_id IS NULL OR affiliation <> ''", name="institution_is_shown"),
):
    Signature.__table__.append_constraint(_constraint)  # type: ignore[attr-defined]

_partial(
    "uq_signature_live_mailbox",
    and_(IS_LIVE, Signature.mailbox_key.is_not(None)),
    Signature.letter_id,
    Signature.kind,
    Signature.mailbox_key,
    unique=True,
)
_partial(
    "uq_signature_public_organization",
    and_(IS_PUBLIC, Signature.organization_id.is_not(None)),
    Signature.letter_id,
    Signature.organization_id,
    unique=True,
)
# Read by: names page, names.csv, exports: the agreed order.
_partial("ix_signature_names", IS_LISTED, Signature.letter_id, Signature.kind, Signature.sort_key, Signature.id)
# Read by: names page, index by first letter.
_partial(
    "ix_signature_letters",
    IS_LISTED,
    Signature.letter_id,
    Signature.kind,
    Signature.index_letter,
    Signature.sort_key,
    Signature.id,
)
# Read by: letter page, the latest names.
_partial("ix_signature_latest", IS_LISTED, Signature.letter_id, Signature.kind, Signature.id)
# Read by: letter page, the few names that organizers pinned.
_partial(
    "ix_signature_pinned",
    and_(Signature.pinned_position.is_not(None), IS_LISTED),
    Signature.letter_id,
    Signature.kind,
    Signature.pinned_position,
    Signature.id,
)
# Read by: the change of an institution's name, which every signature that names it follows.
_partial("ix_signature_institution_id", Signature.institution_id.is_not(None), Signature.institution_id, Signature.id)
# Read by: the page of an institution, its public names in order.
_partial(
    "ix_signature_institution_names",
    and_(IS_LISTED, Signature.institution_id.is_not(None)),
    Signature.institution_id,
    Signature.sort_key,
    Signature.id,
)
# Read by: the tally, which counts public signatures by kind, privacy and accepted version.
_partial(
    "ix_signature_tally", IS_PUBLIC, Signature.letter_id, Signature.kind, Signature.is_private, Signature.version_id
)
# Read by: the queue, those who answered a question first, then the oldest.
_partial("ix_signature_queue", IS_QUEUED, Signature.letter_id, Signature.asking, Signature.id)
# Read by: the desk's list of who was asked.
_partial("ix_signature_asked", HAS_QUESTION, Signature.letter_id, Signature.id)
# Read by: the counts of the queue. With every column they ask for, so that no row is looked up.
_partial(
    "ix_signature_undecided",
    IS_UNDECIDED,
    Signature.letter_id,
    Signature.kind,
    Signature.moderation,
    Signature.signed_at,
    Signature.verification,
    Signature.withdrawn_at,
    Signature.merged_into_id,
    Signature.asking,
)
# Read by: the figures of the method page, which count what was rejected by reason.
_partial(
    "ix_signature_rejected",
    and_(_is(Signature.moderation, "rejected"), Signature.withdrawn_at.is_(None)),
    Signature.letter_id,
    Signature.reasons,
)
# Read by: expiry and reminders of what was never confirmed.
_partial("ix_signature_pending", IS_PENDING, Signature.signed_at, Signature.id)
# Read by: erasing and blanking, which take what was merged into a signature with it.
_partial("ix_signature_merged_into_id", Signature.merged_into_id.is_not(None), Signature.merged_into_id)
# Read by: blanking, which takes the names from what ended long ago.
_partial("ix_signature_left", IS_LEFT, Signature.id)
# Read by: /my, which finds all signatures of a mailbox; codes; sign-in of a known signatory.
Index("ix_signature_mailbox_key", Signature.mailbox_key, Signature.letter_id)
# Read by: taking an organization out of the directory, or into another one.
_partial("ix_signature_organization_id", Signature.organization_id.is_not(None), Signature.organization_id)
# Read by: the desk's list of everything, newest first.
Index("ix_signature_letter_id", Signature.letter_id, Signature.id)
