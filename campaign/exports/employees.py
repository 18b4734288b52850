"""The employees of a letter in files: one number."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from sqlalchemy import Connection, select

from campaign.models import EmployeeSigning, Letter, Version


class EmployeesShown(NamedTuple):
    """The number of employees a letter shows, how they were checked as far as it is told, and the text they signed."""

    number: int = 0
    ways: Mapping[str, Any] = {}
    version: int = 0
    asked: int = 0


def employees_in(connection: Connection, letter_id: int) -> EmployeesShown:
    """The employees of a letter in the snapshot of this connection: the number of the day, whoever signed meanwhile.

    All of them signed the text that is shown: while they sign, no new one comes.
    """
    row = connection.execute(
        select(EmployeeSigning.number, EmployeeSigning.ways, Version.number, Version.asked_number)
        .join(Letter, Letter.id == EmployeeSigning.letter_id)
        .join(Version, Version.id == Letter.version_id)
        .where(EmployeeSigning.letter_id == letter_id)
    ).one_or_none()
    return EmployeesShown(*row) if row is not None else EmployeesShown()
