"""The forms of an organization that was invited: approve, think about it, decline, write."""

from __future__ import annotations

from typing import Any

from wtforms import BooleanField, DateField, HiddenField, RadioField, StringField, TextAreaField
from wtforms.validators import InputRequired, Optional

from campaign.formbase import CleanAddress, CleanText, PublicForm, options, six_digits
from campaign.languages import lazy
from campaign.letters.forms.fields import SaysWhen

# The choice of another address on the organization's own domain.
OWN_DOMAIN = "own"


class ApprovalForm(PublicForm):
    """Somebody approves an invitation for an organization; a code goes to an address that speaks for it."""

    line = StringField(
        lazy("The line as it will print"),
        [CleanText(200, missing=lazy("Enter the name of the organization as it will stand under the letter"))],
    )
    name = StringField(lazy("Your name"), [CleanText(200, missing=lazy("Enter your name"))])
    role = StringField(lazy("Your role"), [CleanText(200, missing=lazy("Enter your role in the organization"))])
    to = RadioField(  # type: ignore[call-arg]
        lazy("Where the code goes"),
        [InputRequired(lazy("Choose where the code goes"))],
        invalid_choice_message=lazy("Choose where the code goes"),
    )
    address = StringField(lazy("Your address there"), description=lazy("Only for the last choice."))
    may_speak = BooleanField(
        lazy("I may speak for this organization"),
        [InputRequired(lazy("Tick the box if you may speak for the organization; without that it cannot sign"))],
    )
    words = HiddenField()

    def fit(self, places: list[tuple[str, str]], is_second: bool) -> None:
        """Offers where the code may go; a second person approves the line as it stands."""
        self.to.choices = options(places)
        if places[-1][0] != OWN_DOMAIN:
            del self.address
        if is_second:
            del self.line
            del self.role

    def validate_address(self, field: Any) -> None:
        """Only asked where the code goes to another address of the organization's own."""
        if self.to.data == OWN_DOMAIN:
            CleanAddress()(self, field)


class ApprovalCodeForm(PublicForm):
    """The six digits of the mail, and the digest of what was seen with them."""

    code = six_digits()
    digest = HiddenField()


class ConsiderForm(PublicForm):
    """An organization thinks about it."""

    board_on = DateField(
        lazy("When your board decides"),
        [SaysWhen(lazy("Write a day as 2026-05-22, or leave it empty.")), Optional()],
        description=lazy("So that nobody reminds you before."),
    )


class DeclineForm(PublicForm):
    """An organization does not sign."""

    reason = TextAreaField(
        lazy("Your reason"), [CleanText(2000, breaks=True, links=True)], description=lazy("Only the organizers see it.")
    )


class BoardNoteForm(PublicForm):
    """A question, or a comment on the draft."""

    author = StringField(lazy("Your name"), [CleanText(200, missing=lazy("Enter your name"))])
    text = TextAreaField(
        lazy("Your question or comment"),
        [CleanText(5000, breaks=True, links=True, missing=lazy("Write your question or comment"))],
    )
