"""The forms of employees, and of the organizers who let them sign."""

from __future__ import annotations

from typing import Any

from wtforms import BooleanField, IntegerField, RadioField, StringField
from wtforms.validators import InputRequired, NumberRange

from campaign.formbase import CleanAddress, CleanText, PublicForm, options, six_digits
from campaign.languages import lazy
from campaign.letters.forms.fields import DeskForm, area, line
from campaign.verification import employee_code, personal_proof

MEANT_FOR = [
    (employee_code.METHOD, lazy("Colleagues hand them on")),
    (personal_proof.METHOD, lazy("For people whose proof somebody trusted has seen")),
]


class EmployeeCodeForm(PublicForm):
    """A single-use code that somebody handed on."""

    code = StringField(lazy("Single-use code"), [CleanText(40, missing=lazy("Enter your code"))])


class WorkAddressForm(PublicForm):
    """A work address that a code is mailed to."""

    email = StringField(lazy("Work email"), [CleanAddress()])


class WorkCodeForm(PublicForm):
    """The six digits that were mailed to a work address."""

    email = StringField(lazy("Work email"), [CleanAddress()])
    code = six_digits()


class EmployeesForm(DeskForm):
    """How a letter takes employees."""

    is_on = BooleanField(lazy("Employees may sign this letter"))
    trusted_name = line(
        lazy("Trusted person"),
        200,
        hint=lazy("Who looks at a proof and hands over a code. Empty: that way is not offered."),
    )
    trusted_contact = line(
        lazy("How to reach them"),
        300,
        hint=lazy("Best a private messenger, or a place and an hour; not a work address."),
    )
    offers_work_mail = BooleanField(lazy("Also mail codes to work addresses, the least safe way"))
    mail_domains = area(lazy("Domains of work addresses"), 2000, lazy("One a line, like example.com."))

    def settings(self) -> dict[str, Any]:
        """What was typed, by the names of `EmployeeSettings`."""
        return {field.name: field.data for field in self if field.name != "csrf_token"}


class CodesForm(DeskForm):
    """How many single-use codes, and what for."""

    number = IntegerField(
        lazy("How many"),
        [
            InputRequired(lazy("Enter how many codes you need")),
            NumberRange(
                1, employee_code.MOST_CODES, lazy("Enter a number from 1 to %(most)s", most=employee_code.MOST_CODES)
            ),
        ],
    )
    method = RadioField(lazy("What for"), choices=options(MEANT_FOR), default=employee_code.METHOD)


class CancelForm(DeskForm):
    """Ends every code that is out: the box has to be ticked."""

    is_known = BooleanField(
        lazy("Whoever has one of them has to get another"), [InputRequired(lazy("Tick the box if you are sure"))]
    )


class EndForm(DeskForm):
    """Ends the key of the letter's employees: the box has to be ticked."""

    is_sure = BooleanField(
        lazy("I know that this cannot be undone"), [InputRequired(lazy("Tick the box if you are sure"))]
    )
