"""The forms of signatories: presence, length, format and cleaning."""

from __future__ import annotations

from typing import Any

from wtforms import BooleanField, DateField, HiddenField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Optional, ValidationError

from campaign.choices import LetterKind
from campaign.formbase import (
    CleanAddress,
    CleanCountry,
    CleanText,
    CleanWebsite,
    CountrySelect,
    HasLetterSwitches,
    PublicForm,
    options,
)
from campaign.languages import lazy
from campaign.letters.forms.fields import SaysWhen, WebAddress
from campaign.sentences import ORGANIZATION_TYPES

CONSENTS = ("wants_results", "wants_updates")
WAYS = {
    "person": lazy("As myself"),
    "organization": lazy("For an organization"),
    "employee": lazy("As an employee of the company, without being named"),
}
# The choice of another address on the organization's own domain.
OWN_DOMAIN = "own"
ORGANIZATION_CHOICES = options(ORGANIZATION_TYPES.items())


def version_id_of(sent: str) -> int | None:
    """The id of a version as a page sends it back; None for anything else."""
    return int(sent) if sent.isascii() and sent.isdigit() and len(sent) < 19 else None


class WantedNews(PublicForm):
    """The boxes of consent; each is off until ticked, and its label is the sentence that is kept."""

    wants_results = BooleanField(lazy("Tell me what comes of this letter, in at most four mails"))
    wants_updates = BooleanField(lazy("Send me news from the lead organization"))
    homepage = StringField()
    seconds = HiddenField()
    # A solved puzzle, where the letter asks for one.
    altcha = HiddenField()
    # The id of the version that stood on the page.
    version = HiddenField()

    @property
    def read_version(self) -> int | None:
        """The id of the version that was read; None where the form does not tell."""
        return version_id_of(self.version.data or "")

    def name_sender(self, sender: str) -> None:
        """Says who will write; without a sender's box there is none."""
        if "wants_updates" in self:
            self.wants_updates.label.text = lazy("Send me news from %(sender)s", sender=sender)

    def consents(self) -> dict[str, str]:
        """The ticked boxes with the exact sentence that stood beside them."""
        return {name: str(self[name].label.text) for name in CONSENTS if name in self and self[name].data}

    def keep(self, names: dict[str, bool]) -> None:
        """Removes the fields that this letter does not ask for."""
        for name, wanted in names.items():
            if not wanted and name in self:
                delattr(self, name)


class SignForm(WantedNews):
    """A person signs: two required fields, the rest as the letter asks."""

    name = StringField(lazy("Your name"), [CleanText(200, missing=lazy("Enter your name"))])
    email = StringField(
        lazy("Email"), [CleanAddress()], description=lazy("Never published. We send one link to confirm.")
    )
    title = StringField(lazy("Title or role"), [CleanText(200)], description=lazy("Shown for identification only."))
    affiliation = StringField(lazy("Affiliation"), [CleanText(200)], description=lazy("Shown for identification only."))
    # Asked only where several institutions have the name that was typed.
    institution = RadioField(lazy("Which one do you mean?"), choices=[], validate_choice=False)
    place = StringField(lazy("Place"), [CleanText(120)])
    country = StringField(lazy("Country"), [CleanCountry()], widget=CountrySelect())
    comment = TextAreaField(
        lazy("Comment"), [CleanText(500, breaks=True, links=True)], description=lazy("At most 500 characters.")
    )
    is_private = BooleanField(
        lazy("Keep my name private"), description=lazy("Counted, and seen by the organizers only.")
    )

    def fit(self, letter: HasLetterSwitches, sender: str) -> None:
        """Keeps the fields the letter asks for."""
        self.keep(
            {
                "title": letter.asks_title,
                "affiliation": letter.asks_affiliation,
                "institution": letter.asks_affiliation and letter.kind == LetterKind.ACADEMICS,
                "place": letter.asks_place,
                "country": letter.asks_country,
                "comment": letter.asks_comment,
                "wants_updates": letter.offers_updates,
            }
        )
        self.name_sender(sender)


