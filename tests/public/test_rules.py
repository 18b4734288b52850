"""What readers are shown, by tables of cases."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import pytest

from campaign.letters import events as told
from campaign.lib import paging
from campaign.lib.periods import PERIODS
from campaign.lib.silence import Clock
from campaign.public.rules import events, letters, method, names, notice
from campaign.public.rules.periods import in_words
from campaign.signing.holds import preset
from campaign.states import LetterState, Refused

NOW = datetime(2026, 6, 18, 17, 0, tzinfo=UTC)
TODAY = NOW.date()


@pytest.fixture(autouse=True)
def _no_page_is_kept() -> None:
    """Rules need no app, so there are no pages to forget."""


@dataclass(kw_only=True)
class Numbers:
    people: int = 0
    private: int = 0
    organizations: int = 0
    employees: int = 0
    imported: int = 0

    @property
    def total(self) -> int:
        return self.people + self.organizations + self.employees


@dataclass(kw_only=True)
class Words:
    slug: str = "stop"
    title: str = "Stop"
    kind: str = "public"
    state: str = "open"
    mode: str = "hold_risky"
    timezone: str = "America/Los_Angeles"
    accepts_people: bool = True
    accepts_organizations: bool = True
    opened_at: datetime | None = None
    paused_at: datetime | None = None
    closed_at: datetime | None = None
    closes_at: datetime | None = None
    sender: str = "Open Courts"


@dataclass(kw_only=True)
class Row:
    sort_on: date = date(2018, 5, 22)
    happened: str = "2018-05-22"
    precision: str = "day"
    kind: str = ""
    actor: str = ""
    text: str = "The letter appears."
    source: str = ""
    url: str = ""


@pytest.mark.parametrize("state", list(LetterState))
def test_why_not_read_by_state(state: LetterState) -> None:
    """L2: nothing before opening, gone when removed, everything else is a page."""
    expected = {"draft": "not_found", "scheduled": "not_found", "removed": "gone"}.get(state.value)
    assert letters.why_not_read(state.value, NOW) == expected
    assert letters.why_not_read(state.value, None) == "not_found"


@pytest.mark.parametrize(
    ("state", "words"),
    [("open", None), ("paused", "Paused"), ("closed", "Closed"), ("archived", "Archived"), ("withdrawn", "Withdrawn")],
)
def test_letter_entry_says_its_state_unless_open(state: str, words: str | None) -> None:
    entry = letters.letter_entry(Words(state=state), Numbers(people=3), "Stop it.", ["Acme"])
    assert (str(entry.status[0]) if entry.status else None) == words
    assert (entry.ask, entry.targets, entry.counts.total) == ("Stop it.", ["Acme"], 3)


@pytest.mark.parametrize(
    ("people", "organizations", "mode", "sentence"),
    [
        (True, True, "hold_risky", "People and organizations may sign. Signatures that carry a risk"),
        (True, False, "review_first", "People may sign. The organizers look at every signature"),
        (False, True, "hold_risky", "Organizations may sign. Signatures that carry a risk"),
    ],
)
def test_with_rules_says_who_may_sign(people: bool, organizations: bool, mode: str, sentence: str) -> None:
    """L1: a campaign page shows each letter's own rules."""
    words = Words(accepts_people=people, accepts_organizations=organizations, mode=mode)
    assert letters.with_rules(letters.letter_entry(words, Numbers(), "", []), words).rules.startswith(sentence)


@pytest.mark.parametrize(
    ("happened", "precision", "when", "iso"),
    [
        ("2018-05-22", "day", "22 May 2018", "2018-05-22"),
        ("2018-06-21/2018-06-22", "range", "21 – 22 June 2018", None),
        ("2018-08", "month", "August 2018", "2018-08"),
        ("2018", "year", "2018", "2018"),
    ],
)
def test_timeline_event_tells_no_more_than_is_known(happened: str, precision: str, when: str, iso: str | None) -> None:
    event = told.timeline_event(Row(happened=happened, precision=precision), TODAY)
    assert (event.when, event.iso, event.later) == (when, iso, False)


def test_timeline_event_names_who_acted() -> None:
    assert told.timeline_event(Row(actor="Amazon", text="A statement."), TODAY).text == "Amazon: A statement."
    assert told.timeline_event(Row(text="A statement."), TODAY).text == "A statement."


