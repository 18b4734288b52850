"""The forms of the press: whom reporters reach, and whom a preview is given to."""

from __future__ import annotations

from typing import Any

from wtforms import DateTimeLocalField, StringField
from wtforms.validators import InputRequired

from campaign.languages import lazy
from campaign.letters.forms.fields import NO_TIME, TIMES, AddressOrNothing, DeskForm, SaysWhen, StoredForm, line


class PressContactForm(StoredForm):
    """Whom reporters reach about all letters of a campaign."""

    press_name = line(lazy("Person"), 200, hint=lazy("Who answers the telephone."))
    press_phone = line(lazy("Telephone"), 80, hint=lazy("With the country's code, like +351 21 000 00 00."))
    press_email = StringField(lazy("Mail"), [AddressOrNothing()])
    press_languages = line(lazy("Languages spoken"), 200, hint=lazy("Like: English, Portuguese"))

    def contact(self) -> dict[str, str]:
        """What was typed."""
        return {name: words for name, _field, words in self.filled()}


class PreviewForm(DeskForm):
    """A preview for one reader."""

    given_to = line(
        lazy("Whom it is for"),
        200,
        lazy("Write whom you give the preview to; it stands on every page of it."),
        lazy("A name and where they work. It stands on every page of the preview, also in print."),
    )
    expires_at: Any = DateTimeLocalField(lazy("Works until"), [SaysWhen(NO_TIME), InputRequired(NO_TIME)], format=TIMES)
