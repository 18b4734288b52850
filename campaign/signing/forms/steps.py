"""The small forms around an entry: as whom, the code, an address, a button, one's links."""

from __future__ import annotations

from typing import Any

from wtforms import HiddenField, RadioField, StringField, ValidationError
from wtforms.validators import InputRequired

from campaign.formbase import CleanAddress, CleanText, PublicForm, options, six_digits
from campaign.languages import lazy
from campaign.verification import leaving

WAYS = {
    "person": lazy("As myself"),
    "organization": lazy("For an organization"),
    "employee": lazy("As an employee of the company, without being named"),
}


class WayForm(PublicForm):
    """As whom to sign."""

    way = RadioField(  # type: ignore[call-arg]
        lazy("How do you want to sign?"),
        [InputRequired(lazy("Choose how you want to sign"))],
        invalid_choice_message=lazy("Choose how you want to sign"),
    )
    s = HiddenField()

    def offer(self, ways: list[str]) -> None:
        """Offers the ways in which the letter is signed."""
        self.way.choices = options((way, WAYS[way]) for way in ways)


class CodeForm(PublicForm):
    """The six digits of the mail."""

    code = six_digits()
    email = StringField(lazy("Email"), [CleanAddress()])
    s = HiddenField()


class AddressForm(PublicForm):
    """Only an address: for a new mail, or for one's own links."""

    email = StringField(lazy("Email"), [CleanAddress()])
    s = HiddenField()


class FindForm(PublicForm):
    """The address one signed with, or the six words an employee was shown; `words` holds those then."""

    email = StringField(lazy("Email, or your six words"), [InputRequired(lazy("Enter your email address"))])
    words: list[str] | None = None

    def validate_email(self, field: Any) -> None:
        """Six words of the list, or an address."""
        typed = (field.data or "").strip()
        self.words = leaving.read_words(typed)
        if self.words is None and leaving.looks_like_words(typed):
            raise ValidationError(lazy("These are not six words of a code. Check their spelling and their number."))
        if self.words is None:
            CleanAddress()(self, field)


class PressForm(PublicForm):
    """A page whose button acts: nothing but the token, and the digest of what was seen."""

    digest = HiddenField()


class ServerForm(PublicForm):
    """The name of one's own Mastodon server."""

    server = StringField(
        lazy("Your Mastodon server"), [CleanText(100, missing=lazy("Enter the name of your server"), links=True)]
    )
