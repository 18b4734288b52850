"""Forms of the page of hold rules."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from wtforms import DateTimeLocalField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import AnyOf, InputRequired, Length
from wtforms.widgets import CheckboxInput, ListWidget

from campaign.formbase import CleanText, PostedForm, options
from campaign.languages import lazy
from campaign.letters.forms.fields import NO_TIME, TIMES, SaysWhen
from campaign.letters.rules import moment_in


class SwitchForm(PostedForm):
    """A hold rule to switch `on` or `off`."""

    rule = StringField(validators=[InputRequired()])
    action = StringField(validators=[AnyOf(["on", "off"])])


class LeadersForm(PostedForm):
    """The names of who leads a target, one a line."""

    names = TextAreaField(lazy("Names, one a line"), [Length(max=20_000)])

    def listed(self) -> list[str]:
        """The names that were written."""
        return [text.strip()[:200] for text in (self.names.data or "").splitlines() if text.strip()]


class PressedForm(PostedForm):
    """A button of the desk with nothing beside it."""


class MuteForm(PostedForm):
    """Rules that hold nobody for a while; times are on the clocks of the letter's zone."""

    rules = SelectMultipleField(
        lazy("Rules to mute"),
        [InputRequired(lazy("Choose at least one rule."))],
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    place = StringField(
        lazy("What happens where"),
        [CleanText(200, missing=lazy("Write what happens where, like: stall at the march, Porto."))],
        description=lazy("Like: stall at the march, Porto."),
    )
    starts_at = DateTimeLocalField(lazy("From"), [SaysWhen(NO_TIME), InputRequired(NO_TIME)], format=TIMES)
    ends_at = DateTimeLocalField(lazy("To"), [SaysWhen(NO_TIME), InputRequired(NO_TIME)], format=TIMES)
    reason = TextAreaField(
        lazy("Reason"),
        [CleanText(500, breaks=True, links=True)],
        description=lazy("For your team. Stays with the letter."),
    )

    def offer(self, rules: list[tuple[str, Any]]) -> None:
        """Offers the rules that have a switch."""
        self.rules.choices = options(rules)

    def window(self, zone: str) -> tuple[datetime, datetime]:
        """From when to when; asked once the form holds."""
        starts_at, ends_at = (moment_in(field.data, zone) for field in (self.starts_at, self.ends_at) if field.data)
        return starts_at, ends_at
