"""Accounts, links, sessions and roles, on both databases."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import scoped_session

from campaign import limits
from campaign.accounts import operations, passwords, queries, rules
from campaign.choices import Role
from campaign.jobs import outbox
from campaign.lib import clock
from campaign.lib.emails import parse_address
from campaign.mailboxes import mailbox_of
from campaign.models import DeskSession, Job, LogEntry, Membership, Organizer, SignInLink
from campaign.states import Refused
from tests.factories import make_campaign, make_organizer

Session = scoped_session[Any]
SECRET_WORDS = "correct horse battery staple"


def refusal(call: Any, *args: Any, **kwargs: Any) -> str:
    """The reason a call is refused with."""
    with pytest.raises(Refused) as refused:
        call(*args, **kwargs)
    return refused.value.reason


def test_one_account_for_every_spelling(session: Session, now: datetime) -> None:
    """An address in other letters is the same account; the first spelling stays."""
    first = operations.add_organizer("Ada@Example.org", now, "Ada")
    assert operations.add_organizer("ada@EXAMPLE.org ", now) is first
    assert (first.email, first.email_key) == ("Ada@Example.org", "ada@example.org")
    assert refusal(operations.add_organizer, "ada.example.org", now) == "bad_email"


def test_link_works_once(session: Session, now: datetime) -> None:
    """Single use: the second time it is over, and never stored as it is mailed."""
    organizer = make_organizer()
    token = operations.make_sign_in_link(organizer, timedelta(minutes=15), now)
    assert operations.link_state(token, now) == "good"
    assert token not in str(session.scalars(select(SignInLink.token_hash)).all())
    session_token = operations.use_sign_in_link(token, now)
    found = queries.session_in_force(rules.session_hash(_secret(), session_token), now)
    assert found is not None
    assert found[1] is organizer
    assert operations.link_state(token, now) == "over"
    assert refusal(operations.use_sign_in_link, token, now) == "link_expired"


def test_link_ends_on_time(session: Session, now: datetime) -> None:
    """A link is good up to its last second, and not in it."""
    token = operations.make_sign_in_link(make_organizer(), timedelta(minutes=15), now)
    assert operations.link_state(token, now + timedelta(minutes=15)) == "over"
    assert refusal(operations.use_sign_in_link, token, now + timedelta(minutes=15)) == "link_expired"
    assert operations.use_sign_in_link(token, now + timedelta(minutes=14, seconds=59))


@pytest.mark.parametrize("token", ["", "x", "A" * 38, "Ä" * 38])
def test_forged_link_is_unknown(session: Session, now: datetime, token: str) -> None:
    """T11: garbage is a link nobody made."""
    make_organizer()
    assert operations.link_state(token, now) == "unknown"
    assert refusal(operations.use_sign_in_link, token, now) == "link_unknown"


def test_session_token_is_no_link(session: Session, now: datetime) -> None:
    """T11: a token of one purpose opens no other door."""
    token = operations.start_session(make_organizer().id, now)
    assert operations.link_state(token, now) == "unknown"


def test_asking_for_a_link_mails_known_addresses_once(session: Session, now: datetime) -> None:
    """T6, T8: an account gets one mail in ten minutes; an unknown address nothing, and no error."""
    make_organizer("ada@example.org")
    for _time in range(3):
        operations.ask_for_link("Ada@example.org", now)
        operations.ask_for_link("nobody@example.org", now)
    assert session.scalar(select(func.count(SignInLink.id))) == 1
    job = session.scalars(select(Job)).one()
    assert job.kind == "accounts.sign_in_link"
    assert set(job.payload) == {"link"}
    operations.ask_for_link("ada@example.org", now + timedelta(minutes=20))
    assert session.scalar(select(func.count(SignInLink.id))) == 2


def test_other_mails_never_keep_an_organizer_out(session: Session, mails: Any) -> None:
    """T6: what fills a mailbox for the day leaves its sign-in links alone."""
    make_organizer("ada@example.org")
    now, key = clock.now(), mailbox_of(parse_address("ada@example.org")).key
    for _mail in range(5):
        limits.book_mail(key, now)
    operations.ask_for_link("ada@example.org", now)
    assert [mail["to"] for mail in mails()] == ["ada@example.org"]


def test_sign_in_links_have_a_budget(session: Session, mails: Any) -> None:
    """T6: whoever keeps asking in an organizer's name sends three mails an hour, and uses up nothing else."""
    organizer = make_organizer("ada@example.org")
    now, key = clock.now(), mailbox_of(parse_address("ada@example.org")).key
    for number in range(4):
        link = SignInLink(
            organizer_id=organizer.id, token_hash=f"{number}", created_at=now, expires_at=now + timedelta(hours=1)
        )
        session.add(link)
        session.flush()
        outbox.enqueue("accounts.sign_in_link", f"link:{number}", {"link": link.id}, now=now)
    assert len(mails("ada@example.org")) == 3
    waiting = session.scalars(select(Job).where(Job.state == "ready")).one()
    assert waiting.error == "this mailbox has had its mails for now"
    assert limits.mail_wait(key, now) is None


