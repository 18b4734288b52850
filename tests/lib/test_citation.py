"""The citable sentence (p-D8)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

from campaign.lib.citation import citation

MOMENT = datetime(2018, 6, 18, 17, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Numbers:
    organizations: int = 0
    people: int = 0
    employees: int = 0


def test_citation_is_the_sentence_of_the_product_page() -> None:
    """p-D8: organizations, people, edition, day, hour and zone."""
    sentence = citation(Numbers(68, 152_004), 2, MOMENT, "America/Los_Angeles")
    assert sentence == "68 organizations and 152,004 people, second edition, 18 June 2018, 10:00 PDT"


@pytest.mark.parametrize(
    ("numbers", "who"),
    [
        (Numbers(), "no signatures"),
        (Numbers(organizations=1), "1 organization"),
        (Numbers(people=1), "1 person"),
        (
            Numbers(organizations=24, people=153_204, employees=142),
            "24 organizations, 153,204 people and 142 employees",
        ),
    ],
)
def test_citation_of_the_live_list_names_what_there_is(numbers: Numbers, who: str) -> None:
    assert citation(numbers, None, MOMENT) == f"{who}, 18 June 2018, 17:00 UTC"


@pytest.mark.parametrize(
    ("number", "word"),
    [
        (1, "first"),
        (10, "tenth"),
        (11, "11th"),
        (12, "12th"),
        (21, "21st"),
        (22, "22nd"),
        (103, "103rd"),
        (111, "111th"),
    ],
)
def test_citation_counts_editions_in_words(number: int, word: str) -> None:
    assert f", {word} edition, " in citation(Numbers(people=5), number, MOMENT)
