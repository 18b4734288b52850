"""The rules of signing, by tables of cases."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from campaign.signing import rules
from campaign.signing.rules import Face

NOW = datetime(2026, 6, 18, 17, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


@dataclass
class Row:
    """The columns a face is made from, and one that must never come out."""

    kind: str = "person"
    name: str = "Ada Lovelace"
    title: str = "Countess"
    affiliation: str = "Analytical Society"
    country: str = "GB"
    is_private: bool = False
    email: str = "ada@example.org"


def test_public_face_holds_what_may_be_seen() -> None:
    """T9: name, title, affiliation and country, and no other word of the row."""
    face = rules.public_face(Row())
    assert face == Face("person", "Ada Lovelace", "Countess", "Analytical Society", "GB")
    assert "ada@example.org" not in repr(face)


@pytest.mark.parametrize("row", [Row(is_private=True), Row(kind="employee"), Row(kind="employee", is_private=True)])
def test_public_face_counted_only_has_no_face(row: Row) -> None:
    """p-S5: a private signature and an employee are numbers, never rows."""
    assert rules.public_face(row) is None


@pytest.mark.parametrize(
    ("state", "closes_at", "accepts", "reason"),
    [
        ("open", None, True, None),
        ("open", NOW + SECOND, True, None),
        ("open", NOW, True, "letter_not_open"),
        ("open", NOW - SECOND, True, "letter_not_open"),
        ("open", None, False, "kind_not_accepted"),
        ("open", NOW, False, "letter_not_open"),
        *((state, None, True, "letter_not_open") for state in ("draft", "scheduled", "paused", "closed", "archived")),
        ("withdrawn", None, True, "letter_not_open"),
        ("removed", None, True, "letter_not_open"),
    ],
)
def test_why_not_sign_by_state_and_instant(
    state: str, closes_at: datetime | None, accepts: bool, reason: str | None
) -> None:
    """P13: nothing new from the closing instant on, also before the worker has closed the letter."""
    assert rules.why_not_sign(state, closes_at, accepts, NOW) == reason


@pytest.mark.parametrize(
    ("closes_at", "expiry"),
    [
        (None, NOW + 7 * DAY),
        (NOW + 30 * DAY, NOW + 7 * DAY),
        (NOW + 6 * DAY, NOW + 7 * DAY),
        (NOW + 5 * DAY, NOW + 6 * DAY),
        (NOW - HOUR, NOW + 23 * HOUR),
    ],
)
def test_link_expiry_is_the_earlier_of_both(closes_at: datetime | None, expiry: datetime) -> None:
    """D6: seven days after the mail left, at latest 24 hours after closing."""
    assert rules.link_expiry(NOW, closes_at) == expiry


@pytest.mark.parametrize(
    ("expires_at", "state", "closed_at", "may"),
    [
        (NOW + SECOND, "open", None, True),
        (NOW, "open", None, False),
        (None, "open", None, True),
        (None, "open", NOW - 24 * HOUR + SECOND, True),
        (None, "open", NOW - 24 * HOUR, False),
        (None, "paused", None, True),
        (None, "paused", NOW - 24 * HOUR, True),
        (None, "closed", NOW - 24 * HOUR + SECOND, True),
        (None, "closed", NOW - 24 * HOUR, False),
        (None, "archived", NOW - HOUR, True),
        (NOW - SECOND, "closed", NOW - HOUR, False),
        (None, "closed", None, False),
        (None, "withdrawn", None, False),
        (None, "removed", None, False),
        (None, "draft", None, False),
    ],
)
def test_may_confirm_by_state_and_instant(
    expires_at: datetime | None, state: str, closed_at: datetime | None, may: bool
) -> None:
    """P13: a pending signature may be confirmed for 24 hours after closing and not a second longer."""
    assert rules.may_confirm(expires_at, state, closed_at, NOW) is may


@pytest.mark.parametrize(
    ("asked_at", "may"),
    [(None, True), (NOW, False), (NOW - 10 * 60 * SECOND + SECOND, False), (NOW - 10 * 60 * SECOND, True)],
)
def test_may_mail_again_after_ten_minutes(asked_at: datetime | None, may: bool) -> None:
    """x-S7: sending twice in ten minutes sends one mail."""
    assert rules.may_mail_again(asked_at, NOW) is may


@pytest.mark.parametrize(
    ("mode", "reasons", "moderation"),
    [
        ("hold_risky", [], "approved"),
        ("hold_risky", ["free_mail"], "held"),
        ("review_first", [], "waiting"),
        ("review_first", ["free_mail"], "held"),
    ],
)
def test_moderation_after_confirming(mode: str, reasons: list[str], moderation: str) -> None:
    """p-V3: publish and hold the risky, or review every one first."""
    assert rules.moderation_after(mode, reasons) == moderation


def test_entry_digest_knows_where_a_word_stands() -> None:
    """The same letters in other fields are another entry."""
    digests = {rules.entry_digest(*entry) for entry in [("a", "b"), ("b", "a"), ("ab", ""), ("", "ab"), ("a", "b", "")]}
    assert len(digests) == 5
    assert rules.entry_digest("a", "b") in digests


@pytest.mark.parametrize(
    ("total", "goal"),
    [
        (0, 10), (9, 10), (10, 25), (25, 50), (50, 75), (99, 100), (100, 250), (152_004, 175_000),
        (75_000, 100_000), (99_999, 100_000), (100_000, 125_000), (1_000_000, 1_025_000),
    ],
)  # fmt: skip
def test_milestone_is_the_next_round_number(total: int, goal: int) -> None:
    """The number to reach lies above the number reached."""
    assert rules.milestone(total) == goal
