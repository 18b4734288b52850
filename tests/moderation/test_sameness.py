"""When two signatures look like one (p-V4): tables of what is the same, and of what is not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from campaign.moderation.sameness import Likeness, differing, keys_of, why_same
from campaign.sentences.duplicates import PAIR_REASONS

ADA = Likeness("person", "Ada Lovelace", "Analytical Society", "London", "GB", "ada@society.org")
ACLU = Likeness("organization", "American Civil Liberties Union", organization_id=1)


@pytest.mark.parametrize(
    ("other", "why"),
    [
        ({"email": "ada@gmail.com", "place": ""}, "same_affiliation"),
        ({"name": "ADA LOVELACE", "affiliation": "analytical society"}, "same_affiliation"),
        ({"affiliation": "", "email": "lovelace@mail.society.org"}, "same_domain"),
        ({"affiliation": "Elsewhere", "place": "", "email": "Ada+letters@gmail.com"}, "same_local_part"),
        ({"affiliation": "", "email": "countess@gmail.com"}, "same_place"),
        ({"affiliation": "", "email": "countess@gmail.com", "place": ""}, ""),
        ({"affiliation": "", "email": "countess@gmail.com", "country": "CA"}, ""),
        ({"affiliation": "Elsewhere", "place": "Paris", "email": "countess@gmail.com"}, ""),
        ({"name": "Ada Byron"}, ""),
        ({"kind": "imported"}, ""),
        ({"kind": "employee"}, ""),
    ],
)
def test_people_look_the_same(other: dict[str, str], why: str) -> None:
    """p-V4: a name and one thing more; homonyms alone are nobody's duplicate, and kinds are never mixed."""
    row = replace(ADA, **other)
    assert (why_same(ADA, row), why_same(row, ADA)) == (why, why)


def test_same_country_is_told_where_nobody_gave_a_place() -> None:
    """p-V4: the country stands in for a place that the letter does not ask for."""
    one, other = Likeness("person", "Ada", country="GB"), Likeness("person", "Ada", country="GB")
    others = (other, replace(other, country=""), replace(other, place="London"))
    assert [why_same(one, row) for row in others] == ["same_place", "", ""]


@pytest.mark.parametrize("email", ["me@gmail.com", "", "no address"])
def test_short_local_parts_and_free_mail_say_nothing(email: str) -> None:
    """p-V4: "me@" is everybody's, and a free mail domain too."""
    one, other = Likeness("person", "Ada", email=email), Likeness("person", "Ada", email="me@gmx.de")
    assert why_same(one, other) == ""


@pytest.mark.parametrize(
    ("other", "why"),
    [
        ({"name": "ACLU"}, "acronym"),
        ({"name": "A.C.L.U."}, "acronym"),
        ({"name": "The American Civil Liberties Union, Inc."}, "same_name"),
        ({"name": "American Civil-Liberties Union Foundation"}, "same_name"),
        ({"name": "Liberties (American Civil Liberties Union)"}, "same_name"),
        ({"name": "Somebody", "aliases": ("American Civil Liberties Union e.V.",)}, "same_name"),
        ({"name": "Other name", "organization_id": 1}, "same_organization"),
        ({"name": "American Cat Lovers Union"}, ""),
        ({"name": "American Civil Liberties Union of Ohio"}, ""),
        ({"name": "AC"}, ""),
    ],
)
def test_organizations_look_the_same(other: dict[str, object], why: str) -> None:
    """p-V4: aliases by acronym, by legal form and by what stands in brackets; two long names never by initials."""
    row = replace(ACLU, **{"organization_id": 2, **other})
    assert (why_same(ACLU, row), why_same(row, ACLU)) == (why, why)
    assert bool(set(keys_of(ACLU)) & set(keys_of(row))) or not why


def test_acronyms_keep_their_legal_form() -> None:
    """p-V4: the F of EFF is the foundation."""
    one = Likeness("organization", "Electronic Frontier Foundation", organization_id=1)
    assert why_same(one, Likeness("organization", "EFF", organization_id=2)) == "acronym"


def test_every_reason_has_its_words() -> None:
    """House 7: what `why_same` answers is never shown raw."""
    told = {"same_affiliation", "same_domain", "same_local_part", "same_place", "same_organization", "same_name"}
    assert set(PAIR_REASONS) == told | {"acronym", "by_hand"}


def test_differences_are_those_that_people_see() -> None:
    """x-O7: case and accents are no difference."""
    assert differing(ADA, replace(ADA, name="ada lovelace", place="Lóndon", email="other@x.example")) == {"email"}
