"""A row of any table: valid by itself, pointing to whatever is there."""

from __future__ import annotations

import dataclasses
from itertools import count
from typing import Any

from sqlalchemy import JSON, Boolean, Column, Date, LargeBinary, String, Table, select
from sqlalchemy.orm import Mapper

from campaign.extensions import Base, UTCDateTime, db
from tests.factories import DAY, NOW

MAPPERS: dict[str, Mapper[Any]] = {mapper.local_table.name: mapper for mapper in Base.registry.mappers}
# What the rules of the database want beside the defaults of the model.
ALLOWED: dict[str, dict[str, Any]] = {
    "alarm": {"kind": "network"},
    "asked": {"words": "Who are you?"},
    "authority_request": {"way": "published_contact"},
    "certified_total": {"qualifier": "exactly"},
    "complaint": {"kind": "not_me"},
    "domain_key": {"organization_id": 1},
    "employee_batch": {"method": "employee_code"},
    "employee_code": {"method": "employee_code"},
    "employee_signature": {"method": "employee_code"},
    "guard_entry": {"kind": "network", "side": "blocked"},
    "membership": {"role": "owner"},
    "pair": {"first_id": 1},
    "response": {"published_at": NOW},
    "rule_mute": {"ends_at": NOW + DAY},
}
_numbers = count(1)


def tables() -> list[Table]:
    """Every table of the schema, each after those it points to."""
    return db.metadata.sorted_tables


def row_of(name: str, **changes: Any) -> Base:
    """A new row of that table with only what it needs, changed in these columns; not yet stored."""
    mapper, values = MAPPERS[name], ALLOWED.get(name, {}) | changes
    db.session.flush()
    with db.session.no_autoflush:
        row: Base = mapper.class_(**needed(mapper))
        for column in mapper.columns:
            key = mapper.get_property_by_column(column).key
            if key in values:
                setattr(row, key, values[key])
            elif column.foreign_keys and not column.nullable and getattr(row, key) is None:
                setattr(row, key, value_of(column))
    return row


def needed(mapper: Mapper[Any]) -> dict[str, Any]:
    """What the constructor of a model asks for."""
    found: dict[str, Any] = {}
    for field in dataclasses.fields(mapper.class_):
        if not field.init or field.default is not field.default_factory:
            continue
        if field.name in mapper.relationships:
            model = mapper.relationships[field.name].mapper.class_
            found[field.name] = db.session.scalars(select(model).order_by(model.id.desc()).limit(1)).one()
        else:
            found[field.name] = value_of(mapper.columns[field.name])
    return found


def value_of(column: Column[Any]) -> Any:
    """A value nobody has there yet, or what it points to."""
    for key in column.foreign_keys:
        return db.session.scalar(select(key.column).order_by(key.column.desc()).limit(1))
    number = next(_numbers)
    if isinstance(column.type, JSON):
        return {}
    if isinstance(column.type, LargeBinary):
        return b"%d" % number
    if isinstance(column.type, Boolean):
        return False
    if isinstance(column.type, UTCDateTime):
        return NOW
    if isinstance(column.type, Date):
        return NOW.date()
    return str(number)[-(column.type.length or 20) :] if isinstance(column.type, String) else number


def fill_the_rest() -> None:
    """One row in every table that has none yet."""
    for table in tables():
        if db.session.execute(select(table).limit(1)).first() is None:
            db.session.add(row_of(table.name))
            db.session.flush()
