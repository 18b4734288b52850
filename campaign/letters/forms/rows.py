"""Forms with as many alike rows as a letter needs: a row that is left empty is no row."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from wtforms import BooleanField, Field, HiddenField, SelectField, StringField, ValidationError
from wtforms.validators import InputRequired

from campaign.formbase import CleanText, options
from campaign.languages import lazy
from campaign.letters import rules
from campaign.letters.forms.fields import StoredForm, WebAddress, area, day, line
from campaign.sentences import REASONS

MOST_ROWS = 200
SPARE_ROWS = 2
PRECISIONS = [
    ("day", lazy("A day")),
    ("range", lazy("From one day to another")),
    ("month", lazy("A month")),
    ("year", lazy("A year")),
]


@dataclass(frozen=True)
class Group:
    """Alike rows: what one is called, its columns in order, and which of them a row cannot be without."""

    title: Any
    columns: Callable[[], dict[str, Any]]
    needed: Mapping[str, Any]


class Happened:
    """A time written as the field beside it, `precision`, says."""

    def __call__(self, form: Any, field: Any) -> None:
        precision = form[field.name.replace("happened", "precision")].data
        problem = rules.happened_problem(field.data, precision) if field.data else None
        if problem:
            raise ValidationError(REASONS[problem])


class RowsForm(StoredForm):
    """Fields named `group-row-column`, rows counted from 0."""

    groups: ClassVar[Mapping[str, Group]] = {}
    counts: ClassVar[Mapping[str, int]] = {}

    def rows(self, group: str) -> list[dict[str, Field]]:
        """The fields of each row of a group, by column."""
        names = self.groups[group].columns().keys()
        return [{name: self[f"{group}-{row}-{name}"] for name in names} for row in range(self.counts[group])]

    def words_of(self, row: Mapping[str, Field]) -> str:
        """What a folded row is told apart by: its first words; "" for an empty one."""
        texts = (field.data for field in row.values() if is_typed(field))
        return " · ".join([text for text in texts if isinstance(text, str) and text][:3])

    def entries(self, group: str) -> list[dict[str, Any]]:
        """The values of the rows that are not empty, by column."""
        rows = [row for row in self.rows(group) if is_filled(row)]
        return [{name: "" if field.data is None else field.data for name, field in row.items()} for row in rows]

    def label_of(self, field: Field) -> str:
        """The group, the number of the row and the column."""
        group, row, _column = field.name.split("-", 2)
        return f"{self.groups[group].title} {int(row) + 1} · {field.label.text}"

    def validate(self, extra_validators: Any = None) -> bool:
        """Checks every field, and that no row lacks what its group needs."""
        is_good = bool(super().validate(extra_validators))
        for name, group in self.groups.items():
            for row in filter(is_filled, self.rows(name)):
                for column, sentence in group.needed.items():
                    if not row[column].data and not row[column].errors:
                        row[column].errors = [sentence]
                        is_good = False
        return is_good


def is_filled(row: Mapping[str, Field]) -> bool:
    """Whether anything was typed into a row; ticks, choices and hidden numbers alone make no row."""
    return any(field.data for field in row.values() if is_typed(field))


def is_typed(field: Field) -> bool:
    """Whether a field holds what somebody writes, unlike a tick, a choice or a hidden number."""
    return not isinstance(field, BooleanField | HiddenField | SelectField)


def rows_form(groups: Mapping[str, Group], counts: Mapping[str, int]) -> type[RowsForm]:
    """The form with so many rows of each group."""
    members: dict[str, Any] = {"groups": groups, "counts": counts}
    for name, group in groups.items():
        for row in range(counts[name]):
            members |= {f"{name}-{row}-{column}": field for column, field in group.columns().items()}
    return type("Rows", (RowsForm,), members)


def rows_sent(group: str, names: Iterable[str]) -> int:
    """How many rows of a group a browser sent, at most 200, by the names of its fields."""
    pattern = re.compile(rf"{group}-(\d{{1,3}})-\w+", re.ASCII)
    found = (pattern.fullmatch(name) for name in names)
    return min(max((int(match[1]) + 1 for match in found if match), default=0), MOST_ROWS)


def rows_data(group: str, entries: Iterable[Any], columns: Iterable[str]) -> dict[str, Any]:
    """What a form of rows starts with: the attributes of existing records, by field name."""
    return {
        f"{group}-{row}-{column}": getattr(entry, column)
        for row, entry in enumerate(entries)
        for column in columns
        if hasattr(entry, column)
    }


def _target() -> dict[str, Any]:
    return {
        "name": line(lazy("Name"), 200),
        "short_name": line(lazy("Short name"), 80),
        "website": StringField(lazy("Website"), [WebAddress()]),
        "slug": line(lazy("Short name in the address"), rules.SLUG_LENGTH, hint=lazy("Left empty, made of the name.")),
    }


def _addressee() -> dict[str, Any]:
    return {
        "name": line(lazy("Name"), 200),
        "title": line(lazy("Title or office"), 200),
        "postal": area(lazy("Postal address"), 1000, lazy("One line of the address a line.")),
        "is_copy": BooleanField(lazy("Gets a copy only")),
    }


def _signatory() -> dict[str, Any]:
    return {
        "name": line(lazy("Name"), 200),
        "title": line(lazy("Title or role"), 200),
        "affiliation": line(lazy("Affiliation"), 200),
    }


def _document() -> dict[str, Any]:
    return {
        "was": HiddenField(),
        "title": line(lazy("Title"), 300),
        "source": line(lazy("Source"), 300, hint=lazy("Who obtained or published it, and where.")),
        "url": StringField(lazy("Web address"), [WebAddress()]),
        "obtained_on": day(lazy("Obtained on")),
        "redaction_note": line(lazy("What was blacked out, and why"), 1000),
    }


def _event() -> dict[str, Any]:
    return {
        "happened": StringField(lazy("When"), [CleanText(40), Happened()], description=REASONS["bad_happened"]),
        "precision": SelectField(lazy("How exact"), [InputRequired()], choices=options(PRECISIONS), default="day"),
        "actor": line(lazy("Who"), 200),
        "text": area(lazy("What happened"), 2000),
        "kind": line(lazy("Sort of event"), 40, hint=lazy("One word, like published, delivered or statement.")),
        "source": line(lazy("Source"), 300),
        "url": StringField(lazy("Web address"), [WebAddress()]),
        "sort_on": day(lazy("Order as if on"), lazy("Never shown. Left empty, the last day of the time.")),
    }


PEOPLE = {
    "target": Group(lazy("Whom the letter asks"), _target, {"name": lazy("Enter the name of the company or body.")}),
    "addressee": Group(lazy("To whom it goes"), _addressee, {"name": lazy("Enter the name of the person or office.")}),
    "signatory": Group(
        lazy("Who is named on it from the start"), _signatory, {"name": lazy("Enter the name of the signatory.")}
    ),
}
EVIDENCE = {"document": Group(lazy("Documents"), _document, {"title": lazy("Enter the title of the document.")})}
TIMELINE = {
    "event": Group(
        lazy("Events"),
        _event,
        {"happened": lazy("Enter when it happened."), "text": lazy("Enter what happened, in a sentence.")},
    )
}
