"""Rules of the desk, by tables of cases."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import pytest

from campaign.lib.names import sort_key
from campaign.moderation import rules
from campaign.moderation.rules import Ruling
from campaign.sentences import REJECTIONS, SIGNATURE_STATES
from campaign.states import MODERATION, Refused


@dataclass
class Row:
    """The columns the state of a signature is read from."""

    verification: str = "verified"
    moderation: str = "waiting"
    withdrawn_at: object = None
    merged_into_id: int | None = None


@pytest.mark.parametrize(
    ("ruling", "reason"),
    [
        (Ruling("approve"), None),
        (Ruling("hold"), None),
        (Ruling("reject", "duplicate"), None),
        (Ruling("reject", "other", "They told us so."), None),
        (Ruling("reject"), "needs_reason"),
        (Ruling("reject", "whim"), "needs_reason"),
        (Ruling("reject", "other", "  "), "needs_reason"),
        (Ruling(""), "unknown_action"),
        (Ruling("reset"), "unknown_action"),
        (Ruling("vouch"), "unknown_action"),
    ],
)
def test_ruling(ruling: Ruling, reason: str | None) -> None:
    """Rejecting needs a reason of the table; anything but the three acts is none."""
    if reason is None:
        rules.check_ruling(ruling)
        return
    with pytest.raises(Refused) as refused:
        rules.check_ruling(ruling)
    assert refused.value.reason == reason


@pytest.mark.parametrize(
    ("row", "stands", "acts"),
    [
        (Row(), "waiting", ["approve", "hold", "reject"]),
        (Row(moderation="held"), "held", ["approve", "reject"]),
        (Row(moderation="approved"), "approved", ["hold", "reject"]),
        (Row(moderation="rejected"), "rejected", ["approve", "hold"]),
        (Row(verification="pending"), "pending", []),
        (Row(verification="expired"), "expired", []),
        (Row(moderation="approved", withdrawn_at="then"), "withdrawn", []),
        (Row(moderation="approved", merged_into_id=7), "merged", []),
    ],
)
def test_standing_and_what_can_be_decided(row: Row, stands: str, acts: list[str]) -> None:
    """One word for where a signature stands, and only the moves the table allows."""
    assert rules.standing(row) == stands
    assert stands in SIGNATURE_STATES
    assert rules.possible_acts(row) == acts


def test_every_state_can_be_gone_back_to() -> None:
    """Undo knows the move to each state, from each other."""
    for state, move in rules.MOVE_TO.items():
        others = [other for other in rules.MOVE_TO if other != state]
        assert {MODERATION[other, move] for other in others} == {state}


@pytest.mark.parametrize(
    ("text", "state", "words"),
    [
        ("", "waiting", [("This letter reviews every signature first", "info")]),
        ("", "approved", []),
        ("watched_name", "held", [("On the watch list", "bad")]),
        (
            "free_mail;shared_host",
            "held",
            [("Free mail address for an organization", "warn"), ("The website lies on a shared host", "warn")],
        ),
        ("duplicate", "rejected", [("The same person or organization twice", "warn")]),
    ],
)
@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_reasons_in_words(session: object, text: str, state: str, words: list[tuple[str, str]]) -> None:
    """O3: why a row is here, never as a raw word."""
    assert rules.reason_words(text, state) == words


def test_keys_are_enough_for_all_reasons() -> None:
    """O1: R, then 1 to 9."""
    assert 1 <= len(REJECTIONS) <= 9


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1", 1),
        ("2147483647", 2147483647),
        ("2147483648", None),
        ("99999999999999999999", None),
        ("0", None),
        ("-1", None),
        ("", None),
        ("x", None),
        ("²", None),
        ("١", None),
        ("1 ", None),
    ],
)
def test_row_id(text: str, number: int | None) -> None:
    """Whatever stands in an address is a row's number or nothing; never an error of the database."""
    assert rules.row_id(text) == number


@pytest.mark.parametrize(
    ("prefix", "name", "is_found"),
    [
        ("Ad", "Ada Lovelace", True),
        ("ada lov", "Ada Lovelace", True),
        ("ADA", "Áda Lovelace", True),
        ("Lov", "Ada Lovelace", False),
        ("Adb", "Ada Lovelace", False),
        ("Ad", "Aardvark", False),
        ("محمد", "محمد الفاسي", True),
        ("陳", "陳大文", True),
        ("Ada Lovelace", "Ada", False),
    ],
)
def test_name_range(prefix: str, name: str, is_found: bool) -> None:
    """A name is found by its beginning, in any script, without case and accents."""
    start, end = rules.name_range(prefix)
    assert (start <= sort_key(name) < end) is is_found


@pytest.mark.parametrize(
    ("kind", "verification", "moderation", "may"),
    [
        ("organization", "verified", "held", True),
        ("organization", "verified", "waiting", True),
        ("organization", "pending", "waiting", True),
        ("organization", "verified", "approved", False),
        ("organization", "verified", "rejected", False),
        ("organization", "expired", "waiting", False),
        ("person", "verified", "held", False),
        ("person", "pending", "waiting", False),
        ("imported", "verified", "held", False),
    ],
)
def test_may_vouch(kind: str, verification: str, moderation: str, may: bool) -> None:
    """Only organizations that wait for somebody's judgement."""
    assert rules.may_vouch(kind, verification, moderation) is may


@pytest.mark.parametrize(
    ("hours", "told"),
    [
        ([], None),
        ([1, 1, 1, 1], None),
        ([0, 0, 0, 0, 0], 1),
        ([1, 2, 3, 4, 5, 6, 7, 8, 9, 90], 9),
        ([0.2] * 9 + [50], 1),
        ([1.1] * 20, 2),
        ([3] * 5 + [40] * 5, 40),
    ],
)
def test_hours_are_those_of_nine_in_ten(hours: list[float], told: int | None) -> None:
    """x-S15: the 90th percentile in whole hours, rounded up; nothing is told of too few."""
    assert rules.hours_of([timedelta(hours=number) for number in hours]) == told
