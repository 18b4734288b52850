"""The forms of updates. What is made of them are the plain values of `rules`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from wtforms import BooleanField, DateTimeLocalField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Optional, ValidationError

from campaign.formbase import options
from campaign.languages import lazy
from campaign.letters.forms import DeskForm, StoredForm
from campaign.letters.forms.fields import NO_TIME, TIMES, SaysWhen, line
from campaign.sentences.updates import UPDATE_KINDS
from campaign.updates.rules import FASTEST, Words

Choices = Iterable[tuple[str, Any]]


class UpdateForm(StoredForm):
    """An update: what it says, and to whom."""

    kind = RadioField(
        lazy("What it is"),
        [InputRequired(lazy("Choose what this update is."))],
        choices=options(UPDATE_KINDS.items()),
        default="news",
    )
    edition = SelectField(
        lazy("Edition"),
        description=lazy("For a final copy only: its organizations get it, with its root and digest."),
        validate_choice=False,
    )
    title = line(lazy("Title"), 200, lazy("Enter a title; it is the subject of the mail."))
    body = TextAreaField(
        lazy("Text"),
        [InputRequired(lazy("Write what there is to tell."))],
        description=lazy("Markdown. No pictures: a mail from here loads nothing and counts nobody."),
    )
    version = SelectField(
        lazy("Who accepted"),
        description=lazy("Narrows the mail, not what is posted."),
        validate_choice=False,
    )
    country = SelectField(lazy("Country"), validate_choice=False)
    per_hour = StringField(
        lazy("Mails in an hour, at most"),
        description=lazy("Empty: as fast as the mail server takes them. Mails to confirm a signature go first anyway."),
    )
    is_public = BooleanField(lazy("Post it on the letter too, when the mails begin to leave"))

    def offer(self, *, editions: Choices, versions: Choices, countries: Choices) -> None:
        """Fills the lists with what the letter has."""
        self.edition.choices = options([("", lazy("None")), *editions])
        self.version.choices = options([("", lazy("Every version")), *versions])
        self.country.choices = options([("", lazy("Every country")), *countries])

    def validate_per_hour(self, field: Any) -> None:
        """A whole number, or nothing."""
        field.data = (field.data or "").strip()
        is_number = field.data.isascii() and field.data.isdecimal() and 0 < int(field.data[:9]) <= FASTEST
        if field.data and not is_number:
            raise ValidationError(lazy("Write a whole number from 1 to 100000, or leave it empty."))

    def words(self) -> Words:
        """What was typed and chosen."""
        return Words(
            kind=self.kind.data,
            title=self.title.data or "",
            body=self.body.data or "",
            edition=chosen_number(self.edition),
            version=chosen_number(self.version),
            country=self.country.data if self.country.data in values_of(self.country) else "",
            per_hour=int(self.per_hour.data) if self.per_hour.data else None,
            is_public=self.is_public.data,
        )


class SendForm(DeskForm):
    """Now, or at a time."""

    when = RadioField(
        lazy("When the mails leave"),
        [InputRequired(lazy("Choose when the mails leave."))],
        choices=options([("now", lazy("Now")), ("later", lazy("At this time"))]),
        default="now",
    )
    at = DateTimeLocalField(lazy("Day and time"), [SaysWhen(NO_TIME), Optional()], format=TIMES)


def values_of(field: Any) -> set[str]:
    """The values a list offers."""
    return {choice.value for choice in field.choices or ()}


def chosen_number(field: Any) -> int | None:
    """The number that was chosen from a list; None for what it does not offer."""
    return int(field.data) if field.data and field.data in values_of(field) else None