class OrganizationForm(WantedNews):
    """Somebody signs for an organization."""

    organization = StringField(
        lazy("Name of the organization"),
        [CleanText(200, missing=lazy("Enter the name of the organization"))],
        description=lazy("As it will stand under the letter."),
    )
    legal_name = StringField(lazy("Legal name, if different"), [CleanText(200)])
    website = StringField(
        lazy("Website"),
        [CleanWebsite()],
        description=lazy("We check that your address lies on the same domain."),
    )
    type = SelectField(  # type: ignore[call-arg]
        lazy("Kind of organization"),
        choices=ORGANIZATION_CHOICES,
        default="ngo",
        filters=[lambda sent: sent or "ngo"],
        invalid_choice_message=lazy("Choose the kind of organization from the list"),
    )
    country = StringField(lazy("Country"), [CleanCountry()], widget=CountrySelect())
    name = StringField(lazy("Your name"), [CleanText(200, missing=lazy("Enter your name"))])
    role = StringField(lazy("Your role"), [CleanText(200, missing=lazy("Enter your role in the organization"))])
    email = StringField(
        lazy("Work email"), [CleanAddress()], description=lazy("Never published. We send one link to confirm.")
    )
    may_speak = BooleanField(
        lazy("I may speak for this organization"),
        [InputRequired(lazy("Tick the box if you may speak for the organization; without that it cannot sign"))],
    )
    show_representative = BooleanField(
        lazy("Show my name and role beside the organization"),
        description=lazy("Otherwise it is listed without people."),
    )

    def fit(self, letter: HasLetterSwitches, sender: str) -> None:
        """Keeps the fields the letter asks for."""
        self.keep({"wants_updates": letter.offers_updates})
        self.name_sender(sender)


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

    code = StringField(lazy("Six-digit code from the mail"), [CleanText(20, missing=lazy("Enter the six digits"))])
    email = StringField(lazy("Email"), [CleanAddress()])
    s = HiddenField()

    def validate_code(self, field: Any) -> None:
        """Spaces and hyphens between the digits are fine."""
        field.data = "".join(character for character in field.data or "" if character.isalnum())


class AskedCodeForm(PublicForm):
    """The six digits that another address of somebody who was asked got."""

    code = StringField(lazy("Six-digit code from the mail"), [CleanText(20, missing=lazy("Enter the six digits"))])

    def validate_code(self, field: Any) -> None:
        """Spaces and hyphens between the digits are fine."""
        field.data = "".join(character for character in field.data or "" if character.isalnum())


class AddressForm(PublicForm):
    """Only an address: for a new mail, or for one's own links."""

    email = StringField(lazy("Email"), [CleanAddress()])
    s = HiddenField()


class PressForm(PublicForm):
    """A page whose button acts: nothing but the token, and the digest of what was seen."""

    digest = HiddenField()


class ServerForm(PublicForm):
    """The name of one's own Mastodon server."""

    server = StringField(
        lazy("Your Mastodon server"), [CleanText(100, missing=lazy("Enter the name of your server"), links=True)]
    )


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

    code = StringField(lazy("Six-digit code from the mail"), [CleanText(20, missing=lazy("Enter the six digits"))])
    digest = HiddenField()

    def validate_code(self, field: Any) -> None:
        """Spaces and hyphens between the digits are fine."""
        field.data = "".join(character for character in field.data or "" if character.isalnum())


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


class MyPersonForm(SignForm):
    """One's own signature: the same fields, without the address."""

    def fit(self, letter: HasLetterSwitches, sender: str) -> None:
        """Keeps the fields the letter asks for, and none that only signing needs."""
        super().fit(letter, sender)
        self.keep({"email": False, "homepage": False, "seconds": False, "altcha": False, "version": False})


class MyOrganizationForm(OrganizationForm):
    """One's own endorsement: the same fields, without the address."""

    def fit(self, letter: HasLetterSwitches, sender: str) -> None:
        """Keeps the fields the letter asks for, and none that only signing needs."""
        super().fit(letter, sender)
        self.keep(
            {"email": False, "may_speak": False, "homepage": False, "seconds": False, "altcha": False, "version": False}
        )
