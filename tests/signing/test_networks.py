"""What is kept of networks, and what is done by it: held, slowed, never lost."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import scoped_session

from campaign import networks
from campaign.extensions import db
from campaign.models import GuardEntry, NetworkKey, Signature, SigningHint, Suppression
from campaign.signing import operations
from campaign.signing.operations import Origin
from campaign.signing.operations.confirm import digest_of
from campaign.signing.queries import letter_to_judge, signature_to_confirm
from campaign.states import Refused
from tests.factories import NOW, entry, make_letter, make_signature
from tests.signing.acts import sign
from tests.support.tables import everything

Session = scoped_session[Any]
CAMPUS = "198.51.100.7"
MINUTE = timedelta(minutes=1)


def attempt(letter_id: int, number: int, address: str = CAMPUS, *, after: timedelta = timedelta(), **more: Any) -> None:
    """Somebody new signs from an address."""
    origin = Origin(address=address, **more)
    who = entry("Ada Lovelace", f"p{number}@example.org", origin=origin)
    operations.sign_letter(letter_id, who, NOW + after)


def reasons() -> list[str]:
    """What pending signatures keep, in the order they were given."""
    return list(db.session.scalars(select(Signature.reasons).order_by(Signature.id)))


def test_hint_is_a_mark_and_seconds(app: Flask, client: FlaskClient, session: Session, frozen: Any) -> None:
    """K4: of the network a keyed mark is kept, of the form its seconds; the address stands nowhere."""
    make_letter()
    client.environ_base["REMOTE_ADDR"] = CAMPUS
    assert sign(client, seconds="41").status_code == 303
    hint = session.scalars(select(SigningHint)).one()
    assert (hint.seconds, len(hint.network), hint.signed_at) == (41, 32, NOW)
    assert hint.signature_id == session.scalars(select(Signature.id)).one()
    assert hint.network == networks.mark("198.51.100.200", NOW) != networks.mark("198.51.101.7", NOW)
    text = str(everything())
    assert "198.51.100" not in text


def test_forged_headers_change_nothing(app: Flask, client: FlaskClient, session: Session, frozen: Any) -> None:
    """R9, T12: without a proxy of our own, what a client says of itself is not believed."""
    make_letter()
    client.environ_base["REMOTE_ADDR"] = CAMPUS
    for number in range(3):
        forged = {"X-Forwarded-For": f"203.0.{number}.1", "Forwarded": f"for=203.0.{number}.1", "X-Real-IP": "10.0.0.1"}
        client.environ_base.update({f"HTTP_{name.upper().replace('-', '_')}": value for name, value in forged.items()})
        assert sign(client, email=f"p{number}@example.org").status_code == 303
    assert Counter(session.scalars(select(SigningHint.network))) == {networks.mark(CAMPUS, NOW): 3}


def test_mark_is_of_its_day(session: Session) -> None:
    """K4: tomorrow the same network has another mark, and yesterday's key is gone."""
    first = networks.mark(CAMPUS, NOW)
    session.commit()
    tomorrow = NOW + timedelta(days=1)
    assert networks.mark(CAMPUS, tomorrow) != first
    session.commit()
    networks.turn_keys(tomorrow)
    session.commit()
    assert [key.day for key in session.scalars(select(NetworkKey))] == [tomorrow.date()]
    networks.turn_keys(tomorrow.replace(hour=23, minute=30))
    session.commit()
    assert session.scalar(select(func.count()).select_from(NetworkKey)) == 2


def test_hints_are_kept_for_thirty_days(session: Session) -> None:
    """K4: then they go, the signatures stay."""
    letter = make_letter()
    attempt(letter.id, 1)
    attempt(letter.id, 2, after=MINUTE)
    session.commit()
    assert operations.forget_networks(NOW + timedelta(days=30) + MINUTE / 2) == 1
    assert [hint.signed_at for hint in session.scalars(select(SigningHint))] == [NOW + MINUTE]
    assert session.scalar(select(func.count()).select_from(Signature)) == 2


