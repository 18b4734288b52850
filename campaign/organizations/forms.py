"""The forms of the coalition board."""

from __future__ import annotations

from typing import Any

from wtforms import BooleanField, DateTimeLocalField, StringField, TextAreaField
from wtforms.validators import Optional

from campaign.formbase import CleanAddress, CleanCountry, CleanText, CleanWebsite, CountrySelect, PostedForm
from campaign.languages import lazy
from campaign.letters.forms.fields import (
    NO_TIME_OR_EMPTY,
    TIMES,
    AddressOrNothing,
    DeskForm,
    SaysWhen,
    WebsiteOrNothing,
    line,
)


class ListForm(DeskForm):
    """Organizations, pasted."""

    listed = TextAreaField(
        lazy("Organizations, one a line"),
        description=lazy("Name; contact person; email; website. Cells copied from a spreadsheet will do."),
    )


class BoardForm(DeskForm):
    """Until when organizations answer, and what they see of one another."""

    due_at = DateTimeLocalField(
        lazy("Answers are due"),
        [SaysWhen(NO_TIME_OR_EMPTY), Optional()],
        format=TIMES,
    )
    shows_names = BooleanField(
        lazy("Show on each page who is on so far"),
        description=lazy("Many join when they see who did. Switch it off where names must not be known before."),
    )


class ContactsForm(DeskForm):
    """Who is written to, and how many have to approve."""

    contact = line(lazy("Contact"), 200)
    email = StringField(lazy("Email"), [CleanAddress()])
    second_contact = line(lazy("Second contact"), 200)
    second_email = StringField(
        lazy("Email of the second contact"), [AddressOrNothing()], description=lazy("Gets every mail too.")
    )
    needs_second = BooleanField(
        lazy("Two people have to approve"),
        description=lazy("The approval counts once a code to another address of the organization gave it again."),
    )


class AnswerForm(DeskForm):
    """The organizers' answer to a question or a comment."""

    text = TextAreaField(
        lazy("Your answer"), [CleanText(5000, breaks=True, links=True, missing=lazy("Write your answer"))]
    )


class AliasForm(DeskForm):
    """Another name of an organization."""

    name = StringField(
        lazy("Another name"),
        [CleanText(200, missing=lazy("Enter the other name"))],
        description=lazy("As others write it: an abbreviation, a former name, a name in another language."),
    )
    website = StringField(
        lazy("Website under that name"),
        [WebsiteOrNothing()],
        description=lazy("Only if it is another one. Whoever signs with it signs for this organization."),
    )


class PressForm(PostedForm):
    """A button that acts."""


class InstitutionListForm(DeskForm):
    """A list of institutions that was looked at, to be added."""

    listed = TextAreaField()


class InstitutionForm(DeskForm):
    """What is known of an institution."""

    name = StringField(
        lazy("Name"),
        [CleanText(200, missing=lazy("Enter the name of the institution"))],
        description=lazy("As it stands beside every signatory who names it."),
    )
    country = StringField(lazy("Country"), [CleanCountry()], widget=CountrySelect())
    website = StringField(lazy("Website"))

    def validate_website(self, field: Any) -> None:
        """A website may be missing."""
        field.data = (field.data or "").strip()
        if field.data:
            CleanWebsite()(self, field)


class InstitutionAliasForm(DeskForm):
    """One more name."""

    alias = StringField(lazy("Another name"), [CleanText(200, missing=lazy("Enter the other name"))])


class MergeForm(DeskForm):
    """The institution that another one is part of."""

    into = StringField(
        lazy("The institution that stays"),
        [CleanText(400, links=True, missing=lazy("Enter the name of the institution that stays"))],
        description=lazy("Its name, or the address of its page."),
    )
