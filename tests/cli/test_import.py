"""`undersigned import`: lists from files, on both databases."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from sqlalchemy import func, select

from campaign.cli import import_file, main
from campaign.extensions import db
from campaign.models import ImportBatch, LogEntry, Signature
from tests.factories import make_letter
from tests.support.tables import everything

PAPER = """Vorname;Nachname;E-Mail;Einrichtung;Datum
Ada;Lovelace;ada@example.org;Analytical Society;02.06.2026
Grace;Hopper;grace@example.org;;
Bad;Address;nonsense;;
=HYPERLINK("x");Formula;f@example.org;;
Ada;Again;ADA@example.org;;
Too;Few
"""


@pytest.fixture
def letter(app: Flask) -> str:
    """The slug of an open letter."""
    with app.app_context():
        make_letter("stop")
        db.session.commit()
    return "stop"


@pytest.fixture
def paper(tmp_path: Path) -> Path:
    """A file with two good rows, a double, and three bad ones."""
    path = tmp_path / "paper.csv"
    path.write_text(PAPER, encoding="utf-8")
    return path


def run(app: Flask, *arguments: object) -> Result:
    """What the command prints and leaves with."""
    return CliRunner().invoke(main, ["import", *map(str, arguments)], obj=app)


def counts(result: Result) -> dict[str, int]:
    """The counts it printed, as `name: number` lines."""
    lines = [line.split(": ") for line in result.stdout.splitlines() if ": " in line]
    return {name: int(number) for name, number in lines}


def test_dry_run_counts_and_writes_nothing(app: Flask, letter: str, paper: Path) -> None:
    """O12: counts and the first rows as they would appear; no basis is needed yet."""
    with app.app_context():
        before = everything()
    result = run(app, paper, "--letter", letter, "--dry-run")
    assert result.exit_code == 0
    assert counts(result) == {"rows": 6, "imported": 2, "duplicates": 1, "suppressed": 0, "bad": 3}
    assert "Ada Lovelace |  | Analytical Society |  | ada@example.org | 2026-06-02" in result.stdout
    with app.app_context():
        assert everything() == before


def test_bad_rows_are_told_with_line_and_reason(app: Flask, letter: str, paper: Path) -> None:
    """M7: the others come in."""
    result = run(app, paper, "--letter", letter, "--basis", "Signed on paper")
    assert result.exit_code == 0
    assert [line for line in result.stderr.splitlines() if line.startswith("line ")] == [
        "line 4, email: This is not an email address.",
        "line 5, name: This looks like a formula of a spreadsheet.",
        "line 7: The row has more or fewer cells than the header.",
    ]
    with app.app_context():
        names = db.session.scalars(select(Signature.name).order_by(Signature.id)).all()
        logged = db.session.scalars(select(LogEntry).where(LogEntry.act == "signatures_imported")).one()
    assert list(names) == ["Ada Lovelace", "Grace Hopper"]
    assert logged.detail["signatures"] == 2


def test_same_file_twice_changes_nothing(app: Flask, letter: str, paper: Path) -> None:
    """M7: not one row, log lines and marks included."""
    run(app, paper, "--letter", letter, "--basis", "Signed on paper")
    with app.app_context():
        before = everything()
    result = run(app, paper, "--letter", letter, "--basis", "Signed on paper", "--json")
    told = json.loads(result.stdout)
    assert (told["rows"], told["imported"], told["duplicates"], len(told["bad_rows"])) == (6, 0, 3, 3)
    with app.app_context():
        assert everything() == before


def test_interrupted_import_goes_on(app: Flask, letter: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Committed by batches: what was cut off after some is finished by the next run, once each."""
    path = tmp_path / "many.csv"
    path.write_text("name,email\n" + "".join(f"Person {n},p{n}@example.org\n" for n in range(25)), encoding="utf-8")
    monkeypatch.setattr(import_file, "BATCH", 10)
    with app.app_context():
        path_of_part = tmp_path / "part.csv"
        path_of_part.write_text("name,email\n" + "".join(f"Person {n},p{n}@example.org\n" for n in range(10)))
    run(app, path_of_part, "--letter", letter, "--basis", "Paper")
    result = run(app, path, "--letter", letter, "--basis", "Paper")
    assert counts(result) == {"rows": 25, "imported": 15, "duplicates": 10, "suppressed": 0, "bad": 0}
    with app.app_context():
        assert db.session.scalar(select(func.count(Signature.id))) == 25
        assert list(db.session.scalars(select(ImportBatch.row_count).order_by(ImportBatch.id))) == [10, 15]


def test_mapping_file(app: Flask, letter: str, tmp_path: Path) -> None:
    """A file whose headers nobody can guess."""
    path, mapping = tmp_path / "odd.csv", tmp_path / "map.toml"
    path.write_text("A\tB\nada@example.org\tAda\n", encoding="utf-16")
    mapping.write_text('name = "B"\nemail = "A"\n', encoding="utf-8")
    assert run(app, path, "--letter", letter, "--dry-run").exit_code == 1
    result = run(app, path, "--letter", letter, "--basis", "Paper", "--map", mapping)
    assert (result.exit_code, counts(result)["imported"]) == (0, 1)


@pytest.mark.parametrize(
    ("data", "arguments", "code", "says"),
    [
        (b"PK\x03\x04", ("--basis", "Paper"), 1, "Save the sheet as CSV"),
        (b"Name,Phone\nAda,1\n", ("--basis", "Paper"), 1, "was recognized among: Name, Phone"),
        (b'Name,Email\nAda,a@example.org\n"Grace,g@example.org\n', ("--basis", "Paper"), 1, "From line 3 on"),
        (b"Name,Email\nAda,a@example.org\n", (), 2, "--basis is missing"),
        (b"Name,Email\nAda,a@example.org\n", ("--basis", "  "), 2, "--basis is missing"),
        (b"Name,Email\nAda,a@example.org\n", ("--basis", "Paper", "--map", "nowhere.toml"), 2, "nowhere.toml"),
    ],
)
@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_refused_file_leaves_no_row(
    app: Flask, letter: str, tmp_path: Path, data: bytes, arguments: tuple[str, ...], code: int, says: str
) -> None:
    """Exit 1 when the file is refused as a whole, also for its last line; nothing of it came in."""
    path = tmp_path / "file.csv"
    path.write_bytes(data)
    with app.app_context():
        before = everything()
    result = run(app, path, "--letter", letter, *arguments)
    assert result.exit_code == code
    assert says in result.stderr
    with app.app_context():
        assert everything() == before


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_unknown_letter_and_file(app: Flask, letter: str, paper: Path) -> None:
    """A sentence for each, on stderr."""
    unknown = run(app, paper, "--letter", "nowhere", "--basis", "Paper")
    assert (unknown.exit_code, unknown.stderr) == (1, 'There is no letter "nowhere".\n')
    assert run(app, "nowhere.csv", "--letter", letter, "--dry-run").exit_code == 2
