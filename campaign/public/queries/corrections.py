"""Reads of the public correction log: every fall of a letter's count."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from sqlalchemy import func, select

from campaign.extensions import db
from campaign.models import LogEntry


class Fall(NamedTuple):
    """So many signatures left a letter's count on a day by a rule."""

    day: date
    rule: str
    number: int


def falls_of(letter_id: int, limit: int) -> list[Fall]:
    """The falls of a letter's count by day of its own zone and rule, the latest first; one query."""
    day, rule = LogEntry.detail["on"].as_string(), LogEntry.detail["rule"].as_string()
    lines = (
        select(day.label("day"), rule.label("rule"), LogEntry.detail["number"].as_integer().label("number"))
        .where(LogEntry.letter_id == letter_id, LogEntry.act == "count_fell")
        .subquery()
    )
    total = func.sum(lines.c.number)
    rows = db.session.execute(
        select(lines.c.day, lines.c.rule, total)
        .group_by(lines.c.day, lines.c.rule)
        .having(total > 0)
        .order_by(lines.c.day.desc(), lines.c.rule)
        .limit(limit)
    )
    return [Fall(date.fromisoformat(day), rule, int(number)) for day, rule, number in rows]
