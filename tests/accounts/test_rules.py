"""Rules of accounts, by tables of cases."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from campaign.accounts import rules
from campaign.lib import tokens
from campaign.states import Refused

SECRET = "0f3b5c7a91d2e4684bafc2d90e17a536"


@pytest.mark.parametrize("permission", sorted(rules.PERMISSIONS))
def test_owner_may_everything_and_viewer_only_view(permission: str) -> None:
    """M5: two roles until moderators exist."""
    assert rules.may("owner", permission) is True
    assert rules.may("viewer", permission) is (permission == "view")


def test_unknown_permission_is_a_bug() -> None:
    """A misspelt guard must never let anybody in."""
    with pytest.raises(KeyError):
        rules.may("owner", "modrate")


@pytest.mark.parametrize(
    ("path", "goes"),
    [
        ("/desk", "/desk"),
        ("/desk/letters/a/queue?at=7", "/desk/letters/a/queue?at=7"),
        ("", "/otherwise"),
        ("desk", "/otherwise"),
        ("//evil.example", "/otherwise"),
        ("/\\evil.example", "/otherwise"),
        ("/desk\\..\\x", "/otherwise"),
        ("/\t/evil.example", "/otherwise"),
        ("/\n/evil.example", "/otherwise"),
        ("https://evil.example/desk", "/otherwise"),
        ("javascript:alert(1)", "/otherwise"),
    ],
)
def test_safe_next_stays_on_this_site(path: str, goes: str) -> None:
    """R1: redirects only to our own host."""
    assert rules.safe_next(path, "/otherwise") == goes


@pytest.mark.parametrize(
    ("length", "reason"),
    [(0, "password_short"), (11, "password_short"), (12, None), (200, None), (201, "password_long")],
)
def test_password_length(length: int, reason: str | None) -> None:
    """Only the length is asked for."""
    if reason is None:
        rules.check_password_length("x" * length)
        return
    with pytest.raises(Refused) as refused:
        rules.check_password_length("x" * length)
    assert refused.value.reason == reason


def test_link_token_depends_on_row_and_time() -> None:
    """A row id that is used again after a deletion makes another link."""
    made = datetime(2026, 6, 18, 17, 0, tzinfo=UTC)
    later = datetime(2026, 6, 18, 17, 1, tzinfo=UTC)
    one = rules.link_token(SECRET, 5, made)
    assert one == rules.link_token(SECRET, 5, made)
    assert len({one, rules.link_token(SECRET, 6, made), rules.link_token(SECRET, 5, later)}) == 3


def test_hashes_of_sessions_and_links_are_apart() -> None:
    """T11: a token is good at one door only."""
    token = tokens.random_token()
    assert rules.session_hash(SECRET, token) != rules.link_hash(SECRET, token)
