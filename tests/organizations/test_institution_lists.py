"""Lists of institutions as files have them: what is read, what is wrong with the rest (p-S4, T14)."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaign.organizations.institution_lists import MOST_LINES, InstitutionLine, as_csv, read_institutions
from campaign.organizations.rules import slug_choices
from campaign.sentences.institutions import LINE_PROBLEMS
from campaign.states import Refused
from config import ROOT

GOOD = InstitutionLine(
    2,
    ("Universidade de Coimbra", "University of Coimbra;UC", "Portugal", "uc.pt"),
    "Universidade de Coimbra",
    ("University of Coimbra", "UC"),
    "PT",
    "https://uc.pt",
)


@pytest.mark.parametrize(
    "text",
    [
        "name,aliases,country,website\nUniversidade de Coimbra,University of Coimbra;UC,Portugal,uc.pt\n",
        "\ufeffNAME\tAliases\tCountry\tWebsite\r\nUniversidade de Coimbra\tUniversity of Coimbra;UC\tPortugal\tuc.pt",
        'Name;Weitere Namen;Land;Webseite\n"Universidade de Coimbra";"University of Coimbra;UC";Portugal;uc.pt;;\n',
        "website,country,aliases,name\nuc.pt,Portugal,University of Coimbra;UC,Universidade de Coimbra\n",
    ],
)
def test_dialects_of_spreadsheets_are_read(text: str) -> None:
    """Headers in four languages, in any order, parted by comma, tab or semicolon."""
    [line] = read_institutions(text.removeprefix("\ufeff"))
    assert line == GOOD


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        (",UC,Portugal,", "no_name"),
        ("Uni https://spam.example,,,", "bad_name"),
        ("<b>Uni</b>,,,", "bad_name"),
        (f"{'U' * 201},,,", "too_long"),
        ("=HYPERLINK(1),,,", "formula"),
        ("Uni,@SUM(1),,", "formula"),
        (f"Uni,{';'.join(f'alias {n}' for n in range(31))},,", "many_aliases"),
        ("Uni,,Atlantis,", "bad_country"),
        ("Uni,,,not a site", "bad_website"),
        ("Uni,,,javascript:alert(1)", "bad_website"),
        ("University of California, Berkeley,UC Berkeley,US,berkeley.edu", "ragged"),
        ("The first uni!,,Portugal,", "twice"),
    ],
)
def test_a_bad_line_says_why(line: str, problem: str) -> None:
    """p-S4: each bad row comes back with its reason, and the others are taken."""
    first, second = read_institutions(f"name,aliases,country,website\nFirst Uni,,PT,\n{line}\n")
    assert (first.name, first.problem) == ("First Uni", "")
    assert second.problem == problem
    assert LINE_PROBLEMS[problem]
    rows = list(csv.reader(io.StringIO("".join(as_csv([second], LINE_PROBLEMS)).removeprefix("\ufeff"))))
    assert rows[0] == ["name", "aliases", "country", "website", "reason"]
    assert rows[1][-1] == LINE_PROBLEMS[problem]
    assert [cell for cell in rows[1] if cell.startswith(("=", "@"))] == []


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "no_institutions"),
        ("name\n\n", "no_institutions"),
        ("who,where\nUni,PT\n", "no_institution_column"),
        ("name,name\nUni,Uni\n", "no_institution_column"),
        ("name\n" + "Uni\n" * (MOST_LINES + 1), "institutions_too_long"),
        ("name\n" + "ü" * 500_000, "institutions_too_long"),
    ],
)
def test_a_file_that_is_no_list_is_refused_as_a_whole(text: str, reason: str) -> None:
    with pytest.raises(Refused, match=reason):
        read_institutions(text)


@given(st.text(max_size=300))
def test_any_text_is_a_list_or_refused(text: str) -> None:
    """T17: no text is an error of ours; a line that is taken has a name that stands."""
    try:
        lines = read_institutions(f"name,aliases\n{text}")
    except Refused:
        return
    assert all(line.problem in LINE_PROBLEMS or line.name for line in lines)


def test_the_example_that_ships_is_good() -> None:
    """Real universities, each once, with a country and a site; one alias is that of two."""
    lines = read_institutions((ROOT / "examples" / "institutions.csv").read_text(encoding="utf-8"))
    assert [line for line in lines if line.problem or not line.country or not line.website] == []
    assert [line.name for line in lines if "UC" in line.aliases] == [
        "Universidade de Coimbra",
        "University of Canterbury",
    ]


@pytest.mark.parametrize(
    ("name", "country", "plain"),
    [
        ("The University of Oxford", "GB", "university-of-oxford"),
        ("Université Paris-Saclay", "FR", "universite-paris-saclay"),
        ("King's College London", "GB", "kings-college-london"),
    ],
)
def test_addresses_are_plain(name: str, country: str, plain: str) -> None:
    first, second, third = slug_choices(name, country)
    assert (first, second) == (plain, f"{plain}-{country.lower()}")
    assert third.startswith(f"{plain}-")


def test_an_address_for_any_script() -> None:
    """A name without Latin letters has an address too, and never that of another."""
    assert slug_choices("東京大学", "JP")[0] != slug_choices("京都大学", "JP")[0]
    assert all(len(slug) <= 100 for slug in slug_choices("W" * 200, ""))
