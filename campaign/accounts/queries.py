"""Organizers, their sessions, links and roles, read."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import contains_eager, joinedload

from campaign.accounts.rules import may
from campaign.extensions import db
from campaign.models import Campaign, DeskSession, Letter, Membership, Organizer, SignInLink


def organizer_by_key(email_key: str) -> Organizer | None:
    """The account of an address (its folded form), or None."""
    return db.session.scalars(select(Organizer).where(Organizer.email_key == email_key)).first()


def session_in_force(token_hash: str, now: datetime) -> tuple[DeskSession, Organizer] | None:
    """The session of this token hash and its organizer, if it is neither revoked nor over."""
    row = db.session.execute(
        select(DeskSession, Organizer)
        .join(Organizer, Organizer.id == DeskSession.organizer_id)
        .where(DeskSession.token_hash == token_hash, DeskSession.revoked_at.is_(None), DeskSession.expires_at > now)
    ).first()
    return (row[0], row[1]) if row else None


def sessions_of(organizer_id: int, now: datetime) -> list[DeskSession]:
    """The sessions of an organizer that are in force, newest first."""
    return list(
        db.session.scalars(
            select(DeskSession)
            .where(
                DeskSession.organizer_id == organizer_id,
                DeskSession.revoked_at.is_(None),
                DeskSession.expires_at > now,
            )
            .order_by(DeskSession.id.desc())
        )
    )


def link_by_hash(token_hash: str) -> tuple[SignInLink, Organizer] | None:
    """The sign-in link of this token hash and its organizer, whatever became of it."""
    row = db.session.execute(
        select(SignInLink, Organizer)
        .join(Organizer, Organizer.id == SignInLink.organizer_id)
        .where(SignInLink.token_hash == token_hash)
    ).first()
    return (row[0], row[1]) if row else None


def letter_with_role(slug: str, organizer_id: int) -> tuple[Letter, str] | None:
    """The letter with its campaign, and the organizer's role in it; None for strangers."""
    row = db.session.execute(
        select(Letter, Membership.role)
        .join(Letter.campaign)
        .join(Membership, Membership.campaign_id == Campaign.id)
        .where(Letter.slug == slug, Membership.organizer_id == organizer_id)
        .options(contains_eager(Letter.campaign))
    ).first()
    return (row[0], row[1]) if row else None


def campaign_with_role(slug: str, organizer_id: int) -> tuple[Campaign, str] | None:
    """The campaign and the organizer's role in it; None for strangers."""
    row = db.session.execute(
        select(Campaign, Membership.role)
        .join(Membership, Membership.campaign_id == Campaign.id)
        .where(Campaign.slug == slug, Membership.organizer_id == organizer_id)
    ).first()
    return (row[0], row[1]) if row else None


def campaigns_of(organizer_id: int) -> list[tuple[Campaign, str]]:
    """Every campaign of an organizer with the role in it, by title."""
    rows = db.session.execute(
        select(Campaign, Membership.role)
        .join(Membership, Membership.campaign_id == Campaign.id)
        .where(Membership.organizer_id == organizer_id)
        .order_by(Campaign.title, Campaign.id)
    )
    return [(row[0], row[1]) for row in rows]


def team_of(campaign_id: int) -> list[Membership]:
    """Everybody in a campaign, with the account loaded, by address."""
    return list(
        db.session.scalars(
            select(Membership)
            .join(Membership.organizer)
            .where(Membership.campaign_id == campaign_id)
            .options(joinedload(Membership.organizer))
            .order_by(Organizer.email_key)
        )
    )


def who_may(campaign_id: int, permission: str) -> list[int]:
    """The organizers of a campaign whose role includes a permission, by id."""
    return sorted(member.organizer_id for member in team_of(campaign_id) if may(member.role, permission))


def membership(campaign_id: int, organizer_id: int) -> Membership | None:
    """The membership of an organizer in a campaign, or None."""
    return db.session.scalars(
        select(Membership).where(Membership.campaign_id == campaign_id, Membership.organizer_id == organizer_id)
    ).first()
