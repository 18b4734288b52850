"""Accounts, sign-in links, sessions and roles."""

from __future__ import annotations

from datetime import datetime, timedelta

from flask import current_app
from sqlalchemy import func, select, update

from campaign import limits
from campaign.accounts import passwords, queries, rules
from campaign.choices import Role
from campaign.decisions import record_act
from campaign.extensions import db
from campaign.jobs import outbox
from campaign.lib import emails, tokens
from campaign.models import Campaign, DeskSession, Membership, Organizer, SignInLink
from campaign.states import Refused


def _secret() -> str:
    secret: str = current_app.config["SECRET_KEY"]
    return secret


def email_key(email: str) -> str:
    """The folded form of an organizer's address. Raises `Refused("bad_email")`."""
    try:
        return emails.parse_address(email).normalized.lower()
    except emails.BadAddress:
        raise Refused("bad_email") from None


def add_organizer(email: str, now: datetime, name: str = "") -> Organizer:
    """The account of this address, made if there is none. Raises `Refused("bad_email")`."""
    key = email_key(email)
    organizer = queries.organizer_by_key(key)
    if organizer is None:
        organizer = Organizer(email=email.strip(), email_key=key, name=name, created_at=now)
        db.session.add(organizer)
        db.session.flush()
    return organizer


def make_sign_in_link(organizer: Organizer, valid_for: timedelta, now: datetime) -> str:
    """Stores a single-use link and returns its token for `/sign-in/<token>`."""
    link = _store_link(organizer, valid_for, now)
    return rules.link_token(_secret(), link.id, link.created_at)


def _store_link(organizer: Organizer, valid_for: timedelta, now: datetime) -> SignInLink:
    link = SignInLink(
        organizer_id=organizer.id,
        # The token needs the row's id, so the row is first written with a hash nobody can meet.
        token_hash=rules.link_hash(_secret(), tokens.random_token()),
        created_at=now.replace(microsecond=0),
        expires_at=now + valid_for,
    )
    db.session.add(link)
    db.session.flush()
    link.token_hash = rules.link_hash(_secret(), rules.link_token(_secret(), link.id, link.created_at))
    db.session.flush()
    return link


def ask_for_link(email: str, now: datetime) -> None:
    """Mails a sign-in link if the address has an account; nobody can tell whether it has.

    One mail in ten minutes. Raises `Refused("bad_email")`.
    """
    address = email_key(email)
    organizer = queries.organizer_by_key(address)
    # Counted for every address, so that the answer takes the same work for all.
    bucket = "sign-in-mail:" + tokens.mac(tokens.derive_key(_secret(), "tries"), "link", address).hex()[:40]
    asked = limits.add(bucket, rules.MAIL_WINDOW, now)
    if organizer is None or (limits.is_on() and asked > 1):
        return
    link = _store_link(organizer, rules.LINK_WAIT, now)
    outbox.enqueue(
        "accounts.sign_in_link",
        f"sign-in-link:{link.id}:{int(link.created_at.timestamp())}",
        {"link": link.id},
        now=now,
        prio=outbox.SOON,
    )


def link_left(link_id: int, now: datetime) -> None:
    """Starts the quarter of an hour of a mailed link, when its mail has left."""
    db.session.execute(
        update(SignInLink)
        .where(SignInLink.id == link_id, SignInLink.used_at.is_(None))
        .values(expires_at=now + rules.LINK_LIFE)
    )


def link_state(token: str, now: datetime) -> str:
    """What a link would do: `good`, `over` (used or too old) or `unknown`."""
    found = queries.link_by_hash(rules.link_hash(_secret(), token))
    if found is None:
        return "unknown"
    return "good" if found[0].used_at is None and found[0].expires_at > now else "over"


def use_sign_in_link(token: str, now: datetime, instead_of: DeskSession | None = None) -> str:
    """Spends the link and returns the token of a new session, see `start_session`.

    Raises `Refused("link_unknown")`, or `Refused("link_expired")` when it is over or was used before.
    """
    found = queries.link_by_hash(rules.link_hash(_secret(), token))
    if found is None:
        raise Refused("link_unknown")
    link, organizer = found
    spent = db.session.execute(
        update(SignInLink)
        .where(SignInLink.id == link.id, SignInLink.used_at.is_(None), SignInLink.expires_at > now)
        .values(used_at=now)
    )
    if not spent.rowcount:  # type: ignore[attr-defined]
        raise Refused("link_expired")
    return start_session(organizer.id, now, instead_of)


def start_session(organizer_id: int, now: datetime, instead_of: DeskSession | None = None) -> str:
    """Stores a session and returns its token, which only the cookie of one browser holds.

    That browser's session until now ends (ASVS 7.2.4).
    """
    if instead_of is not None:
        instead_of.revoked_at = now
    token = tokens.random_token()
    db.session.add(
        DeskSession(
            organizer_id=organizer_id,
            token_hash=rules.session_hash(_secret(), token),
            created_at=now,
            expires_at=rules.session_end(now, now),
        )
    )
    db.session.flush()
    return token


def revoke_session(organizer_id: int, session_id: int, now: datetime) -> None:
    """Signs out one browser of this organizer. Raises `Refused("not_found")` for anything else."""
    revoked = db.session.execute(
        update(DeskSession)
        .where(
            DeskSession.id == session_id,
            DeskSession.organizer_id == organizer_id,
            DeskSession.revoked_at.is_(None),
        )
        .values(revoked_at=now)
    )
    if not revoked.rowcount:  # type: ignore[attr-defined]
        raise Refused("not_found")