def test_timeline_event_to_come_is_later() -> None:
    assert told.timeline_event(Row(sort_on=TODAY + timedelta(days=1)), TODAY).later


def test_life_events_are_days_of_the_letter_zone() -> None:
    """A moment after midnight in UTC is still the day before in California."""
    opened = datetime(2026, 6, 1, 3, 0, tzinfo=UTC)
    closes = datetime(2026, 7, 1, 3, 0, tzinfo=UTC)
    found = told.life_events(Words(opened_at=opened, closes_at=closes), NOW)
    assert [(event.when, event.text, event.later) for event in found] == [
        ("31 May 2026", "Opened for signing.", False),
        ("30 June 2026", "Signing closes.", True),
    ]


@pytest.mark.parametrize(
    ("state", "texts"),
    [
        ("closed", ["Opened for signing.", "Closed for signing."]),
        ("archived", ["Opened for signing.", "Closed for signing."]),
        ("paused", ["Opened for signing.", "Signing paused."]),
    ],
)
def test_life_events_by_state(state: str, texts: list[str]) -> None:
    past, ahead = NOW - timedelta(days=2), NOW + timedelta(days=2)
    words = Words(state=state, opened_at=past, paused_at=past, closed_at=past, closes_at=ahead)
    assert [event.text for event in told.life_events(words, NOW)] == texts


def test_latest_first_tells_once_what_two_letters_tell_alike() -> None:
    first, second = told.timeline_event(Row(), TODAY), told.timeline_event(Row(text="Another."), TODAY)
    newer = told.timeline_event(Row(sort_on=date(2020, 6, 10), happened="2020-06-10"), TODAY)
    assert told.latest_first([first, second, newer, first]) == [newer, first, second]


def test_clock_is_left_out_where_a_delivery_has_no_record() -> None:
    """p-D6: no days without knowing when it was handed over, and what was answered."""
    assert events.shown_clock(Clock(), [Row()], []) == Clock()
    assert events.shown_clock(Clock(), [Row(kind="delivered")], []) is None
    assert events.shown_clock(Clock(), [], [object()]) is None
    running = Clock(days=3, delivered_on=date(2018, 6, 18))
    assert events.shown_clock(running, [Row(kind="delivered")], [object()]) == running


@pytest.mark.parametrize(
    ("numbers", "accepts_people", "kinds"),
    [
        (Numbers(), True, ["person", "organization"]),
        (Numbers(people=3, organizations=9), True, ["person", "organization"]),
        (Numbers(organizations=9), True, ["organization", "person"]),
        (Numbers(organizations=9), False, ["organization"]),
        (Numbers(people=3, imported=5), True, ["person", "organization", "imported"]),
    ],
)
def test_kinds_shown_begin_with_what_there_is(numbers: Numbers, accepts_people: bool, kinds: list[str]) -> None:
    assert [kind for kind, _words, _number in names.kinds_shown(numbers, accepts_people)] == kinds


def test_names_asked_reads_the_query() -> None:
    after = paging.encode((b"\x1c\x47", 17))
    asked = names.names_asked({"kind": "person", "q": "  Zoë   O'Brien ", "group": "m", "after": after})
    assert (asked.kind, asked.q, asked.group, asked.after) == ("person", "Zoë O'Brien", "M", (b"\x1c\x47", 17))
    assert asked.words == ["zoe", "obrien", "brien"]


def test_names_asked_leaves_out_what_is_empty() -> None:
    asked = names.names_asked({"kind": "", "q": " ", "group": "", "after": ""})
    assert (asked.kind, asked.q, asked.words, asked.group, asked.after) == (None, "", [], None, None)


@pytest.mark.parametrize(
    "given",
    [
        {"kind": "employee"},
        {"kind": "x"},
        {"group": "AB"},
        {"group": "é"},
        {"after": "nonsense"},
        {"after": paging.encode(("text", 1))},
    ],
)
def test_names_asked_refuses_what_cannot_be(given: dict[str, str]) -> None:
    with pytest.raises(Refused, match="not_found"):
        names.names_asked(given)


def test_names_asked_is_bounded() -> None:
    """T17: a long search costs no more than a short one."""
    asked = names.names_asked({"q": " ".join(f"word{number}" for number in range(500))})
    assert len(asked.q) <= names.QUERY_LENGTH
    assert len(asked.words) == names.QUERY_WORDS


