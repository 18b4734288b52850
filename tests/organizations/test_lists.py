"""Lists of organizations: what spreadsheets and people write, and what is wrong with a line."""

from __future__ import annotations

from dataclasses import replace

import pytest

from campaign.organizations.lists import Line, decoded, read_list
from campaign.organizations.rules import Keys
from campaign.states import Refused

ROSA = Line(1, "Open Rights", "Rosa Marín", "rosa@open-rights.org", "https://open-rights.org")


@pytest.mark.parametrize(
    "text",
    [
        "Open Rights; Rosa Marín; rosa@open-rights.org; open-rights.org",
        "Open Rights\tRosa Marín\trosa@open-rights.org\thttps://open-rights.org/",
        "Open Rights,rosa@open-rights.org,open-rights.org,Rosa Marín",
        '"Open Rights","Rosa Marín","rosa@open-rights.org","open-rights.org"',
    ],
)
def test_line_is_read_by_its_look(text: str) -> None:
    """O12: no header is needed; the name comes first, the rest tells itself."""
    assert read_list(text, {}) == [ROSA]


def test_header_names_the_columns() -> None:
    """Columns in any order, unknown ones left out, a second contact, empty lines skipped."""
    text = (
        "Site;E-Mail;Notes;Organisation;Contact person;Second contact;Email 2\n\n"
        "open-rights.org;rosa@open-rights.org;call first;Open Rights;Rosa Marín;Lin Wei;lin@open-rights.org\n"
    )
    assert read_list(text, {}) == [
        replace(ROSA, number=3, second_contact="Lin Wei", second_email="lin@open-rights.org")
    ]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("; Rosa; rosa@open-rights.org", "no_name"),
        ("<b>Open Rights</b>; Rosa; rosa@open-rights.org", "bad_name"),
        ("Open Rights; Rosa; open-rights.org", "no_email"),
        ("Open Rights; Rosa; rosa@", "bad_email"),
        ("Open Rights; rosa@open-rights.org; two@", "bad_second_email"),
        ("Open Rights; rosa@open-rights.org; ftp://open-rights.org", "bad_website"),
        ("ÓPEN rights; x@elsewhere.org", "on_board"),
        ("Another Name; x@elsewhere.org; www.known.org/about", "on_board"),
        ("Open Site; x@elsewhere.org; known.wordpress.com", ""),
        ("Signed Group; x@elsewhere.org", "on_letter"),
        ("Other Group; x@elsewhere.org; www.signed.org", "on_letter"),
        ("SG; x@elsewhere.org", "on_letter"),
        ("SG; x@elsewhere.org; www.elsewhere.org", ""),
    ],
)
def test_bad_line_says_why(text: str, problem: str) -> None:
    """p-S10: the same name or registrable domain is said, a shared host names nobody."""
    on_board = Keys({"open rights"} if problem == "on_board" else set(), {"known.org", "wordpress.com"})
    on_letter = Keys({"signed group"}, {"signed.org"}, frozenset({"sg"}))
    lines = read_list(text, {"on_board": on_board, "on_letter": on_letter})
    assert [line.problem for line in lines] == [problem]


def test_organization_listed_twice_is_taken_once() -> None:
    """The first of two is taken, whatever the second is called."""
    text = "Open Rights; a@open-rights.org; open-rights.org\nOPEN RIGHTS; b@x.org\nOther; c@x.org; www.open-rights.org"
    assert [line.problem for line in read_list(text, {})] == ["", "twice", "twice"]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "empty_list"),
        (" \n;;\n", "empty_list"),
        ("a;b@c.org\n" * 501, "list_too_long"),
        ("a" * 400_001, "list_too_long"),
    ],
)
def test_list_is_refused_as_a_whole(text: str, reason: str) -> None:
    """Nothing to read, or too much."""
    with pytest.raises(Refused) as refused:
        read_list(text, {})
    assert refused.value.reason == reason


def test_file_is_decoded() -> None:
    """What spreadsheets write: UTF-8 with and without its mark, UTF-16, Windows-1252; nothing else is a list."""
    for encoding in ("utf-8", "utf-8-sig", "utf-16", "cp1252"):
        assert decoded("Rosa Marín".encode(encoding)) == "Rosa Marín"
    with pytest.raises(Refused, match="list_unreadable"):
        decoded(b"PK\x03\x04\0\0")
