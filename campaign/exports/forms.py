"""The form that asks for a file: for whom, in which format, from which list."""

from __future__ import annotations

from typing import Any

from wtforms import RadioField, SelectField, ValidationError
from wtforms.validators import InputRequired

from campaign.exports.source import Purpose
from campaign.formbase import PostedForm, options
from campaign.languages import lazy
from campaign.sentences import REASONS

PURPOSES = {
    "delivery": lazy("For the delivery: the list as the addressee gets it"),
    "press": lazy("For the press: public names and exact counts"),
    "internal": lazy("For us alone: every signature with addresses and states"),
}
FORMATS = {
    "pdf": lazy("PDF, the letter to print and hand over"),
    "csv": lazy("CSV, for a spreadsheet"),
    "json": lazy("JSON, for programs"),
    "html": lazy("HTML, one page to keep or print"),
    "txt": lazy("Plain text"),
    "kit": lazy("Press kit, a ZIP with the letter, the list, the sentence to cite and the method"),
}


class ExportForm(PostedForm):
    """One file, or one set of files, to make; the choices of editions are handed in by the view."""

    purpose = RadioField(
        lazy("What is it for?"), [InputRequired(lazy("Choose what the file is for"))], choices=options(PURPOSES.items())
    )
    format = RadioField(
        lazy("Which format?"), [InputRequired(lazy("Choose a format"))], choices=options(FORMATS.items()), default="pdf"
    )
    edition = SelectField(lazy("Which list?"), coerce=str, default="")

    def validate_format(self, field: Any) -> None:
        """Whatever goes to the press is public."""
        if field.data == "kit" and self.purpose.data == Purpose.INTERNAL:
            raise ValidationError(REASONS["kit_is_public"])

    def validate_edition(self, field: Any) -> None:
        """An internal list is of no edition."""
        if field.data and self.purpose.data == Purpose.INTERNAL:
            raise ValidationError(REASONS["internal_is_live"])
