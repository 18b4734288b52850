"""Employees in an edition: one number, and how they were checked as far as it may be told."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import scoped_session

from campaign.extensions import db
from campaign.models import EditionLeaf
from tests.delivery.sealed import build, freeze, signed_letter
from tests.factories import show_employees
from tests.support.pages import Page

Session = scoped_session[Any]


def test_edition_has_one_number_of_employees(session: Session, now: datetime) -> None:
    """T10, p-D3: no line, no leaf; the counts, each version's and the total have the number of the day."""
    letter = signed_letter()
    show_employees(letter, 142, employee_code=118, personal_proof=24)
    edition = freeze(letter, now)
    counts = {"people": 3, "private": 1, "organizations": 1, "employees": 142, "imported": 0}
    assert {name: edition.counts[name] for name in counts} == counts
    assert (edition.counts["total"], edition.line_count) == (146, 4)
    assert edition.counts["versions"] == [{"version": 1, **counts}]
    leaves = select(func.count()).where(EditionLeaf.edition_id == edition.id)
    assert session.scalar(leaves) == 4
    files = build(edition, now)
    for path in files.rglob("*"):
        if path.suffix in (".csv", ".ndjson", ".txt") and path.is_file():
            assert '"employee"' not in path.read_text(encoding="utf-8")


def test_statement_says_how_many_by_each_way(session: Session, now: datetime) -> None:
    """T10, p-D4: the ways in words and figures, none below ten."""
    letter = signed_letter()
    show_employees(letter, 142, employee_code=118, other=24)
    statement = statement_of(freeze(letter, now), now)
    assert "Employees of the company, one number without names 142" in statement
    checked = statement[statement.index("How employees were checked") :]
    assert "Single-use code handed on by a colleague 118" in checked
    assert "In other ways, each too few to be told apart 24" in checked
    assert "Code mailed to a work address" not in statement


def test_statement_without_employees_says_nothing_of_them(session: Session, now: datetime) -> None:
    """T10: below ten there is no number, and no way either."""
    letter = signed_letter()
    show_employees(letter, 0)
    assert "How employees were checked" not in statement_of(freeze(letter, now), now)


def statement_of(edition: Any, now: datetime) -> str:
    """The words of an edition's integrity statement."""
    found = next(path for path in build(edition, now).rglob("integrity.html"))
    db.session.rollback()
    return Page(found.read_text(encoding="utf-8")).text
