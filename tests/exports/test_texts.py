"""Which text each signatory accepted, on every file and for ever (p-L3, p-D1)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update
from sqlalchemy.orm import scoped_session

from campaign import storage
from campaign.delivery.rules import Wanted
from campaign.exports import beside, keeping
from campaign.exports.comparing import marked
from campaign.exports.operations import kept_snapshot, source_of, take_snapshot
from campaign.exports.source import Correction, Facts, Purpose, Source
from campaign.exports.texts import annex_name
from campaign.extensions import db
from campaign.letters.changes import paragraphs_of
from campaign.lib.difference import Run, compare
from campaign.models import Campaign, Endorsement, Letter, Version
from tests.delivery.sealed import freeze
from tests.exports.test_operations import build
from tests.factories import make_letter, make_signature, make_version

LOGO = b"\x89PNG\r\n\x1a\n logo"


def new_version(letter: Letter, number: int, body: str, change: str, asked: int, **changes: Any) -> Version:
    """The next wording of a letter, which it shows from here on."""
    version = make_version(letter, number, body)
    version.change, version.asked_number, version.created_at = (
        change,
        asked,
        datetime.fromisoformat("2018-06-03T03:00Z"),
    )
    for name, value in changes.items():
        setattr(version, name, value)
    letter.version_id = version.id
    db.session.flush()
    return version


def three_texts(now: datetime) -> Letter:
    """A first text, its correction, and a new text; five public signatures under each, one of them private."""
    letter = make_letter(timezone="America/Los_Angeles")
    first = db.session.get_one(Version, letter.version_id)
    first.dated_on = date(2018, 5, 22)
    versions = [
        first,
        new_version(
            letter, 2, "Stop selling it now.", "correction", 1, reason="A word was missing.", dated_on=first.dated_on
        ),
        new_version(letter, 3, "Stop renting it now.", "new_text", 3, dated_on=date(2018, 6, 1)),
    ]
    letter.version_id = first.id
    make_signature(letter, "Open Rights", website="https://rights.example")
    for version in versions:
        letter.version_id = version.id
        for number in range(4):
            make_signature(letter, f"Signer {version.number}{number}")
        make_signature(letter, "Private Marker", is_private=True)
    return letter


def live(letter: Letter, folder: Path, now: datetime, purpose: Purpose = Purpose.DELIVERY) -> Source:
    """What is printed of the list as it is."""
    db.session.commit()
    folder.mkdir()
    return source_of(letter.id, purpose, take_snapshot(letter.id, purpose, folder, now), None)


def test_list_is_grouped_by_the_text_each_accepted(session: scoped_session[Any], now: datetime, tmp_path: Path) -> None:
    """p-L3: a correction asks nobody, so its signatories stand with those of the text it corrects."""
    source = live(three_texts(now), tmp_path / "a", now)
    assert [(section.kind, section.count, section.annex) for section in source.sections] == [
        ("organization", 1, "A"),
        ("person", 4, ""),
        ("person", 8, "A"),
    ]
    assert dict(source.facts.texts) == {1: 11, 3: 5}
    (annex,) = source.earlier
    assert (annex.annex, annex.version, annex.count, annex.dated_on) == ("A", 1, 11, date(2018, 5, 22))
    changed = [paragraph.runs for paragraph in annex.changes if not paragraph.is_same]
    assert changed == [
        (Run("same", "Stop "), Run("removed", "selling "), Run("added", "renting "), Run("same", "it now.")),
    ]


def test_every_format_names_the_text_of_each(session: scoped_session[Any], now: datetime, tmp_path: Path) -> None:
    letter = three_texts(now)
    text = build(letter, "txt", Purpose.DELIVERY, tmp_path / "txt", now).read_text(encoding="utf-8")
    parts = ["1 organization signed the text of 22 May 2018 (annex A)", "4 people signed this text", "Signer 30"]
    parts += ["8 people signed the text of 22 May 2018 (annex A)", "Signer 10"]
    places = [text.find(part) for part in parts]
    assert places == sorted(places)
    assert places[0] > 0
    page = build(letter, "html", Purpose.DELIVERY, tmp_path / "html", now).read_text(encoding="utf-8")
    sentence = "5 signed this text, 11 the text of 22 May 2018, printed as annex A with the differences marked."
    assert sentence in page
    assert "<del>[selling]</del> <ins>{renting}</ins>" in page


def test_internal_list_has_no_annexes(session: scoped_session[Any], now: datetime, tmp_path: Path) -> None:
    """Its lines say the version themselves, in one section for each kind."""
    source = live(three_texts(now), tmp_path / "a", now, Purpose.INTERNAL)
    assert [(section.kind, section.count, section.annex) for section in source.sections] == [
        ("organization", 1, ""),
        ("person", 15, ""),
    ]
    assert source.earlier == ()


def test_corrections_stand_with_the_text_they_correct(
    session: scoped_session[Any], now: datetime, tmp_path: Path
) -> None:
    """The day is that of the letter's own clock; a new text has none of the corrections before it."""
    letter = three_texts(now)
    assert live(letter, tmp_path / "a", now).letter.corrections == ()
    new_version(letter, 4, "Stop renting it at once.", "correction", 3, reason="It was too soft.")
    corrections = live(letter, tmp_path / "b", now).letter.corrections
    assert corrections == (Correction(day=date(2018, 6, 2), reason="It was too soft."),)


