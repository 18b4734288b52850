"""The target's own link: made at the desk, and the forms of its page."""

from __future__ import annotations

from typing import Any

from wtforms import FileField, RadioField, StringField, TextAreaField, ValidationError
from wtforms.validators import InputRequired

from campaign.choices import ResponseKind
from campaign.delivery.forms.deliveries import SaysWhy
from campaign.delivery.forms.responses import TEXT_LENGTH
from campaign.formbase import CleanAddress, CleanText, PublicForm, options
from campaign.languages import lazy
from campaign.letters.forms.fields import day, line

KINDS = {
    "acknowledgement": lazy("We received the letter"),
    "answer": lazy("This is our answer"),
    "correction": lazy("Something in it should be corrected"),
}
FIELD_OF_REASON = {
    "not_its_domain": "email",
    "codes_used_up": "email",
    "code_over": "code",
    "wrong_code": "code",
    "file_empty": "file",
    "file_too_large": "file",
    "file_type": "file",
}


class ReplyLinkForm(SaysWhy):
    """The domain whose addresses may answer."""

    domain = line(
        lazy("Domain of the company's mail"), 253, lazy("Enter the domain of the company's mail, like example.com.")
    )


class MailLinkForm(SaysWhy):
    """Where the link is mailed to."""

    email = StringField(lazy("Mail the link to"), [CleanAddress()], description=lazy("An address on that domain."))


class ReplyFormBase(PublicForm):
    """A form of the target's page, whose refusals find their field."""

    def add_refusal(self, reason: str, sentence: str) -> None:
        """Says why what was sent cannot be, at the field it is about."""
        field = self._fields.get(FIELD_OF_REASON.get(reason, ""))
        if field is None:
            self.form_errors.append(sentence)
        else:
            field.errors = [*field.errors, sentence]


class CodeForm(ReplyFormBase):
    """Asks for a code."""

    email = StringField(
        lazy("Your work email"), [CleanAddress()], description=lazy("Never published. We send one code to it.")
    )


class ReplyForm(ReplyFormBase):
    """What the target has to say, and the code that proves who says it."""

    code = StringField(lazy("The six digits of the mail"), [CleanText(12, missing=lazy("Enter the code of the mail."))])
    kind = RadioField(
        lazy("What do you want to say?"),
        [InputRequired(lazy("Choose what you want to say."))],
        choices=options(KINDS.items()),
    )
    actor = StringField(
        lazy("Who answers"),
        [CleanText(200, missing=lazy("Enter who answers: a name, an office, or the company."))],
        description=lazy("Published with the answer: a name and office, or the company."),
    )
    text = TextAreaField(
        lazy("Your words"),
        [CleanText(TEXT_LENGTH, breaks=True, links=True)],
        description=lazy("Published whole, or not at all."),
    )
    file = FileField(lazy("Document"), description=lazy("A PDF of 10 MB at most, published with your words."))
    due_on = day(lazy("Corrected by"), lazy("Only for a correction: by when you ask for it."))

    def validate_text(self, field: Any) -> None:
        """Only an acknowledgement needs no words."""
        if not field.data and self.kind.data != ResponseKind.ACKNOWLEDGEMENT:
            raise ValidationError(lazy("Write your answer, or what should be corrected."))
