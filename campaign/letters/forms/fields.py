"""What the forms of the desk are made of."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from typing import Any, Self

from wtforms import (
    BooleanField,
    DateField,
    Field,
    HiddenField,
    SelectField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.validators import Optional

from campaign.formbase import CleanAddress, CleanText, CleanWebsite, PostedForm
from campaign.languages import _, lazy
from campaign.letters import rules
from campaign.sentences import REASONS, sentence

# The field that a refusal is about; all others are said of the whole form.
FIELD_OF_REASON = {
    "bad_slug": "slug",
    "slug_taken": "slug",
    "letter_exists": "slug",
    "unknown_zone": "timezone",
    "unknown_language": "language",
    "nobody_may_sign": "accepts_people",
    "needs_opening_time": "opens_at",
    "opens_in_past": "opens_at",
    "closes_in_past": "closes_at",
    "closes_before_opening": "closes_at",
    "needs_reason": "reason",
    "needs_hold_reason": "reason",
    "note_unchanged": "note",
    "update_too_long": "body",
    "update_no_edition": "edition",
    "update_needs_time": "at",
    "update_in_past": "at",
    "preview_ends_in_past": "expires_at",
}
# Browsers send the first; people may type the others.
TIMES = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"]
NO_TIME = lazy("Write a day and a time as 2026-05-22 18:00.")
NO_TIME_OR_EMPTY = lazy("Write a day and a time as 2026-05-22 18:00, or leave it empty.")
NO_DAY = lazy("Write a day as 2026-05-22, or leave it empty.")


class DeskForm(PostedForm):
    """A form of the desk: the token lives in the session, and a refusal finds its field."""

    def add_refusal(self, reason: str, sentence: str) -> None:
        """Says why what was sent cannot be, at the field it is about."""
        name = "body" if reason.startswith("markup_") else FIELD_OF_REASON.get(reason, "")
        field = self._fields.get(name)
        if field is None:
            self.form_errors.append(sentence)
        else:
            field.errors = [*field.errors, sentence]


class StoredForm(DeskForm):
    """A form filled with what is stored; `stamp` tells whether that has changed by the time it comes back."""

    stamp = HiddenField()
    # What was stored meanwhile, (label, words), where the form came too late; for the page that shows both.
    stored_words: tuple[tuple[str, str], ...] = ()

    def stamped(self) -> str:
        """A digest of everything in the form."""
        values = sorted((name, words) for name, _field, words in self.filled())
        return sha256(repr(values).encode("utf-8", "surrogatepass")).hexdigest()[:32]

    def remembering(self) -> Self:
        """The same form, its stamp being that of what it is filled with."""
        self.stamp.data = self.stamped()
        return self

    def filled(self) -> Iterator[tuple[str, Field, str]]:
        """Name, field and text of every field but the hidden ones; line ends are LF."""
        for field in self:
            if not isinstance(field, HiddenField):
                yield field.name, field, "\n".join(str(field.data or "").strip().splitlines())

    def came_too_late(self, stored: StoredForm) -> bool:
        """Whether what is `stored` now is neither what this form was filled with nor what it says.

        If so, the form says so, keeps what was typed, and would replace what is stored when it is sent once more.
        """
        mine = {name: words for name, _field, words in self.filled()}
        other = tuple(
            (stored.label_of(field), spoken(field))
            for name, field, words in stored.filled()
            if words != mine.get(name, "")
        )
        if self.stamp.data == stored.stamped() or not other:
            return False
        self.add_refusal("text_changed", sentence("text_changed"))
        self.stamp.data, self.stored_words = stored.stamped(), other
        return True

    def label_of(self, field: Field) -> str:
        """What the field is called where it stands alone."""
        return str(field.label.text)


def spoken(field: Field) -> str:
    """What a field holds, in words; a choice by its name."""
    if isinstance(field, BooleanField):
        return str(_("yes") if field.data else _("no"))
    if isinstance(field, SelectField):
        choices: list[Any] = list(field.choices or ())
        return str(next((choice.label for choice in choices if choice.value == field.data), field.data))
    return str(field.data or "")


class SaysWhen:
    """Replaces the sentence WTForms has for a day or a time it cannot read."""

    def __init__(self, sentence: Any) -> None:
        self.sentence = sentence

    def __call__(self, form: Any, field: Any) -> None:
        if field.process_errors:
            field.errors.clear()
            raise ValidationError(self.sentence)


class WebAddress:
    """A full web address, or nothing."""

    def __call__(self, form: Any, field: Any) -> None:
        field.data = (field.data or "").strip()
        if field.data and not (len(field.data) <= 500 and rules.is_web_address(field.data)):
            raise ValidationError(REASONS["bad_url"])


class AddressOrNothing:
    """One mail address, or nothing."""

    def __call__(self, form: Any, field: Any) -> None:
        field.data = (field.data or "").strip()
        if field.data:
            CleanAddress()(form, field)


class WebsiteOrNothing:
    """One website, or nothing."""

    def __call__(self, form: Any, field: Any) -> None:
        field.data = (field.data or "").strip()
        if field.data:
            CleanWebsite()(form, field)


def line(label: Any, limit: int, missing: Any = None, hint: Any = "") -> Any:
    """A field for one line of cleaned text; `missing` makes it required."""
    return StringField(label, [CleanText(limit, missing=missing, links=True)], description=hint)


def area(label: Any, limit: int, hint: Any = "") -> Any:
    """A field for several lines of cleaned text."""
    return TextAreaField(label, [CleanText(limit, breaks=True, links=True)], description=hint)


def day(label: Any, hint: Any = "") -> Any:
    """A field for a day."""
    return DateField(label, [SaysWhen(NO_DAY), Optional()], description=hint)


def slug(example: str) -> Any:
    """A field for a part of an address; left empty, it is made of the title."""
    hint = lazy("Part of the address, like %(example)s. Left empty, it is made of the title.", example=example)
    return line(lazy("Short name in the address"), rules.SLUG_LENGTH, hint=hint)
