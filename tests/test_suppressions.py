"""The file of suppressions: on the disk before the commit, readable after a crash, open to its owner alone."""

from __future__ import annotations

import stat
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete
from sqlalchemy.orm import scoped_session

from campaign import suppressions
from campaign.models import Signature, Suppression
from campaign.signing.operations import erase_signature, lines_not_in_database, lines_not_in_file, refuse_signature
from campaign.suppressions import Line
from tests.factories import DAY, NOW, make_letter, make_signature

Session = scoped_session[Any]
pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)


def line(letter_id: int = 1, key: str = "k" * 64, **changes: Any) -> Line:
    """A mailbox that erased its signature."""
    values = {"mailbox_rule": 1, "reason": "erased", "at": NOW, **changes}
    return Line(mailbox_key=key, letter_id=letter_id, **values)


def test_lines_come_back_as_they_were_noted(session: Session) -> None:
    """K8: keyed hash, rule, letter, reason and time; the owner alone can read the file."""
    assert suppressions.noted() == []
    lines = [line(), line(2, "l" * 64, mailbox_rule=3, reason="not_me")]
    for one in lines:
        suppressions.note([one])
    assert suppressions.noted() == lines
    assert stat.S_IMODE(suppressions.file_path().stat().st_mode) == 0o600


def test_half_a_line_costs_no_other(session: Session) -> None:
    """P19: what a crash tore off is left out, and the next line is whole."""
    suppressions.note([line()])
    path = suppressions.file_path()
    with path.open("ab") as file:
        file.write(b'{"mailbox_key":"torn')
    suppressions.note([line(2)])
    with path.open("ab") as file:
        file.write(b'\n[]\n{"at":"2026-01-01"}\n\xff\n{"mailbox_key":"x","at":1}\n')
    assert suppressions.noted() == [line(), line(2)]


def test_erasure_is_noted_before_it_is_committed(session: Session) -> None:
    """P19: a crash after the line and before the commit loses no word of the person's: it is erased at the start."""
    letter = make_letter()
    rows = [make_signature(letter), make_signature(letter, "Grace")]
    session.commit()
    erase_signature(rows[0], NOW)
    refuse_signature(rows[1], NOW)
    keys = [row.reason for row in suppressions.noted()]
    session.rollback()
    assert keys == ["erased", "not_me"]
    assert [row.reason for row in lines_not_in_database()] == ["erased", "not_me"]


def test_machine_learns_what_others_erased(session: Session) -> None:
    """P19: what another machine erased stands in the file of this one, too."""
    letter = make_letter()
    erase_signature(make_signature(letter), NOW)
    session.commit()
    suppressions.file_path().unlink()
    missing = lines_not_in_file()
    assert [(row.letter_id, row.reason, row.at) for row in missing] == [(letter.id, "erased", NOW)]
    assert lines_not_in_file(NOW + DAY) == []
    suppressions.note(missing)
    assert lines_not_in_file() == []


def test_number_given_anew_is_another_letter(session: Session) -> None:
    """P19: a letter made after the line, or one that is not there, is nobody's to erase from."""
    letter = make_letter()
    suppressions.note([line(letter.id, at=letter.created_at - DAY), line(letter.id + 1)])
    assert lines_not_in_database() == []


def test_file_holds_no_address(app: Flask, session: Session) -> None:
    """T23: the file names nobody."""
    row = make_signature(make_letter(), "Markername", email="markeraddress@markermail.example")
    erase_signature(row, NOW)
    session.commit()
    text = Path(app.config["DATA_DIR"], suppressions.FILE_NAME).read_text(encoding="utf-8").casefold()
    assert "marker" not in text
    assert session.query(Signature).count() == 1
    session.execute(delete(Suppression))
