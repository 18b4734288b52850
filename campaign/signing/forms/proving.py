"""The forms by which somebody who is held shows more: a colleague, a contact, a page, a second address."""

from __future__ import annotations

from typing import Any

from wtforms import StringField, TextAreaField, ValidationError
from wtforms.validators import InputRequired

from campaign.formbase import CleanAddress, CleanText, CleanWebsite, PublicForm, six_digits
from campaign.languages import lazy
from campaign.letters.forms.fields import WebAddress


class ColleagueForm(PublicForm):
    """A representative names a colleague, who is asked to approve."""

    colleague = StringField(
        lazy("A colleague's address"),
        [CleanAddress()],
        description=lazy("On the domain of your organization's website. We mail one link, and publish nothing of it."),
    )


class ContactForm(PublicForm):
    """A representative names the contact that the organization publishes; an organizer looks at the page first."""

    contact = StringField(
        lazy("The address your organization publishes"), [CleanAddress()], description=lazy("Like info@ or press@.")
    )
    page = StringField(
        lazy("The page where it stands"),
        [InputRequired(lazy("Enter the address of the page where this contact stands")), CleanWebsite()],
        description=lazy("On your organization's own website."),
    )


class AnswerForm(PublicForm):
    """What somebody answers who was asked: a page that shows it, a note, or both."""

    page = StringField(
        lazy("A page that shows it"),
        [WebAddress()],
        description=lazy("Its full web address. Only the organizers see it."),
    )
    note = TextAreaField(
        lazy("A note"),
        [CleanText(1000, breaks=True, links=True)],
        description=lazy("At most 1,000 characters. Only the organizers see it."),
    )

    def validate_note(self, field: Any) -> None:
        """One of the two is needed."""
        if not field.data and not self.page.data:
            raise ValidationError(lazy("Give a page, or write a note"))


class SecondAddressForm(PublicForm):
    """Another address of one's own."""

    email = StringField(
        lazy("Another address of yours"),
        [CleanAddress()],
        description=lazy(
            "For example at work. Never published; we mail a code there, and keep only what follows the @."
        ),
    )


class AskedCodeForm(PublicForm):
    """The six digits that another address of somebody who was asked got."""

    code = six_digits()
