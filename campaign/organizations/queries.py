"""Looks organizations up: in the directory, and on the board of a letter."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, exists, func, literal, or_, select, union_all
from sqlalchemy.orm import aliased

from campaign.extensions import db
from campaign.models import (
    Invitation,
    InvitationNote,
    Letter,
    Organization,
    OrganizationAlias,
    Organizer,
    Signature,
    Version,
)
from campaign.models.retention import letter_ended_at, on_hold
from campaign.models.signature import IS_PUBLIC
from campaign.organizations.rules import (
    APPROVERS_KEPT,
    CONTACTS_KEPT,
    LAST_CALL,
    TAKES_ANSWERS,
    Keys,
    identifying_domain,
)
from campaign.states import InvitationAnswer

# By what an organization is found, the one that counts most first: each part of the question has its index.
_FOUND = union_all(
    select(Organization.id, literal("domain").label("by")).where(Organization.domain == bindparam("domain")),
    select(OrganizationAlias.organization_id, literal("alias_domain")).where(
        OrganizationAlias.domain == bindparam("domain")
    ),
    select(Organization.id, literal("name")).where(Organization.name_folded == bindparam("folded")),
    select(OrganizationAlias.organization_id, literal("alias")).where(
        OrganizationAlias.name_folded == bindparam("folded")
    ),
).subquery()
# Put together once: asked at every endorsement that is confirmed. Nobody can take these out of the directory before a
# signature names them.
_KNOWN = (
    select(Organization, _FOUND.c.by)
    .join(_FOUND, _FOUND.c.id == Organization.id)
    .order_by(Organization.id)
    .with_for_update(read=True, key_share=True, of=Organization)
)


def organizations_by(domain: str | None, folded: str) -> dict[str, list[Organization]]:
    """The organizations of a registrable domain or a folded name, by what each was found: domain, alias_domain, name
    or alias. They stay until the end of the transaction.
    """
    found: dict[str, list[Organization]] = {}
    for row in db.session.execute(_KNOWN, {"domain": domain, "folded": folded}):
        found.setdefault(row.by, []).append(row.Organization)
    return found


def board_of(letter_id: int) -> Sequence[Any]:
    """Every organization on a board, A to Z: Invitation, where its signature stands, whether a note of it waits."""
    return db.session.execute(
        select(
            Invitation,
            Signature.moderation,
            Signature.withdrawn_at,
            exists()
            .where(InvitationNote.invitation_id == Invitation.id)
            .where(InvitationNote.id == _last_note(Invitation.id), InvitationNote.organizer_id.is_(None))
            .correlate(Invitation)
            .label("waits"),
        )
        .outerjoin(Signature, Signature.id == Invitation.signature_id)
        .where(Invitation.letter_id == letter_id)
        .order_by(Invitation.name_folded, Invitation.id)
    ).all()


def _last_note(invitation_id: Any) -> Any:
    other = aliased(InvitationNote)
    return (
        select(func.max(other.id)).where(other.invitation_id == invitation_id).correlate(Invitation).scalar_subquery()
    )


def invitations_of(letter_id: int) -> Sequence[Invitation]:
    """The invitations of a letter that were not taken back, locked in order."""
    return db.session.scalars(
        select(Invitation)
        .where(Invitation.letter_id == letter_id, Invitation.cancelled_at.is_(None))
        .order_by(Invitation.id)
        .with_for_update()
    ).all()


def board_keys(letter_id: int) -> Keys:
    """The names and domains of the organizations on a board."""
    rows = db.session.execute(
        select(Invitation.name_folded, Invitation.website).where(Invitation.letter_id == letter_id)
    ).all()
    domains = {identifying_domain(row.website) for row in rows}
    return Keys({row.name_folded for row in rows}, {domain for domain in domains if domain})


def known_on(letter_id: int) -> dict[str, Keys]:
    """What the organizations on the board of a letter are known by, and those of its public endorsements."""
    on_board = board_keys(letter_id)
    has_one = or_(Organization.domain.in_(on_board.domains), OrganizationAlias.domain.in_(on_board.domains))
    known = select(Organization.id).outerjoin(OrganizationAlias, OrganizationAlias.organization_id == Organization.id)
    signed = select(Signature.organization_id).where(Signature.letter_id == letter_id, IS_PUBLIC)
    return {"on_board": _with(on_board, known.where(has_one)), "on_letter": _with(Keys(set(), set()), signed)}


def _with(keys: Keys, organizations: Select[Any]) -> Keys:
    """The same and what the organizations with these ids are known by; a name only where it comes with no domain."""
    own = select(Organization.name_folded, Organization.domain).where(Organization.id.in_(organizations))
    other = select(OrganizationAlias.name_folded, OrganizationAlias.domain)
    aliases = db.session.execute(other.where(OrganizationAlias.organization_id.in_(organizations))).all()
    rows = db.session.execute(own).all()
    names = {row.name_folded for row in rows if row.domain is None}
    domains = {row.domain for row in (*rows, *aliases) if row.domain}
    return Keys(keys.names | names, keys.domains | domains, frozenset(row.name_folded for row in aliases))


def invitation_of(letter_id: int, invitation_id: int) -> Invitation | None:
    """An invitation of this letter; None for another letter's."""
    return db.session.scalars(
        select(Invitation).where(Invitation.id == invitation_id, Invitation.letter_id == letter_id)
    ).one_or_none()