def test_link_counts_from_when_its_mail_left(session: Session, now: datetime) -> None:
    """A mail server away for an hour does not cost the quarter of an hour."""
    make_organizer("ada@example.org")
    operations.ask_for_link("ada@example.org", now)
    link = session.scalars(select(SignInLink)).one()
    left = now + timedelta(hours=1)
    operations.link_left(link.id, left)
    session.refresh(link)
    assert link.expires_at == left + timedelta(minutes=15)


def test_session_ends_when_revoked_or_idle(session: Session, now: datetime) -> None:
    """Sessions are rows: revoked at once, over after 14 days."""
    organizer, stranger = make_organizer(), make_organizer("stranger@example.net")
    hashed = rules.session_hash(_secret(), operations.start_session(organizer.id, now))
    row = session.scalars(select(DeskSession)).one()
    assert queries.session_in_force(hashed, now + timedelta(days=13, hours=23)) is not None
    assert queries.session_in_force(hashed, now + timedelta(days=14)) is None
    assert refusal(operations.revoke_session, stranger.id, row.id, now) == "not_found"
    operations.revoke_session(organizer.id, row.id, now)
    assert queries.session_in_force(hashed, now) is None
    assert refusal(operations.revoke_session, organizer.id, row.id, now) == "not_found"


def test_new_password_signs_out_other_browsers(session: Session, now: datetime) -> None:
    """ASVS 7.4.3: whoever knew the old password is out; this browser stays."""
    organizer = make_organizer()
    for _browser in range(3):
        operations.start_session(organizer.id, now)
    kept = queries.sessions_of(organizer.id, now)[0].id
    operations.set_password(organizer.id, passwords.hash_password(SECRET_WORDS), kept, now)
    assert [row.id for row in queries.sessions_of(organizer.id, now)] == [kept]
    session.refresh(organizer)
    assert organizer.password_hash is not None
    assert organizer.password_hash.startswith("$argon2id$v=19$m=65536,")
    assert passwords.password_holds(organizer.password_hash, SECRET_WORDS)
    assert not passwords.password_holds(organizer.password_hash, SECRET_WORDS + " ")


def test_no_password_is_never_right(session: Session) -> None:
    """An account without a password, or no account, cannot be entered by one."""
    for password in ("", "x", SECRET_WORDS, "x" * 5000):
        assert passwords.password_holds(None, password) is False


def test_tries_are_counted_per_account_and_network(session: Session, now: datetime) -> None:
    """T19: 10 an hour for an account, 20 for a network; the next hour begins anew."""
    network = "192.0.2.0/24"
    assert [operations.count_try("ada@example.org", network, now) for _try in range(11)] == [True] * 10 + [False]
    assert operations.count_try("grace@example.org", network, now) is True
    assert [operations.count_try(f"{n}@example.org", network, now) for n in range(9)] == [True] * 8 + [False]
    assert operations.count_try("ada@example.org", network, now + timedelta(hours=1)) is True


def test_last_owner_is_protected(session: Session, now: datetime) -> None:
    """M5: a campaign keeps an owner, whoever asks for it and in whichever way."""
    campaign = make_campaign()
    owner, viewer = make_organizer(campaign=campaign), make_organizer("v@example.org", campaign, role="viewer")
    own = queries.membership(campaign.id, owner.id)
    other = queries.membership(campaign.id, viewer.id)
    assert own is not None
    assert other is not None
    assert refusal(operations.change_role, own, Role.VIEWER, by_id=owner.id, now=now) == "last_owner"
    assert refusal(operations.remove_member, own, by_id=owner.id, now=now) == "last_owner"
    assert refusal(operations.add_member, campaign, owner, Role.VIEWER, by_id=None, now=now) == "last_owner"
    operations.change_role(other, Role.OWNER, by_id=owner.id, now=now)
    operations.remove_member(own, by_id=owner.id, now=now)
    assert [(row.organizer_id, row.role) for row in queries.team_of(campaign.id)] == [(viewer.id, "owner")]


def test_role_changes_leave_a_log_row(session: Session, now: datetime) -> None:
    """T22: who gave whom which role; the same role again is no change."""
    campaign, owner = make_campaign(), make_organizer()
    for role in (Role.OWNER, Role.OWNER):
        operations.add_member(campaign, owner, role, by_id=None, now=now)
    logged = session.scalars(select(LogEntry).where(LogEntry.act == "role_changed")).all()
    assert [row.detail for row in logged] == [{"organizer": owner.id, "before": "", "after": "owner"}]
    assert session.scalar(select(func.count(Membership.id))) == 1


def test_accounts_are_found_by_folded_address(session: Session, now: datetime) -> None:
    """A negative with data that could match: a longer address that begins the same."""
    make_organizer("ada@example.org")
    assert queries.organizer_by_key("ada@example.or") is None
    found = queries.organizer_by_key("ada@example.org")
    assert isinstance(found, Organizer)


def _secret() -> str:
    from flask import current_app

    return str(current_app.config["SECRET_KEY"])
