"""What a row of a file has to be to become a signature."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from campaign.moderation.imports import BadRow, read_entry
from campaign.moderation.sheets import SheetRow
from campaign.sentences import IMPORTS

NOW = datetime(2026, 6, 18, 17, 0, tzinfo=UTC)
GOOD = {"name": "Ada Lovelace", "email": "ada@example.org"}


def test_a_full_row() -> None:
    """Cleaned like a typed signature; the country by name, the day in either spelling."""
    cells = {
        **GOOD,
        "name": "  Ada   Lovelace ",
        "title": "Countess",
        "affiliation": "'=Analytical",
        "country": "Allemagne",
        "is_private": "Ja",
        "signed_on": "02.06.2026 10:15",
    }
    with pytest.raises(BadRow):
        read_entry(SheetRow(2, cells), NOW)
    entry = read_entry(SheetRow(2, {**cells, "affiliation": "–"}), NOW)
    assert (entry.line, entry.name, entry.address.normalized) == (2, "Ada Lovelace", "ada@example.org")
    assert (entry.title, entry.affiliation, entry.country, entry.is_private) == ("Countess", "", "DE", True)
    assert entry.signed_at == datetime(2026, 6, 2, tzinfo=UTC)


def test_first_and_last_name_are_joined() -> None:
    """Two columns make one name."""
    cells = {"first_name": "Ada", "last_name": "Lovelace", "email": "ada@example.org"}
    assert read_entry(SheetRow(2, cells), NOW).name == "Ada Lovelace"


@pytest.mark.parametrize("name", ["O'Brien", "陳大文", "محمد", "X Æ", "Jean-Luc d’Arc", "Þórður"])
def test_real_names_pass(name: str) -> None:
    """What is honest must pass, unchanged."""
    assert read_entry(SheetRow(2, {**GOOD, "name": name}), NOW).name == name


@pytest.mark.parametrize(
    ("changes", "reason", "column"),
    [
        ({"name": ""}, "no_name", "name"),
        ({"name": "=1+1"}, "formula", "name"),
        ({"name": "@SUM(A1)"}, "formula", "name"),
        ({"affiliation": "+cmd|' /C calc'!A0"}, "formula", "affiliation"),
        ({"name": "Buy at https://spam.example"}, "links", "name"),
        ({"name": "<b>Ada</b>"}, "markup", "name"),
        ({"name": "x" * 201}, "too_long", "name"),
        ({"name": "\u200b\u2800"}, "nothing_visible", "name"),
        ({"email": ""}, "no_email", "email"),
        ({"email": "-"}, "no_email", "email"),
        ({"email": "ada at example.org"}, "bad_email", "email"),
        ({"email": "a@example.org, b@example.org"}, "bad_email", "email"),
        ({"country": "Atlantis"}, "bad_country", "country"),
        ({"signed_on": "yesterday"}, "bad_date", "signed_on"),
        ({"signed_on": "31.02.2026"}, "bad_date", "signed_on"),
        ({"signed_on": "2027-01-01"}, "bad_date", "signed_on"),
        ({"signed_on": "0001-01-01"}, "bad_date", "signed_on"),
    ],
)
def test_bad_rows_come_back_with_a_reason(changes: dict[str, str], reason: str, column: str) -> None:
    """T, section 2, imports: each bad row names the column and why."""
    with pytest.raises(BadRow) as bad:
        read_entry(SheetRow(2, {**GOOD, **changes}), NOW)
    assert (bad.value.reason, bad.value.column) == (reason, column)
    assert reason in IMPORTS


def test_ragged_row_is_bad() -> None:
    """Its shape is the reason."""
    with pytest.raises(BadRow) as bad:
        read_entry(SheetRow(3, problem="ragged"), NOW)
    assert bad.value.reason == "ragged"
