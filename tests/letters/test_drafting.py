"""Drafting: campaigns, words, settings and the parts around the words."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import scoped_session

from campaign.letters import operations, queries
from campaign.letters.rules import (
    AddresseeEntry,
    EvidenceEntry,
    Settings,
    SignatoryEntry,
    TargetEntry,
    TimelineRow,
    WatchedName,
    Words,
)
from campaign.models import Campaign, Letter, LogEntry, Membership, Version
from campaign.states import Refused
from tests.factories import make_campaign, make_letter, make_organizer, make_signature

NOW = datetime(2026, 6, 18, 17, 0, tzinfo=UTC)
LATER = NOW + timedelta(minutes=5)
WORDS = Words(
    title="Stop it",
    body='We say "stop".[^1]\n\n[^1]: Twice.',
    ask="Stop.",
    salutation="Dear Ms. Example,",
    demands_intro="We ask you to:",
    demands=("Stop.", "Say that you stopped."),
    closing="Thank you.",
    dated_on=date(2026, 6, 1),
    place="Lisbon",
)

Session = scoped_session[Any]


def draft(slug: str = "stop-it", **settings: Any) -> Letter:
    """A draft with the words above."""
    campaign = make_campaign()
    return operations.create_letter(
        campaign, slug=slug, words=WORDS, settings=Settings(**settings), by_id=None, now=NOW
    )


def save(letter: Letter, words: Words) -> None:
    """Reads the words and saves them."""
    operations.save_words(letter, operations.read_words(words, letter.language), by_id=None, now=LATER)


def reason(caught: pytest.ExceptionInfo[Refused]) -> str:
    """Why it was refused."""
    return caught.value.reason


def acts(session: Session) -> list[str]:
    """What was logged, in order."""
    return list(session.scalars(select(LogEntry.act).order_by(LogEntry.id)))


def test_new_campaign_is_owned_by_who_made_it(session: Session) -> None:
    """An organizer without a campaign may create one and owns it."""
    ada = make_organizer("ada@example.org")
    made = operations.create_campaign(slug="new", title="New", by_id=ada.id, now=NOW)
    member = session.scalars(select(Membership)).one()
    assert (member.campaign_id, member.organizer_id, member.role) == (made.id, ada.id, "owner")
    assert "campaign_created" in acts(session)


@pytest.mark.parametrize(("slug", "refused"), [("taken", "slug_taken"), ("Not One", "bad_slug"), ("", "bad_slug")])
def test_campaign_needs_a_slug_of_its_own(session: Session, slug: str, refused: str) -> None:
    """A refused campaign leaves the transaction usable and no row."""
    make_campaign("taken")
    with pytest.raises(Refused) as caught:
        operations.create_campaign(slug=slug, title="New", by_id=None, now=NOW)
    assert reason(caught) == refused
    assert session.query(Campaign).count() == 1


def test_new_letter_is_a_draft_with_version_1(session: Session) -> None:
    """Draft text is version 1: read once, with the quotation marks of the language."""
    letter = draft(language="de")
    version = queries.version_of(letter)
    assert (letter.state, version.number, version.title, letter.title) == ("draft", 1, "Stop it", "Stop it")
    assert "„stop“" in version.body_html
    assert version.body_tree["footnotes"][0]["number"] == 1
    assert [(demand.number, demand.text) for demand in version.demands] == [(1, "Stop."), (2, "Say that you stopped.")]
    assert (version.dated_on, version.place, version.ask) == (date(2026, 6, 1), "Lisbon", "Stop.")


def test_letter_needs_a_slug_of_its_own(session: Session) -> None:
    """The database is the last rule, and its refusal has a sentence."""
    draft()
    with pytest.raises(Refused) as caught:
        draft()
    assert reason(caught) == "letter_exists"
    assert session.query(Letter).count() == 1


def test_draft_is_edited_in_place(session: Session) -> None:
    """A draft keeps version 1; its demands are numbered anew."""
    letter = draft()
    save(letter, replace(WORDS, title="Stop it now", demands=("Stop now.",)))
    versions = session.scalars(select(Version).where(Version.letter_id == letter.id)).all()
    assert [(version.number, version.title) for version in versions] == [(1, "Stop it now")]
    assert [demand.text for demand in queries.version_of(letter).demands] == ["Stop now."]
    assert (letter.title, letter.changed_at) == ("Stop it now", LATER)


@pytest.mark.parametrize("state", ["open", "paused", "closed", "archived", "withdrawn", "removed"])
def test_words_are_fixed_once_they_were_open(session: Session, state: str) -> None:
    """T21: no silent edit after people could sign."""
    letter = make_letter("stop", state)
    before = queries.version_of(letter).body
    with pytest.raises(Refused) as caught:
        save(letter, WORDS)
    assert (reason(caught), queries.version_of(letter).body) == ("text_is_fixed", before)


@pytest.mark.parametrize("verification", ["pending", "verified", "expired"])
def test_words_are_fixed_once_anybody_signed(session: Session, verification: str) -> None:
    """L3: also before opening, where organizations accept a text that is still a draft."""
    letter = make_letter("stop", "draft")
    make_signature(letter, verification=verification)
    for change in (
        lambda: save(letter, WORDS),
        lambda: operations.replace_targets(letter, [TargetEntry(slug="x", name="X")], by_id=None, now=LATER),
        lambda: operations.replace_addressees(letter, [AddresseeEntry(name="X")], by_id=None, now=LATER),
        lambda: operations.replace_initial_signatories(letter, [SignatoryEntry(name="X")], by_id=None, now=LATER),
        lambda: operations.save_settings(letter, Settings(language="fr"), by_id=None, now=LATER),
    ):
        with pytest.raises(Refused) as caught:
            change()
        assert reason(caught) == "text_is_fixed"


@pytest.mark.parametrize(
    ("body", "refused", "line", "label"),
    [
        ("A.\n\n[^1]: Never cited.", "markup_footnote_unused", 3, ""),
        ("A.\n\nB.[^no]", "markup_footnote_missing", 3, "[^no]"),
        ("x" * 40_001, "markup_too_long", 1, ""),
    ],
)
def test_text_that_cannot_be_read_is_refused(body: str, refused: str, line: int, label: str) -> None:
    """Nothing of a text is lost silently: the refusal names the line."""
    with pytest.raises(Refused) as caught:
        operations.read_words(replace(WORDS, body=body), "en")
    assert (reason(caught), caught.value.values) == (refused, {"line": line, "label": label})


def test_language_of_an_old_text_that_cannot_be_read(session: Session) -> None:
    """A text stored before a rule was made is refused with its reason, never with a crash."""
    letter = draft()
    queries.version_of(letter).body = "A.[^2]"
    with pytest.raises(Refused) as caught:
        operations.save_settings(letter, Settings(language="fr"), by_id=None, now=LATER)
    assert reason(caught) == "markup_footnote_missing"


def test_control_characters_never_reach_the_database(session: Session) -> None:
    """T13: PostgreSQL cannot store a NUL, and no page should print one."""
    letter = draft()
    save(letter, replace(WORDS, body="We\x00 say\u202e stop."))
    assert queries.version_of(letter).body == "We say stop."


def test_scheduled_letter_stays_complete(session: Session) -> None:
    """What opens by itself keeps a text and somebody it asks."""
    letter = make_letter("stop", "scheduled")
    for change in (
        lambda: save(letter, replace(WORDS, body=" ")),
        lambda: operations.replace_targets(letter, [], by_id=None, now=LATER),
    ):
        with pytest.raises(Refused) as caught:
            change()
        assert reason(caught) == "letter_incomplete"


def test_new_language_changes_the_quotation_marks(session: Session) -> None:
    """The HTML follows the language while the words may change."""
    letter = draft()
    assert "“stop”" in queries.version_of(letter).body_html
    operations.save_settings(letter, Settings(language="fr", asks_country=True), by_id=None, now=LATER)
    assert "«&nbsp;stop&nbsp;»" in queries.version_of(letter).body_html
    assert (letter.language, letter.asks_country, letter.changed_at) == ("fr", True, LATER)


def test_wrong_settings_change_nothing(session: Session) -> None:
    """A refusal leaves the letter as it was."""
    letter = make_letter("stop", "open")
    with pytest.raises(Refused) as caught:
        operations.save_settings(letter, Settings(closes_at=NOW - timedelta(days=1)), by_id=None, now=NOW)
    assert (reason(caught), letter.closes_at) == ("closes_in_past", None)


def test_status_note_is_free_at_any_time(session: Session) -> None:
    """The note stands above words that stay as they were signed."""
    letter = make_letter("stop", "open")
    operations.set_status_note(letter, "The company answered.", by_id=None, now=LATER)
    assert (letter.status_note, letter.changed_at) == ("The company answered.", LATER)
    assert acts(session) == ["status_note_set"]


def test_targets_are_shared_between_letters(session: Session) -> None:
    """One row serves all letters to a company; one named twice is asked once, where it came first."""
    first, second = draft("one"), draft("two")
    acme, other = TargetEntry(slug="acme", name="Acme"), TargetEntry(slug="other", name="Other")
    operations.replace_targets(first, [acme], by_id=None, now=NOW)
    operations.replace_targets(second, [other, replace(acme, name="Another Acme"), other], by_id=None, now=NOW)
    assert [target.name for target in queries.targets_of(second.id)] == ["Other", "Acme"]
    assert queries.targets_of(first.id)[0].id == queries.targets_of(second.id)[1].id


def test_target_is_renamed_by_its_only_letter(session: Session) -> None:
    """What is typed is what is stored, an emptied website included; the row and its address stay."""
    letter = draft()
    site = "https://acme.example/"
    acme = TargetEntry(slug="acme", name="Acme", short_name="A.", website=site)
    operations.replace_targets(letter, [acme], by_id=None, now=NOW)
    before = queries.targets_of(letter.id)[0].id
    operations.replace_targets(letter, [TargetEntry(slug="acme", name="Acme Holding")], by_id=None, now=LATER)
    found = [(row.id, row.slug, row.name, row.short_name, row.website) for row in queries.targets_of(letter.id)]
    assert found == [(before, "acme", "Acme Holding", "", "")]


@pytest.mark.parametrize(
    ("change", "is_asked"),
    [
        ({"name": "Other Acme"}, True),
        ({"website": "https://x.example/"}, True),
        ({"short_name": "A."}, True),
        ({"website": "https://x.example/"}, False),
        ({"short_name": "A."}, False),
    ],
)
def test_target_of_two_letters_is_not_changed(session: Session, change: dict[str, str], is_asked: bool) -> None:
    """A draft cannot change what another letter says; it is told, whether it asks the company already or anew."""
    first, second = draft("one"), draft("two")
    acme = TargetEntry(slug="acme", name="Acme")
    operations.replace_targets(first, [acme], by_id=None, now=NOW)
    if is_asked:
        operations.replace_targets(second, [acme], by_id=None, now=NOW)
    with pytest.raises(Refused) as caught:
        operations.replace_targets(second, [replace(acme, **change)], by_id=None, now=LATER)
    assert (reason(caught), caught.value.values) == ("target_is_shared", {"name": "Acme"})
    session.expire_all()
    assert [(row.name, row.short_name, row.website) for row in queries.targets_of(first.id)] == [("Acme", "", "")]


def test_letter_by_employees_asks_nobody_for_a_name(session: Session) -> None:
    """p-S3: neither a new one nor one that becomes theirs takes people or organizations."""
    made = draft(kind="employees")
    assert (made.accepts_people, made.accepts_organizations, made.accepts_employees) == (False, False, False)
    operations.save_settings(made, Settings(kind="public"), by_id=None, now=LATER)
    assert (made.accepts_people, made.accepts_organizations) == (True, True)
    operations.save_settings(made, Settings(kind="employees"), by_id=None, now=LATER)
    assert (made.accepts_people, made.accepts_organizations) == (False, False)


def test_parts_keep_their_order(session: Session) -> None:
    """Addressees, initial signatories and evidence are numbered as they came, and replaced as a whole."""
    letter = draft()
    people = [AddresseeEntry(name="B", postal="1 Street\nTown"), AddresseeEntry(name="A", is_copy=True)]
    operations.replace_addressees(letter, people, by_id=None, now=LATER)
    operations.replace_addressees(letter, people, by_id=None, now=LATER)
    found = [(row.position, row.name, row.postal, row.is_copy) for row in queries.addressees_of(letter.id)]
    assert found == [(1, "B", "1 Street\nTown", False), (2, "A", "", True)]
    named = [SignatoryEntry(name="Z"), SignatoryEntry(name="Y")]
    operations.replace_initial_signatories(letter, named, by_id=None, now=LATER)
    assert [(row.position, row.name) for row in queries.initial_signatories_of(letter.id)] == [(1, "Z"), (2, "Y")]


def test_evidence_keeps_its_file_when_it_moves(session: Session) -> None:
    """The file and its hash go with the document they belong to, and never come from the form."""
    letter = make_letter("stop", "open")
    file = EvidenceEntry(title="Mails", file_name="mails.pdf", sha256="a" * 64)
    operations.replace_evidence(letter, [file, EvidenceEntry(title="Page")], by_id=None, now=NOW)
    moved = [EvidenceEntry(title="Page", was=2), EvidenceEntry(title="Mails, 2018", was=1, sha256="b" * 64)]
    operations.replace_evidence(letter, moved, by_id=None, now=LATER)
    found = [(row.number, row.title, row.file_name, row.sha256) for row in queries.evidence_of(letter.id)]
    assert found == [(1, "Page", "", ""), (2, "Mails, 2018", "mails.pdf", "a" * 64)]
    with pytest.raises(Refused) as caught:
        operations.replace_evidence(letter, [EvidenceEntry(title="X", was=3)], by_id=None, now=LATER)
    assert reason(caught) == "no_such_evidence"


EVENT = TimelineRow(sort_on=date(2018, 5, 22), happened="2018-05-22", precision="day", text="It began.")


def test_timeline_is_in_order(session: Session) -> None:
    """The earliest first; rows of one day keep their order."""
    letter = make_letter("stop", "open")
    rows = [replace(EVENT, text="b"), replace(EVENT, text="c"), replace(EVENT, text="a", sort_on=date(2018, 1, 1))]
    operations.replace_timeline(letter, rows, by_id=None, now=LATER)
    assert [row.text for row in queries.timeline_of(letter.id)] == ["a", "b", "c"]
    assert letter.changed_at == LATER


def test_no_part_links_to_anything_that_runs(session: Session) -> None:
    """T13: the operations refuse what a form would."""
    letter = make_letter("stop", "draft")
    bad = "javascript:alert(1)"
    for change in (
        lambda: operations.replace_targets(letter, [TargetEntry(slug="x", name="X", website=bad)], by_id=None, now=NOW),
        lambda: operations.replace_evidence(letter, [EvidenceEntry(title="X", url=bad)], by_id=None, now=NOW),
        lambda: operations.replace_timeline(letter, [replace(EVENT, url=bad)], by_id=None, now=NOW),
    ):
        with pytest.raises(Refused) as caught:
            change()
        assert reason(caught) == "bad_url"
    with pytest.raises(Refused) as caught:
        operations.replace_timeline(letter, [replace(EVENT, happened="soon")], by_id=None, now=NOW)
    assert reason(caught) == "bad_happened"


def test_watched_names_stand_once(session: Session) -> None:
    """Names spelt alike are one, as the first spelt it; the order stays."""
    letter = make_letter("stop", "open")
    names = [WatchedName(name="Zoë Ángel", note="mayor"), WatchedName(name="zoe angel"), WatchedName(name="Ada B")]
    operations.replace_watched_names(letter, names, by_id=None, now=NOW)
    found = [(row.name, row.folded, row.note) for row in queries.watched_names_of(letter.id)]
    assert found == [("Zoë Ángel", "zoe angel", "mayor"), ("Ada B", "ada b", "")]
