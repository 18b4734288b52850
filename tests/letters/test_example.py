"""The example says nothing that its source does not: every name, event and count is found there again."""

from __future__ import annotations

import calendar
import csv
import json
import re
from pathlib import Path
from typing import Any

import pytest

from campaign.cli.letter_files import LetterFiles, read_letter
from campaign.letters import operations
from config import ROOT

FOLDER = ROOT / "examples" / "rekognition-2018"
MONTHS = calendar.month_name


@pytest.fixture(scope="module")
def source() -> dict[str, Any]:
    """The facts."""
    found: dict[str, Any] = json.loads((FOLDER / "source.json").read_text(encoding="utf-8"))
    return found


@pytest.fixture(scope="module")
def coalition(source: dict[str, Any]) -> dict[str, Any]:
    """The facts about this letter."""
    return next(letter for letter in source["letters"] if letter["key"] == "coalition")


@pytest.fixture(scope="module")
def files() -> LetterFiles:
    """The example as it is loaded."""
    return read_letter(FOLDER)


def day(text: str) -> str:
    """22 May 2018 for 2018-05-22."""
    year, month, number = text.split("-")
    return f"{int(number)} {MONTHS[int(month)]} {year}"


def cited(fact: dict[str, Any]) -> str:
    """The sources of a fact as the files write them."""
    return "; ".join(
        ", ".join(
            part
            for part in (one["title"], one["site"], day(one["date"]) if one.get("date") else None, one.get("note"))
            if part
        )
        for one in (fact["source"], *fact.get("more_sources", ()))
    )


def test_organizations_are_those_a_source_confirms(files: LetterFiles, coalition: dict[str, Any]) -> None:
    """All of them, none more, each with its website and its source."""
    expected = [(row["name"], row["website"].rstrip("/"), cited(row)) for row in coalition["organizations"]]
    assert [(row.name, row.website, row.source) for row in files.organizations] == expected
    assert len(expected) > 0


def test_timeline_is_the_whole_timeline(files: LetterFiles, source: dict[str, Any]) -> None:
    """Each row with its time as exact as the source has it, who acted, what happened, and who says so."""
    expected = [
        (
            event["date"] + (f"/{event['date_end']}" if "date_end" in event else ""),
            event["precision"],
            event["order_by"],
            event["kind"],
            event["actor"],
            event["summary"] + (f" Date: {event['date_text']}." if "date_text" in event else ""),
            cited(event),
        )
        for event in source["timeline"]
    ]
    found = [
        (row.happened, row.precision, row.sort_on.isoformat(), row.kind, row.actor, row.text, row.source)
        for row in (*files.timeline, *(answer.event for answer in files.responses))
    ]
    assert sorted(found) == sorted(expected)


def test_responses_are_those_of_the_company(files: LetterFiles, source: dict[str, Any]) -> None:
    """Everything the company said or did, to whom as the source says, and the status of each demand it names."""
    acted = [event for event in source["timeline"] if event["actor"] in ("Amazon", "Amazon Web Services")]
    found = [(row.event.happened.partition("/")[0], row.demands, row.status) for row in files.responses]
    expected = [
        (
            event["date"],
            tuple(int(name[-1]) for name in event.get("demand", ()) if name.startswith("coalition-")),
            event.get("status", ""),
        )
        for event in acted
    ]
    assert found == expected
    told = {row.event.happened.partition("/")[0]: row.audience for row in files.responses}
    assert {event["date"]: event["answered_to"] for event in acted if "answered_to" in event}.items() <= told.items()


def test_head_of_the_letter_follows_the_source(
    files: LetterFiles, source: dict[str, Any], coalition: dict[str, Any]
) -> None:
    """Date, addressee, salutation, demands and target, word for word; no name the source does not have."""
    words, addressee = files.words, source["addressee"]
    assert words.dated_on is not None
    assert (words.title, words.dated_on.isoformat()) == (coalition["title"], coalition["dated"])
    assert (words.salutation, list(words.demands)) == (coalition["salutation"], coalition["demands"])
    assert [(one.name, one.title, one.postal) for one in files.addressees] == [
        (addressee["name"], addressee["title"], "\n".join(addressee["postal"]))
    ]
    assert [(one.name, one.short_name) for one in files.targets] == [
        (source["target"]["name"], source["target"]["short_name"])
    ]
    assert (files.slug, files.campaign["slug"], files.initial_signatories) == (
        "rekognition-2018-coalition",
        "rekognition-2018",
        [],
    )


def test_counts_are_published_ones(files: LetterFiles, coalition: dict[str, Any]) -> None:
    """The notice and the page about the example name only counts that were printed."""
    published = {str(count["count"]) for count in coalition["counts_published"]}
    notice = set(re.findall(r"\bas (?:nearly |over )?(\d+)", files.settings.notice))
    readme = set(re.findall(r"\"?(?:nearly |over )?\b(\d\d)\b\"?", (FOLDER / "README.md").read_text(encoding="utf-8")))
    assert notice == {"35", "40", "70"}
    assert notice | readme <= published


def test_evidence_has_its_source(files: LetterFiles, source: dict[str, Any], coalition: dict[str, Any]) -> None:
    """Document 1 is what the letter rests on, document 2 the copy its reasons were read in."""
    first, second = files.evidence
    fact, copy = coalition["evidence"][0], coalition["versions"][1]
    assert first.title == fact["title"]
    for part in (*fact["concerns"], *(one["site"] for one in (fact["source"], *fact["more_sources"]))):
        assert part in first.source
    assert second.title == copy["source"]["title"]
    for one in (copy["source"], *copy["more_sources"]):
        assert one["site"] in second.source
    assert [document.url for document in files.evidence] == ["", ""]


def test_every_number_of_the_text_is_in_the_source(files: LetterFiles) -> None:
    """No year, count or figure was made up."""
    plain = (FOLDER / "source.json").read_text(encoding="utf-8")
    numbers = set(re.findall(r"(?<!\^)\b\d{2,}\b", files.words.body))
    assert numbers == {"2016", "18", "22", "2018"}
    assert {number for number in numbers if number not in plain} == set()


def test_text_is_marked_as_ours(files: LetterFiles, coalition: dict[str, Any]) -> None:
    """The page says that it is a reconstruction; footnotes lead to sources; nobody of 2018 is made its sender."""
    assert files.settings.is_reconstruction
    assert "This is a reconstruction" in files.settings.notice
    tree = operations.read_words(files.words, "en").tree
    assert len(tree["footnotes"]) == 6
    assert 300 < len(files.words.body.partition("[^introduced]:")[0].split()) < 450
    assert files.campaign["lead"] == ""
    assert (files.settings.accepts_people, files.settings.accepts_organizations) == (True, True)
    for sentence in coalition["reasons"]:
        assert sentence not in files.words.body


def test_files_are_as_the_loader_documents_them() -> None:
    """The document of the format names every column and key the example uses."""
    document = (ROOT / "docs" / "letter-files.md").read_text(encoding="utf-8")
    for name in ("organizations.csv", "timeline.csv"):
        with (FOLDER / name).open(encoding="utf-8", newline="") as file:
            assert ",".join(next(csv.reader(file))) in document
    keys = re.findall(r"^(\w+) =", Path(FOLDER / "letter.toml").read_text(encoding="utf-8"), re.MULTILINE)
    assert [key for key in keys if f"`{key}`" not in document] == []