def test_erasing_takes_the_hint_along(session: Session) -> None:
    """K4, p-S8: who erased left no mark."""
    letter = make_letter()
    attempt(letter.id, 1)
    operations.erase_signature(session.scalars(select(Signature)).one(), NOW)
    assert session.scalars(select(SigningHint)).all() == []


@pytest.mark.parametrize("known", ["new", "pending", "verified", "suppressed"])
def test_every_attempt_leaves_one_hint(session: Session, known: str) -> None:
    """T8: one row, whatever is known of the mailbox."""
    letter = make_letter()
    if known != "new":
        state = "verified" if known == "suppressed" else known
        row = make_signature(letter, "Person 1", "p1@example.org", verification=state)
    if known == "suppressed":
        key = row.mailbox_key or ""
        session.add(Suppression(mailbox_key=key, letter_id=letter.id, reason="not_me", created_at=NOW))
        session.flush()
    attempt(letter.id, 1)
    assert session.scalar(select(func.count()).select_from(SigningHint)) == 1


def test_burst_is_held_not_refused(session: Session) -> None:
    """D3: twenty in five minutes pass, what comes above is kept and held; five minutes later the next passes again."""
    letter = make_letter()
    for number in range(25):
        attempt(letter.id, number, f"198.51.100.{number}")
    assert reasons() == [""] * 20 + ["burst"] * 5
    attempt(letter.id, 98, "203.0.113.1")
    attempt(letter.id, 99, after=6 * MINUTE)
    assert reasons()[-2:] == ["", ""]


def test_forty_in_an_hour_are_held(session: Session) -> None:
    """D3: slowly is not better; an hour later it begins anew."""
    letter = make_letter()
    for number in range(42):
        attempt(letter.id, number, after=number * MINUTE)
    assert reasons() == [""] * 40 + ["burst"] * 2
    attempt(letter.id, 99, after=102 * MINUTE)
    assert reasons()[-1] == ""


def test_other_letters_have_limits_of_their_own(session: Session) -> None:
    """D3: per letter and network."""
    first, second = make_letter("first"), make_letter("second")
    for number in range(21):
        attempt(first.id, number)
    attempt(second.id, 99)
    assert reasons()[-2:] == ["burst", ""]


def crowd(session: Session, letter_id: int, number: int) -> None:
    """So many attempts from the campus a minute ago."""
    row = {"letter_id": letter_id, "network": networks.mark(CAMPUS, NOW), "signed_at": NOW - MINUTE}
    session.execute(db.insert(SigningHint), [row] * number)
    session.commit()


def test_beyond_three_thousand_waits(app: Flask, client: FlaskClient, session: Session, frozen: Any) -> None:
    """D3: above 3,000 in an hour the answer is 429 with Retry-After, and everything typed stands in the form."""
    letter = make_letter()
    client.environ_base["REMOTE_ADDR"] = CAMPUS
    crowd(session, letter.id, 2999)
    assert sign(client).status_code == 303
    answer = sign(client, name="Grace Hopper", email="grace@example.org")
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "600")
    assert "Grace Hopper" in answer.text
    assert "grace@example.org" in answer.text
    assert "Nothing you typed is lost" in answer.text
    assert session.scalar(select(func.count()).select_from(SigningHint)) == 3000
    frozen.shift(timedelta(hours=1))
    assert sign(client, name="Grace Hopper", email="grace@example.org").status_code == 303


def test_limits_can_be_off(app: Flask, session: Session) -> None:
    """`LIMITS=off` is for load tests: nothing is held or refused for how fast it came."""
    letter = make_letter()
    crowd(session, letter.id, 9000)
    app.config["LIMITS"] = "off"
    attempt(letter.id, 1, seconds=0)
    assert reasons() == [""]


@pytest.mark.parametrize(
    ("seconds", "kept"), [("", ""), ("2", "too_fast"), ("3", ""), ("x", ""), ("-1", ""), ("9" * 9, "")]
)
def test_filling_time(client: FlaskClient, session: Session, seconds: str, kept: str) -> None:
    """x-E3: under three seconds is held when the script says so; no word is no verdict; nothing is refused."""
    make_letter()
    assert sign(client, seconds=seconds).status_code == 303
    assert reasons() == [kept]


