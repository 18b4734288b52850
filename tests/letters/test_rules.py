"""What a letter may be made of, as tables of cases."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from campaign.letters import rules
from campaign.letters.rules import Settings
from campaign.states import LetterState

NOW = datetime(2026, 6, 18, 17, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
# A time as it is typed, without a zone.
typed = datetime.fromisoformat


@pytest.mark.parametrize(
    ("text", "good"),
    [
        ("stop-2026", True),
        ("a", True),
        ("a" * 80, True),
        ("a" * 81, False),
        ("", False),
        ("Stop", False),
        ("stop--now", False),
        ("-stop", False),
        ("stop/now", False),
        ("stöp", False),
        ("stop\n", False),
    ],
)
def test_slug_is_a_plain_part_of_an_address(text: str, good: bool) -> None:
    """Small letters, digits and single hyphens."""
    assert rules.is_slug(text) is good


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("Stop selling it, now!", "stop-selling-it-now"),
        ("Für Änderungen", "fur-anderungen"),
        ("رسالة", ""),
        ("word " * 40, "-".join(["word"] * 16)),
        ("a" * 100, "a" * 80),
    ],
)
def test_slug_from_title(title: str, slug: str) -> None:
    """A slug made of a title is one, or is empty."""
    assert rules.slug_from(title) == slug
    assert not slug or rules.is_slug(slug)


@pytest.mark.parametrize(
    ("local", "zone", "moment"),
    [
        (typed("2026-06-18T10:00"), "America/Los_Angeles", datetime(2026, 6, 18, 17, 0, tzinfo=UTC)),
        (typed("2026-01-18T10:00"), "America/Los_Angeles", datetime(2026, 1, 18, 18, 0, tzinfo=UTC)),
        # 29 March 2026, 02:00 to 03:00 does not exist in Berlin: read as 03:30.
        (typed("2026-03-29T02:30"), "Europe/Berlin", datetime(2026, 3, 29, 1, 30, tzinfo=UTC)),
        # 25 October 2026, 02:30 comes twice in Berlin: the first.
        (typed("2026-10-25T02:30"), "Europe/Berlin", datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
        (typed("2026-06-18T17:00"), "UTC", NOW),
    ],
)
def test_time_is_read_on_the_clocks_of_the_zone(local: datetime, zone: str, moment: datetime) -> None:
    """L2: also where daylight saving skips a time or repeats it."""
    assert rules.moment_in(local, zone) == moment


def test_local_time_shows_what_was_typed() -> None:
    """What a field shows is what was typed, but for a time that does not exist, which has moved."""
    clock = typed("2026-06-18T10:00")
    assert rules.local_time(rules.moment_in(clock, "America/Los_Angeles"), "America/Los_Angeles") == clock
    skipped = rules.moment_in(typed("2026-03-29T02:30"), "Europe/Berlin")
    assert rules.local_time(skipped, "Europe/Berlin") == typed("2026-03-29T03:30")


@pytest.mark.parametrize(
    ("settings", "state", "problem"),
    [
        (Settings(), "draft", None),
        (Settings(timezone="Mars/Olympus"), "draft", "unknown_zone"),
        (Settings(language="xx"), "draft", "unknown_language"),
        (Settings(language="EN"), "draft", "unknown_language"),
        (Settings(language="pt-BR"), "draft", None),
        (Settings(accepts_people=False, accepts_organizations=False), "draft", "nobody_may_sign"),
        (Settings(accepts_people=False), "draft", None),
        (Settings(opens_at=NOW - HOUR), "draft", None),
        (Settings(opens_at=NOW - HOUR), "scheduled", "opens_in_past"),
        (Settings(opens_at=NOW + HOUR), "scheduled", None),
        (Settings(), "scheduled", "needs_opening_time"),
        (Settings(closes_at=NOW), "open", "closes_in_past"),
        (Settings(closes_at=NOW), "paused", None),
        (Settings(closes_at=NOW), "closed", None),
        (Settings(opens_at=NOW + HOUR, closes_at=NOW + HOUR), "draft", "closes_before_opening"),
        (Settings(opens_at=NOW + HOUR, closes_at=NOW + HOUR), "open", None),
    ],
)
def test_settings_problem(settings: Settings, state: str, problem: str | None) -> None:
    """Each thing that settings cannot be, and what they can."""
    assert rules.settings_problem(settings, state, NOW) == problem


@pytest.mark.parametrize("state", list(LetterState))
@pytest.mark.parametrize("is_signed", [True, False])
def test_words_may_change(state: str, is_signed: bool) -> None:
    """T21: only while nobody could have signed them."""
    assert rules.words_may_change(state, is_signed) is (state in ("draft", "scheduled") and not is_signed)


@pytest.mark.parametrize(
    ("happened", "precision", "problem", "words"),
    [
        ("2018-05-22", "day", None, "22 May 2018"),
        ("2018-06-21/2018-06-22", "range", None, "21 – 22 June 2018"),
        ("2018-12-31/2019-01-02", "range", None, "31 December 2018 – 2 January 2019"),
        ("2018-05", "month", None, "May 2018"),
        ("2018", "year", None, "2018"),
        ("2018-05-22", "hour", "bad_precision", ""),
        ("2018-02-30", "day", "bad_happened", ""),
        ("2018-13", "month", "bad_happened", ""),
        ("0000", "year", "bad_happened", ""),
        ("2018-05-22", "month", "bad_happened", ""),
        ("2018-05-23/2018-05-22", "range", "bad_happened", ""),
        ("٢٠١٨", "year", "bad_happened", ""),
        ("late May", "day", "bad_happened", ""),
        ("", "day", "bad_happened", ""),
    ],
)
def test_time_of_an_event(happened: str, precision: str, problem: str | None, words: str) -> None:
    """A time is as exact as its source, and is told so."""
    assert rules.happened_problem(happened, precision) == problem
    if problem is None:
        assert rules.happened_words(happened, precision, "en") == words


@pytest.mark.parametrize(
    ("happened", "precision", "day"),
    [
        ("2018-05-22", "day", date(2018, 5, 22)),
        ("2018-05-22/2018-05-23", "range", date(2018, 5, 23)),
        ("2018-02", "month", date(2018, 2, 28)),
        ("2018", "year", date(2018, 12, 31)),
    ],
)
def test_event_is_ordered_by_its_last_day(happened: str, precision: str, day: date) -> None:
    """Where nobody says otherwise."""
    assert rules.sort_day(happened, precision) == day


@pytest.mark.parametrize(
    ("url", "good"),
    [
        ("https://example.org/a?b#c", True),
        ("http://example.org", True),
        ("javascript:alert(1)", False),
        ("java\nscript:alert(1)", False),
        ("data:text/html,x", False),
        ("//example.org", False),
        ("example.org", False),
        ("https://", False),
        ("https://exa mple.org", False),
        ("https://[example", False),
        ("", False),
    ],
)
def test_pages_link_to_the_web_only(url: str, good: bool) -> None:
    """T13: no address that runs anything."""
    assert rules.is_web_address(url) is good


def test_body_is_stored_without_unseen_signs() -> None:
    """T13: no control reaches the database; every space that Markdown reads stays."""
    assert rules.clean_body("a\x00b\r\n\r\n    code\tx\u202eend\r") == "ab\n\n    code\txend\n"


def test_footnotes_stand_apart() -> None:
    """The demands stand between the text and its footnotes."""
    body, notes = rules.body_and_notes('<p>a</p>\n<section class="footnotes">\n<ol></ol></section>\n')
    assert (body, notes) == ("<p>a</p>\n", '<section class="footnotes">\n<ol></ol></section>\n')
    assert rules.body_and_notes("<p>a</p>") == ("<p>a</p>", "")


def test_zones_can_be_chosen() -> None:
    """UTC first; no alias without a place."""
    zones = rules.zones()
    assert zones[0] == "UTC"
    assert {"Europe/Lisbon", "America/New_York", "Asia/Kolkata"} <= set(zones)
    assert [zone for zone in zones[1:] if "/" not in zone or zone.startswith("Etc/")] == []
