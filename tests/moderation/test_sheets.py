"""Files as spreadsheets write them, and files that try to harm."""

from __future__ import annotations

import pytest

from campaign.moderation.sheets import BadSheet, read_mapping, read_sheet
from campaign.sentences import IMPORTS

ROWS = [("Ada Lovelace", "ada@example.org"), ("Zoë Müller", "zoe@example.org")]


def sheet_of(text: str, encoding: str = "utf-8") -> list[dict[str, str]]:
    """The rows of a file with this text, by field."""
    return [dict(row.cells) for row in read_sheet(text.encode(encoding)).rows()]


def refused(data: bytes, mapping: dict[str, str] | None = None) -> str:
    """The reason a file is refused as a whole, which has a sentence."""
    with pytest.raises(BadSheet) as bad:
        for _row in read_sheet(data, mapping).rows():
            pass
    assert str(IMPORTS[bad.value.reason]._args[0] % bad.value.values)
    return bad.value.reason


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_dialects(encoding: str, delimiter: str, ending: str) -> None:
    """Every encoding, delimiter and line end a spreadsheet writes gives the same rows."""
    lines = [("Name", "E-Mail"), *ROWS]
    text = "".join(delimiter.join(line) + ending for line in lines)
    assert sheet_of(text, encoding) == [{"name": name, "email": email} for name, email in ROWS]


@pytest.mark.parametrize(
    ("header", "fields"),
    [
        ("Full name,Email address,Job title,Organisation,City,Country", "name email title affiliation place country"),
        ("Vorname;Nachname;E-Mail-Adresse;Funktion;Einrichtung", "first_name last_name email title affiliation"),
        ("Vorname;Name;E-Mail", "first_name last_name email"),
        ("Nom,Prénom,Adresse électronique,Pays", "last_name first_name email country"),
        ("Nom,Courriel", "name email"),
        ("Nombre,Apellidos,Correo electrónico,País", "first_name last_name email country"),
        ("Nombre,Correo", "name email"),
        ("NAME (required),E_MAIL *,Timestamp", "name email signed_on"),
        ("#,Name,Email,Favourite colour", "name email"),
    ],
)
def test_headers_are_guessed(header: str, fields: str) -> None:
    """Columns in English, German, French and Spanish; unknown ones are left out."""
    columns = read_sheet(header.encode()).columns
    assert sorted(columns) == sorted(fields.split())


def test_quotes_breaks_and_lines() -> None:
    """A cell may hold delimiters, quotes and line ends; each row knows the line it begins in."""
    text = 'Name,Email,Comment\n"Lovelace, Ada",a@example.org,"two\nlines and ""quotes"""\n\n,,\nGrace,g@example.org,\n'
    rows = list(read_sheet(text.encode()).rows())
    assert [(row.line, row.cells["name"]) for row in rows] == [(2, "Lovelace, Ada"), (6, "Grace")]
    assert rows[0].cells["comment"] == 'two\nlines and "quotes"'


def test_ragged_rows_are_told_not_guessed() -> None:
    """Empty cells at the end are a spreadsheet's habit; any others are a row with a problem."""
    text = "Name,Email\nAda,a@example.org,,\nGrace\nJoan,j@example.org,extra\n"
    rows = list(read_sheet(text.encode()).rows())
    assert [(row.line, row.problem) for row in rows] == [(2, ""), (3, "ragged"), (4, "ragged")]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty"),
        (b" \n\n", "empty"),
        (b"\xef\xbb\xbf", "empty"),
        (b"PK\x03\x04xlsx", "spreadsheet"),
        (b"\x1f\x8bgzip", "spreadsheet"),
        (b"\xd0\xcf\x11\xe0old", "spreadsheet"),
        (b"\xff\xfeN", "encoding"),
        (b"Name,Email\n\x81\x8d,\x90", "encoding"),
        (b"Name,Email\nA\0da,a@example.org\n", "encoding"),
        (b"Name,Phone\nAda,1\n", "no_columns"),
        (b"Email\na@example.org\n", "no_columns"),
        (b"<html><body>Not found</body></html>", "no_columns"),
        (b"Name,Email,E-mail\nAda,a@example.org,b@example.org\n", "doubled"),
        (b'Name,Email\n"Ada,a@example.org\nGrace,g@example.org\n', "not_csv"),
        (b'"Name,Email\n', "not_csv"),
        (b"Name,Email\nAda," + b"a" * 30_000 + b"\n", "not_csv"),
    ],
)
def test_files_that_are_refused(data: bytes, reason: str) -> None:
    """T17: wrong encodings, archives, doubled headers, open quotes; each with a sentence, never an error."""
    assert refused(data) == reason


def test_too_large_is_refused_before_it_is_read() -> None:
    """64 megabytes are the limit."""
    assert refused(b"a" * (64 * 2**20 + 1)) == "too_large"


def test_mapping_file_says_which_column_counts() -> None:
    """A mapping wins over guessing, and names columns that are there once."""
    data = b"Mail,Private mail,Who\nada@work.example,ada@home.example,Ada\n"
    mapping = read_mapping('name = "Who"\nemail = "Private mail"\n')
    (row,) = read_sheet(data, mapping).rows()
    assert dict(row.cells) == {"name": "Ada", "email": "ada@home.example"}
    assert refused(data, {"name": "Who", "email": "Elsewhere"}) == "unknown_column"
    assert refused(b"Who,Mail,Mail\n", {"name": "Who", "email": "Mail"}) == "doubled"


@pytest.mark.parametrize(
    ("text", "reason"),
    [("name = ", "bad_map"), ("name = 3", "bad_map"), ('shoe_size = "Size"', "unknown_field"), ("[name]", "bad_map")],
)
def test_mapping_file_with_mistakes(text: str, reason: str) -> None:
    """Each mistake has its sentence."""
    with pytest.raises(BadSheet) as bad:
        read_mapping(text)
    assert bad.value.reason == reason