@pytest.mark.parametrize(
    ("kind", "mode", "organizations", "there", "missing"),
    [
        ("public", "hold_risky", True, "Free mail address for an organization", "Affiliation claimed"),
        ("public", "hold_risky", False, "On the watch list", "Free mail address for an organization"),
        ("academics", "hold_risky", True, "Affiliation claimed", "reviews every signature"),
        ("public", "review_first", True, "reviews every signature", "Affiliation claimed"),
        ("academics", "review_first", True, "On the watch list", "Filled in a field"),
        ("academics", "review_first", True, "On the watch list", "Held by an organizer"),
    ],
)
def test_hold_sentences_are_those_of_the_letter(
    kind: str, mode: str, organizations: bool, there: str, missing: str
) -> None:
    said = "\n".join(map(str, method.hold_sentences(preset(kind), mode, organizations)))
    assert there in said
    assert missing not in said


def test_figure_lines_keep_classes_apart() -> None:
    """R5: total = people + organizations + employees; imported stand in none."""
    lines = dict(
        method.figure_lines(Numbers(people=10, private=2, organizations=3, imported=4), {"held": 5, "waiting": 1})
    )
    assert lines["Total"] == "13"
    assert lines["Collected elsewhere and imported, in no total"] == "4"
    assert lines["Confirmed and waiting for an organizer"] == "6"
    assert lines["Confirmed and taken off by an organizer"] == "0"
    assert not any("Employees" in words for words in lines)


def test_method_lines_name_every_method() -> None:
    found = {str(words): number for words, _text, number in method.method_lines({"mailbox": 7, "vouched": 2})}
    assert found["Address confirmed"] == 7
    assert found["Vouched for by an organizer"] == 2
    assert len(found) == 8
    assert len(method.method_lines({"imported": 1})) == 9
    employees = method.method_lines({"employee_code": 118, "other": 24})
    assert [(str(words), number) for words, _text, number in employees][8:] == [
        ("Single-use code handed on by a colleague", 118)
    ]


def test_figures_are_grouped() -> None:
    """x-V8: numbers in full."""
    assert dict(method.figure_lines(Numbers(people=153_204), {}))["People"] == "153,204"


def test_with_rules_says_nothing_of_a_letter_that_is_over() -> None:
    words = Words(state="closed")
    assert letters.with_rules(letters.letter_entry(words, Numbers(), "", []), words).rules == ""


@pytest.mark.parametrize(
    ("period", "words"),
    [
        (timedelta(hours=24), "24 hours"),
        (timedelta(hours=1), "1 hour"),
        (timedelta(days=2), "2 days"),
        (timedelta(days=30), "30 days"),
        (timedelta(days=183), "6 months"),
    ],
)
def test_period_in_words(period: timedelta, words: str) -> None:
    assert in_words(period) == words


def test_kept_says_the_periods_in_force(monkeypatch: pytest.MonkeyPatch) -> None:
    """K1, K6: another period, another notice."""
    changed = {"withdrawn": 41, "jobs": 59, "counts": 77, "addresses": 366}
    for name, days in changed.items():
        monkeypatch.setitem(PERIODS, name, timedelta(days=days))
    text = "\n".join(" | ".join(line) for line in notice.kept())
    mailbox = "finds a second signature of the same mailbox | As long as your signature stands, also after your address"
    assert f"{mailbox} has gone. Erased with it, and 41 days after you withdraw." in text
    assert "41 days after you withdraw" in text
    assert "59 days after it is done" in text
    assert "Until 12 months after the letter has closed" in text
    assert "under a keyed hash | 77 days." in text
    assert "under its mark of that day | 77 days." in text
    assert "7 days after the mail left" in text


def test_two_letters_of_one_title_are_told_apart() -> None:
    """A timeline of several letters names each so that nobody takes one for the other."""
    several = [Words(), Words(kind="academics"), Words(title="Ask"), Words(title="Ask", kind="employees")]
    assert letters.letter_names(several[:3]) == ["Stop (Open letter)", "Stop (Letter by researchers)", "Ask"]
    assert letters.letter_names(several[2:]) == ["Ask (Open letter)", "Ask (Letter by employees)"]
