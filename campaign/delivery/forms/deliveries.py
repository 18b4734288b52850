"""What is said of a delivery, its proof, and a number that a partner certifies."""

from __future__ import annotations

from wtforms import (
    DateField,
    DateTimeLocalField,
    FileField,
    IntegerField,
    SelectField,
    SelectMultipleField,
    StringField,
)
from wtforms.validators import InputRequired, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from campaign.formbase import PostedForm, options
from campaign.languages import lazy
from campaign.letters.forms.fields import NO_TIME, TIMES, SaysWhen, WebAddress, area, day, line
from campaign.sentences import REASONS
from campaign.sentences.deliveries import DELIVERY_METHODS, QUALIFIERS

NO_DAY_GIVEN = lazy("Enter the day it was certified, like 2026-05-22.")
FIELD_OF_REASON = {
    "delivery_without_editions": "editions",
    "edition_of_others": "editions",
    "edition_not_ready": "editions",
    "target_not_asked": "target",
    "no_such_target": "target",
    "delivery_needs_time": "delivered_at",
    "delivery_ahead": "delivered_at",
    "bad_number": "number",
    "response_ahead": "happened",
    "file_empty": "file",
    "file_too_large": "file",
    "file_type": "file",
}


class SaysWhy(PostedForm):
    """A form of the desk whose refusals find their field."""

    def add_refusal(self, reason: str, sentence: str) -> None:
        """Says why what was sent cannot be, at the field it is about, else of the whole form."""
        field = self._fields.get(FIELD_OF_REASON.get(reason, ""))
        if field is None:
            self.form_errors.append(sentence)
        else:
            field.errors = [*field.errors, sentence]


class DeliveryForm(SaysWhy):
    """A delivery; the choices of target, editions and zone are handed in by the view."""

    target = SelectField(lazy("Handed to"), [InputRequired()], coerce=int, validate_choice=False)
    editions = SelectMultipleField(
        lazy("What was handed over"),
        coerce=int,
        validate_choice=False,
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    delivered_at = DateTimeLocalField(
        lazy("Day and hour"),
        [SaysWhen(NO_TIME), Optional()],
        format=TIMES,
        description=lazy("Needed before the delivery is made public."),
    )
    timezone = SelectField(lazy("On the clocks of"), [InputRequired()], validate_choice=False)
    method = SelectField(lazy("How"), [InputRequired()], choices=options(DELIVERY_METHODS.items()))
    place = line(lazy("Place"), 200)
    handed_by = line(lazy("Handed over by"), 300, hint=lazy("Who carried it, as it may stand in public."))
    received_by = line(lazy("Received by"), 300, hint=lazy("The person or office that took it, if known."))
    reference = line(lazy("Reference"), 200, hint=lazy("A tracking or receipt number."))
    note = area(lazy("Note on the cover page"), 4000, lazy("What the addressee should read first."))
    answer_due_on = day(lazy("Answer expected by"))
    source = line(lazy("Source"), 300, hint=lazy("For a delivery of the past: who reported it."))
    source_url = StringField(lazy("Web address of the source"), [WebAddress()])


class ProofForm(SaysWhy):
    """The file that proves a delivery."""

    file = FileField(
        lazy("Proof"), description=lazy("A stamped copy, a receipt, a photograph: PDF, PNG or JPEG, 10 MB at most.")
    )


class CertificateForm(SaysWhy):
    """A number that a partner organization certifies."""

    organization = line(lazy("Organization that collected"), 200, lazy("Enter the name of the organization."))
    qualifier = SelectField(lazy("How exact"), [InputRequired()], choices=options(QUALIFIERS.items()))
    number = IntegerField(lazy("Number"), [SaysWhen(REASONS["bad_number"]), InputRequired(REASONS["bad_number"])])
    counted = line(lazy("What was counted"), 120, hint=lazy("Such as “petition signatures”."))
    certified_by = line(lazy("Certified by"), 200, lazy("Enter who certifies the number."))
    certified_on = DateField(lazy("Certified on"), [SaysWhen(NO_DAY_GIVEN), InputRequired(NO_DAY_GIVEN)])
    source = line(lazy("Source"), 300)
    source_url = StringField(lazy("Web address of the source"), [WebAddress()])
    file = FileField(lazy("Certificate"), description=lazy("What proves the number: PDF, PNG or JPEG, 10 MB at most."))