def invitation_behind(invitation_id: int, generation: int) -> Invitation | None:
    """The invitation a link leads to; None where it was taken back, has another link by now, or nobody's any more."""
    return db.session.scalars(_behind(invitation_id, generation)).one_or_none()


def invitation_for_change(invitation_id: int, generation: int) -> Invitation | None:
    """The same, locked until the transaction ends."""
    statement = _behind(invitation_id, generation).with_for_update().execution_options(populate_existing=True)
    return db.session.scalars(statement).one_or_none()


def _behind(invitation_id: int, generation: int) -> Select[Invitation]:
    return select(Invitation).where(
        Invitation.id == invitation_id,
        Invitation.generation == generation,
        Invitation.cancelled_at.is_(None),
        # Without its contacts nobody can be answered.
        Invitation.email.is_not(None),
    )


def invitations_signed(signature_id: int) -> Sequence[Invitation]:
    """The invitations whose approval is this signature, locked."""
    return db.session.scalars(select(Invitation).where(Invitation.signature_id == signature_id).with_for_update()).all()


def notes_of(invitation_id: int) -> Sequence[Any]:
    """InvitationNote and the organizer's name or address (None: the organization wrote it), in order."""
    return db.session.execute(
        select(InvitationNote, func.coalesce(func.nullif(Organizer.name, ""), Organizer.email).label("organizer"))
        .outerjoin(Organizer, Organizer.id == InvitationNote.organizer_id)
        .where(InvitationNote.invitation_id == invitation_id)
        .order_by(InvitationNote.id)
    ).all()


def answered_between(
    letter_id: int, since: datetime, until: datetime
) -> list[tuple[Invitation, Sequence[InvitationNote]]]:
    """Who answered or wrote in that time, A to Z, with what they wrote."""
    notes = db.session.scalars(
        select(InvitationNote)
        .join(Invitation, Invitation.id == InvitationNote.invitation_id)
        .where(
            Invitation.letter_id == letter_id,
            InvitationNote.organizer_id.is_(None),
            InvitationNote.written_at >= since,
            InvitationNote.written_at < until,
        )
        .order_by(InvitationNote.id)
    ).all()
    answered = and_(Invitation.answered_at >= since, Invitation.answered_at < until)
    rows = db.session.scalars(
        select(Invitation)
        .where(
            Invitation.letter_id == letter_id, or_(answered, Invitation.id.in_({note.invitation_id for note in notes}))
        )
        .order_by(Invitation.name_folded)
    )
    return [(row, [note for note in notes if note.invitation_id == row.id]) for row in rows]


def letters_to_call(now: datetime) -> Sequence[int]:
    """The letters whose deadline for answers is less than a day away. Uses ix_letter_state."""
    return db.session.scalars(
        select(Letter.id)
        .where(Letter.state.in_(TAKES_ANSWERS), Letter.answers_due_at > now, Letter.answers_due_at <= now + LAST_CALL)
        .order_by(Letter.id)
    ).all()


def signature_of(row: Invitation) -> Signature | None:
    """The signature an approval made; None where there is none."""
    return db.session.get(Signature, row.signature_id) if row.signature_id else None


def version_approved(row: Invitation, signature: Signature | None) -> int | None:
    """The number of the version the organization stands under by now, or of the one that waits for its code."""
    # A signature that was withdrawn says nothing of the text that is approved anew.
    stands = signature if signature is not None and signature.withdrawn_at is None else row
    return db.session.scalar(select(Version.number).where(Version.id == stands.version_id))


def contacts_over(now: datetime, limit: int) -> Sequence[int]:
    """Invitations whose contacts are not needed any more; none of a letter on legal hold."""
    return db.session.scalars(
        select(Invitation.id)
        .join(Letter, Letter.id == Invitation.letter_id)
        .where(_is_over(now), ~on_hold(Letter.id))
        .order_by(Invitation.id)
        .limit(limit)
    ).all()


def count_contacts_over(now: datetime) -> list[tuple[str, int, bool]]:
    """By letter: its slug, how many invitations have contacts not needed any more, whether a legal hold keeps them."""
    over = (
        select(Letter.slug, func.count(), on_hold(Letter.id))
        .select_from(Invitation)
        .join(Letter, Letter.id == Invitation.letter_id)
        .where(_is_over(now))
        .group_by(Letter.id, Letter.slug)
        .order_by(Letter.slug)
    )
    return [(slug, number, bool(held)) for slug, number, held in db.session.execute(over)]


def _is_over(now: datetime) -> ColumnElement[bool]:
    """Contacts of an invitation that was taken back, or of a letter that ended, long enough ago."""
    approved = Invitation.answer == InvitationAnswer.APPROVED
    is_over = or_(
        and_(~approved, or_(Invitation.cancelled_at <= now - CONTACTS_KEPT, letter_ended_at <= now - CONTACTS_KEPT)),
        letter_ended_at <= now - APPROVERS_KEPT,
    )
    return and_(Invitation.email.is_not(None), is_over)
