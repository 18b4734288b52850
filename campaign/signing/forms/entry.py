"""The forms of an entry: what a person or a representative signs with, and corrects."""

from __future__ import annotations

from wtforms import BooleanField, HiddenField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired

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
from campaign.lib.numbers import whole_number
from campaign.sentences import ORGANIZATION_TYPES

CONSENTS = ("wants_results", "wants_updates")
ORGANIZATION_CHOICES = options(ORGANIZATION_TYPES.items())


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
        return whole_number(self.version.data or "")

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
