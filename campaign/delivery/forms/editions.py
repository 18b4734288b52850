"""Forms of the desk around editions: freezing one, and what somebody outside the campaign attests of one."""

from __future__ import annotations

from wtforms import BooleanField, DateField, HiddenField, StringField, TextAreaField
from wtforms.validators import InputRequired, Optional

from campaign.delivery.rules import Wanted
from campaign.formbase import CleanText, PostedForm
from campaign.languages import lazy

NO_DAY = lazy("Write a day as 2026-05-22, or leave it empty.")
LONGEST = 2_000


class FreezeForm(PostedForm):
    """What the next edition prints. `number` is that of the edition the button speaks of."""

    number = HiddenField(default="0")
    dated_on = DateField(
        lazy("The date it prints"), [Optional()], description=lazy("The day of the delivery; empty prints none.")
    )
    place = StringField(lazy("The place it prints"), [CleanText(120)])
    is_current_only = BooleanField(
        lazy("Only who accepted the current text"),
        description=lazy("Otherwise everybody is in it, grouped by the text they accepted. Both numbers are printed."),
    )

    def wanted(self) -> Wanted:
        """What was chosen."""
        return Wanted(self.dated_on.data, self.place.data or "", self.is_current_only.data)

    def expected(self) -> int | None:
        """The number on the button; None where something else was sent."""
        text = self.number.data or ""
        return int(text) if text.isdecimal() and len(text) < 9 and int(text) else None


class AttestationForm(PostedForm):
    """What somebody outside the campaign was shown, drew and found."""

    name = StringField(lazy("Their name"), [CleanText(200, missing=lazy("Enter who checked the list"))])
    office = StringField(
        lazy("Their office"),
        [CleanText(200, missing=lazy("Enter in which capacity, like notary or ombudsperson"))],
        description=lazy("Like notary, ombudsperson, professor of law."),
    )
    shown = TextAreaField(
        lazy("What they were shown"), [CleanText(LONGEST, missing=lazy("Enter what they were shown"), breaks=True)]
    )
    drawn = TextAreaField(
        lazy("What they drew by lot"),
        [CleanText(LONGEST, breaks=True)],
        description=lazy("Like 50 lines of the list, whose mails they saw."),
    )
    found = TextAreaField(
        lazy("What they found"), [CleanText(LONGEST, missing=lazy("Enter what they found"), breaks=True)]
    )
    attested_on = DateField(lazy("On which day"), [InputRequired(lazy("Enter the day, like 2026-05-22"))])
