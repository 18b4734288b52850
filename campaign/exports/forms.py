"""The form that asks for a file in steps: for whom and of which list, in which format and order, which signatures."""

from __future__ import annotations

from typing import Any

from wtforms import BooleanField, RadioField, SelectField, ValidationError
from wtforms.validators import InputRequired

from campaign.exports.rules import filter_problem
from campaign.exports.source import Choice, Order, Purpose
from campaign.formbase import PostedForm, options
from campaign.languages import lazy
from campaign.lib.numbers import whole_number
from campaign.sentences import REASONS
from campaign.sentences.exporting import FORMATS, ORDERS, PURPOSES, STANDINGS
from campaign.sentences.signatures import SIGNATURE_KINDS

# The last step shows what would be made, and asks nothing.
STEPS = (
    ("purpose", "edition"),
    ("format", "order", "current_only", "state", "country", "kind", "version", "everything"),
)
PREVIEW, MAKE = len(STEPS) + 1, len(STEPS) + 2
KINDS = ("organization", "person", "imported")


class ExportForm(PostedForm):
    """One file, or one set of files, to make; editions, countries and versions are handed in by the view."""

    purpose = RadioField(
        lazy("What is it for?"), [InputRequired(lazy("Choose what the file is for"))], choices=options(PURPOSES.items())
    )
    edition = SelectField(lazy("Which list?"), coerce=str, default="")
    format = RadioField(
        lazy("Which format?"), [InputRequired(lazy("Choose a format"))], choices=options(FORMATS.items())
    )
    order = RadioField(lazy("In which order?"), choices=options(ORDERS.items()))
    current_only = BooleanField(
        lazy("Only who accepted the present text"),
        description=lazy("The file then says how many accepted an earlier text and are left out."),
    )
    state = SelectField(
        lazy("Where they stand"), choices=options([("", lazy("Wherever")), *STANDINGS.items()]), default=""
    )
    country = SelectField(lazy("From which country"), default="")
    kind = SelectField(
        lazy("Who signed"),
        choices=options([("", lazy("Whoever")), *((kind, SIGNATURE_KINDS[kind]) for kind in KINDS)]),
        default="",
    )
    version = SelectField(lazy("Which text they signed"), default="")
    everything = BooleanField(
        lazy("Everything: every signature, whatever became of it"),
        description=lazy("Needed where nothing is filtered. The file holds mail addresses; who takes it is on record."),
    )

    def validate_format(self, field: Any) -> None:
        """Whatever goes to the press is public."""
        if field.data == "kit" and self.purpose.data == Purpose.INTERNAL:
            raise ValidationError(REASONS["kit_is_public"])

    def validate_edition(self, field: Any) -> None:
        """An internal list is of no edition."""
        if field.data and self.purpose.data == Purpose.INTERNAL:
            raise ValidationError(REASONS["internal_is_live"])

    def validate_everything(self, field: Any) -> None:
        """To take everything has to be said aloud."""
        if self.purpose.data == Purpose.INTERNAL and (problem := filter_problem(self.choice, field.data)):
            raise ValidationError(REASONS[problem])

    def reached(self, wanted: int) -> int:
        """The step to show: the one wanted, or an earlier one that has to be mended. Later ones are not judged yet."""
        self.validate()
        for number, names in enumerate(STEPS, 1):
            if number >= wanted:
                for name in names:
                    self[name].errors = ()
            elif any(self[name].errors for name in names):
                return number
        return wanted

    @property
    def number(self) -> int | None:
        """The number of the edition, None for the list as it is now."""
        return int(self.edition.data) if self.edition.data else None

    @property
    def choice(self) -> Choice:
        """Order and filter; what does not belong to the purpose is left out of it."""
        order = Order(self.order.data) if self.order.data in list(Order) else Order.AGREED
        if self.purpose.data != Purpose.INTERNAL:
            return Choice(order=order, current_only=self.current_only.data and not self.edition.data)
        version = self.version.data or ""
        return Choice(
            order=order,
            state=self.state.data or "",
            country=self.country.data or "",
            kind=self.kind.data or "",
            version=whole_number(version),
        )