def revoke_other_sessions(organizer_id: int, kept_id: int, now: datetime) -> None:
    """Signs out every browser of this organizer but one."""
    db.session.execute(
        update(DeskSession)
        .where(
            DeskSession.organizer_id == organizer_id,
            DeskSession.id != kept_id,
            DeskSession.revoked_at.is_(None),
        )
        .values(revoked_at=now)
    )


def check_new_password(organizer: Organizer, password: str) -> None:
    """Refuses a password that is short or easily guessed for this organizer, see `passwords.check_password`."""
    names = [organizer.email, organizer.name, current_app.config["BASE_URL"], current_app.config["OPERATOR_NAME"] or ""]
    campaigns = [campaign for campaign, _role in queries.campaigns_of(organizer.id)]
    passwords.check_password(password, [*names, *(name for row in campaigns for name in (row.title, row.slug))])


def set_password(organizer_id: int, password_hash: str, kept_session_id: int, now: datetime) -> None:
    """Stores a password's hash; all other browsers of the organizer are signed out (ASVS 7.4.3)."""
    db.session.execute(update(Organizer).where(Organizer.id == organizer_id).values(password_hash=password_hash))
    revoke_other_sessions(organizer_id, kept_session_id, now)
    record_act("password_set", now=now, by_id=organizer_id)


def count_try(email: str, network: str, now: datetime) -> bool:
    """Counts one try to sign in by password, for the network and the address; False when it is one too many.

    Stored are keyed hashes; that of the network changes every day. A refused network uses up no try of the address.
    """
    within = all(
        limits.add(bucket, rules.TRY_WINDOW, now, most) <= most for bucket, most in _try_limits(email, network, now)
    )
    return within or not limits.is_on()


def tries_renew(email: str, network: str, now: datetime) -> datetime:
    """When a refused try may be made again."""
    waits = (limits.renewal(bucket, rules.TRY_WINDOW, most, now) for bucket, most in _try_limits(email, network, now))
    return max((wait for wait in waits if wait is not None), default=now)


def _try_limits(email: str, network: str, now: datetime) -> list[tuple[str, int]]:
    """The buckets of a try, each with its number."""
    key = tokens.derive_key(_secret(), "tries")
    account = tokens.mac(key, "account", email.strip().lower()).hex()[:40]
    place = tokens.mac(key, "network", now.date().isoformat(), network).hex()[:40]
    return [(f"try-n:{place}", rules.TRIES_PER_NETWORK), (f"try-a:{account}", rules.TRIES_PER_ACCOUNT)]


def add_member(campaign: Campaign, organizer: Organizer, role: Role, *, by_id: int | None, now: datetime) -> None:
    """Gives an organizer a role in a campaign; one who has a role gets this one instead.

    Raises `Refused("last_owner")`.
    """
    membership = queries.membership(campaign.id, organizer.id)
    if membership is not None:
        change_role(membership, role, by_id=by_id, now=now)
        return
    db.session.add(Membership(organizer_id=organizer.id, campaign_id=campaign.id, role=role.value, created_at=now))
    db.session.flush()
    _log(campaign.id, organizer.id, "", role.value, by_id, now)


def change_role(membership: Membership, role: Role, *, by_id: int | None, now: datetime) -> None:
    """Changes a role; the campaign keeps an owner. Raises `Refused("last_owner")`."""
    if membership.role == role.value:
        return
    before = membership.role
    _keep_an_owner(membership)
    membership.role = role.value
    db.session.flush()
    _log(membership.campaign_id, membership.organizer_id, before, role.value, by_id, now)


def remove_member(membership: Membership, *, by_id: int | None, now: datetime) -> None:
    """Takes an organizer off the team; the campaign keeps an owner. Raises `Refused("last_owner")`."""
    _keep_an_owner(membership)
    db.session.delete(membership)
    db.session.flush()
    _log(membership.campaign_id, membership.organizer_id, membership.role, "", by_id, now)


def sign_out_member(membership: Membership, *, by_id: int, now: datetime) -> None:
    """Signs a member out of every browser (ASVS 7.4.5), also of the one that asks."""
    revoke_other_sessions(membership.organizer_id, 0, now)
    detail = {"organizer": membership.organizer_id}
    record_act("member_signed_out", now=now, by_id=by_id, campaign_id=membership.campaign_id, detail=detail)


def _keep_an_owner(membership: Membership) -> None:
    """Refuses when this is the last owner. Two owners leaving at once queue up on the campaign's row."""
    if membership.role != Role.OWNER.value:
        return
    campaign_id = membership.campaign_id
    db.session.execute(select(Campaign.id).where(Campaign.id == campaign_id).with_for_update(key_share=True))
    owners = db.session.scalar(
        select(func.count())
        .select_from(Membership)
        .where(Membership.campaign_id == campaign_id, Membership.role == Role.OWNER.value)
    )
    if (owners or 0) < 2:
        raise Refused("last_owner")


def _log(campaign_id: int, organizer_id: int, before: str, after: str, by_id: int | None, now: datetime) -> None:
    detail = {"organizer": organizer_id, "before": before, "after": after}
    record_act("role_changed", now=now, by_id=by_id, campaign_id=campaign_id, detail=detail)