def confirmed(session: Session, number: int) -> tuple[str, str]:
    """Moderation and reasons after the mailbox was proven."""
    row = session.scalars(select(Signature).where(Signature.email == f"p{number}@example.org")).one()
    found = signature_to_confirm(row.id)
    operations.confirm_signature(found, row.generation, digest_of(row), NOW)
    session.refresh(row)
    return row.moderation, row.reasons


def test_what_was_found_holds_when_confirmed(session: Session) -> None:
    """p-V5: found while signing, held on confirming; an entry given again does not wash it off."""
    letter = make_letter()
    for number in range(22):
        attempt(letter.id, number)
    attempt(letter.id, 21, "203.0.113.5", seconds=1)
    assert reasons()[-1] == "burst;too_fast"
    assert confirmed(session, 3) == ("approved", "")
    assert confirmed(session, 20) == ("held", "burst")
    assert confirmed(session, 21) == ("held", "burst;too_fast")


def guard(session: Session, side: str, kind: str, value: str, letter_id: int | None = None) -> None:
    """An entry of the lists."""
    session.add(GuardEntry(letter_id=letter_id, side=side, kind=kind, value=value, shown=value, added_at=NOW))
    session.flush()


def test_blocked_is_held_with_the_same_answer(app: Flask, client: FlaskClient, session: Session) -> None:
    """p-V5, T8: who is blocked sees what everybody sees, and is held."""
    letter = make_letter()
    guard(session, "blocked", "domain", "*.bots.example")
    guard(session, "blocked", "network", "203.0.113.0/24", letter.id)
    answers = [sign(client, email=email) for email in ("p1@example.org", "p2@a.bots.example")]
    assert [answer.status_code for answer in answers] == [303, 303]
    attempt(letter.id, 3, "203.0.113.9")
    assert reasons() == ["", "blocked", "blocked"]
    other = make_letter("other")
    attempt(other.id, 4, "203.0.113.9")
    assert reasons()[-1] == ""


def test_trusted_skips_the_limits_of_networks(session: Session) -> None:
    """p-V5: a campus that is known signs in a day what it likes."""
    letter = make_letter()
    guard(session, "trusted", "network", "198.51.100.0/24", letter.id)
    for number in range(50):
        attempt(letter.id, number)
    assert reasons() == [""] * 50


def test_hold_all_holds_everybody(session: Session) -> None:
    """p-V5: one switch, from now on; what was approved before stays."""
    letter = make_letter()
    attempt(letter.id, 1)
    attempt(letter.id, 2)
    assert confirmed(session, 1) == ("approved", "")
    letter.hold_all = "An attack since noon"
    session.flush()
    assert letter_to_judge(letter.id).hold_all == "An attack since noon"
    assert confirmed(session, 2) == ("held", "hold_all")


def test_refused_network_leaves_nothing(session: Session) -> None:
    """A refusal is not counted, so that it does not put off the next chance."""
    letter = make_letter()
    crowd(session, letter.id, 3000)
    with pytest.raises(Refused) as refused:
        attempt(letter.id, 1)
    assert refused.value.reason == "network_full"
    session.rollback()
    assert session.scalar(select(func.count()).select_from(Signature)) == 0
    assert session.scalar(select(func.count()).select_from(SigningHint)) == 3000


def test_site_has_a_limit_of_its_own(session: Session) -> None:
    """p-V5: a network that floods many letters is sent away from all of them."""
    letters = [make_letter(f"letter-{number}") for number in range(4)]
    for letter in letters[:3]:
        crowd(session, letter.id, 2990)
    attempt(letters[3].id, 1)
    crowd(session, letters[3].id, 40)
    with pytest.raises(Refused):
        attempt(letters[3].id, 2)


def test_limits_survive_a_restart(session: Session) -> None:
    """R9: nothing of it is in a process's memory."""
    letter_id = make_letter().id
    for number in range(20):
        attempt(letter_id, number)
    session.commit()
    session.remove()
    db.engine.dispose()
    attempt(letter_id, 99)
    assert reasons()[-1] == "burst"