def test_edition_prints_the_same_for_ever(session: scoped_session[Any], now: datetime, tmp_path: Path) -> None:
    """p-D1: a later version, another letterhead and another logo change nothing of it."""
    letter = three_texts(now)
    upload = storage.keep_upload(LOGO)
    session.execute(update(Endorsement).values(logo_sha256=upload.sha256))
    session.execute(update(Campaign).values(letterhead="Access Commons\n 125 Broad Street \n"))
    edition = freeze(letter, now)
    before = source_of(letter.id, Purpose.DELIVERY, kept_snapshot(edition), edition)
    letter = session.merge(letter)
    new_version(letter, 4, "Another text.", "new_text", 4)
    session.execute(update(Endorsement).values(logo_sha256=""))
    session.execute(update(Campaign).values(letterhead="Somebody Else"))
    db.session.commit()
    after = source_of(letter.id, Purpose.DELIVERY, kept_snapshot(edition), edition)
    assert after == before
    assert before.letter.letterhead == ("Access Commons", "125 Broad Street")
    assert before.pictures == {1: storage.upload_path(upload.sha256)}
    assert [annex.count for annex in before.earlier] == [11]


def test_edition_of_the_printed_text_only_counts_the_others(
    session: scoped_session[Any], now: datetime, tmp_path: Path
) -> None:
    letter = three_texts(now)
    db.session.commit()
    edition = freeze(letter, now, wanted=Wanted(None, "", is_current_only=True))
    source = source_of(letter.id, Purpose.DELIVERY, kept_snapshot(edition), edition)
    assert (source.earlier, source.elsewhere) == ((), 11)


def test_methods_are_counted_over_public_signatures(
    session: scoped_session[Any], now: datetime, tmp_path: Path
) -> None:
    """Withheld ones count, imported and held ones do not."""
    letter = make_letter()
    make_signature(letter)
    make_signature(letter, is_private=True)
    make_signature(letter, kind="imported")
    make_signature(letter, moderation="held")
    assert live(letter, tmp_path / "a", now).facts == Facts(texts={1: 2}, confirmed={"mailbox": 2})


def test_edition_older_than_its_facts_has_none(tmp_path: Path) -> None:
    assert beside.read_facts(tmp_path) == Facts()
    assert keeping.kept_earlier(tmp_path) == ()


def test_earlier_texts_come_back_whole(session: scoped_session[Any], now: datetime, tmp_path: Path) -> None:
    letter = three_texts(now)
    source = live(letter, tmp_path / "a", now)
    words = replace(source.letter, corrections=(Correction(day=date(2018, 6, 2), reason="Why"),))
    keeping.keep(tmp_path, words, source.earlier)
    assert (keeping.kept(tmp_path), keeping.kept_earlier(tmp_path)) == (words, source.earlier)


def test_wording_is_compared_as_it_is_read(session: scoped_session[Any]) -> None:
    """Title, salutation, body, demands with their numbers, closing, footnotes."""
    letter = make_letter()
    version = make_version(letter, 2, "One.[^a]\n\nTwo.\n\n[^a]: A note.")
    version.demands_intro, version.closing = "We ask:", "We wait.\n\nSincerely,"
    demands = [f"{demand.number}. {demand.text}" for demand in version.demands]
    assert paragraphs_of(version) == [
        letter.title, "Dear Mr. Bezos,", "One.[1]", "Two.", "We ask:", *demands, "We wait.", "Sincerely,", "[1] A note."
    ]  # fmt: skip


@pytest.mark.parametrize(("position", "name"), [(0, "A"), (25, "Z"), (26, "AA"), (27, "AB"), (702, "AAA")])
def test_annexes_are_named_in_letters(position: int, name: str) -> None:
    assert annex_name(position) == name


def test_a_space_alone_is_not_marked() -> None:
    """p-L3: where only a space came or went there is no word to strike or to underline."""
    (paragraph,) = compare(["One,two."], ["One, two."])
    assert [run.mark for run in marked(paragraph)] == ["same", "same", "same"]
