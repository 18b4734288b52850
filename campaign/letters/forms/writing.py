"""The forms of campaigns, words, settings and moves. What is made of them are the plain values of `rules`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from wtforms import BooleanField, DateTimeLocalField, HiddenField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Optional

from campaign.formbase import options
from campaign.languages import lazy
from campaign.letters import rules
from campaign.letters.forms.fields import (
    NO_TIME_OR_EMPTY,
    TIMES,
    AddressOrNothing,
    DeskForm,
    SaysWhen,
    StoredForm,
    area,
    day,
    line,
    slug,
)
from campaign.sentences import LETTER_KINDS, PUBLICATION_MODES

KINDS = list(LETTER_KINDS.items())
# What can be done instead of rewriting words that somebody accepted, the mildest first (x-S14).
HOWS = [
    ("note", lazy("Put a status note above the text")),
    ("correction", lazy("Correct the text, with a reason that readers see")),
    ("new_text", lazy("Publish a new version, and ask everybody who signed")),
]


class CampaignEditForm(StoredForm):
    """What a campaign says of itself; its address stays."""

    title = line(lazy("Title"), 200, lazy("Enter a title for the campaign."))
    lead = line(
        lazy("Lead organization"), 200, hint=lazy("Who runs the campaign; stands under its letters and in its mails.")
    )
    reply_to = StringField(
        lazy("Address for replies"),
        [AddressOrNothing()],
        description=lazy("Replies of signatories to our mails go to this address."),
    )
    summary = area(lazy("What it is about"), 2000)
    letterhead = area(
        lazy("Letterhead"),
        500,
        lazy(
            "What stands at the top of printed letters, one line each: the name first, then address, telephone, email."
            " Empty: the lead organization."
        ),
    )


class CampaignForm(CampaignEditForm):
    """A new campaign."""

    slug = slug("rekognition-2018")


class NewLetterForm(DeskForm):
    """What a draft needs to exist; everything else is written in the editor."""

    title = line(lazy("Title"), 200, lazy("Enter a title for the letter."))
    slug = slug("rekognition-2018-coalition")
    target = line(
        lazy("Whom it asks"),
        200,
        lazy("Enter the company or body that the letter asks."),
        lazy("The company or body, like Example Corporation. More can be added later."),
    )
    kind = SelectField(lazy("Signed by"), [InputRequired()], choices=options(KINDS))
    language = line(lazy("Language"), 10, lazy("Enter a language tag, like en."), lazy("As a tag, like en or pt-BR."))
    timezone = SelectField(
        lazy("Time zone"),
        [InputRequired()],
        description=lazy("The letter opens and closes by its clocks."),
        validate_choice=False,
    )


class WordsForm(StoredForm):
    """Everything the letter says."""

    title = line(lazy("Title"), 200, lazy("Enter a title for the letter."))
    ask = line(lazy("The ask in one sentence"), 300, hint=lazy("Stands in mails and where the letter is shared."))
    dated_on = day(lazy("Date on the letter"))
    place = line(lazy("Place"), 120)
    salutation = line(lazy("Salutation"), 200, hint=lazy("Like: Dear Ms. Example,"))
    body = TextAreaField(
        lazy("Text"), description=lazy("Markdown. A footnote is [^1] in the text and [^1]: with its words below it.")
    )
    demands_intro = line(lazy("Line above the demands"), 300, hint=lazy("Like: We ask you to:"))
    demands = area(lazy("Demands"), 20_000, lazy("One a line. They are numbered in this order."))
    closing = area(lazy("Closing"), 2000, lazy("The last words, one paragraph a line. “Signed,” follows by itself."))

    def words(self) -> rules.Words:
        """What was typed, as the words of a version."""
        values = {
            field.name: field.data or ""
            for field in self
            if field.name not in ("csrf_token", "stamp", "dated_on", "demands")
        }
        demands = tuple(text.strip() for text in (self.demands.data or "").splitlines() if text.strip())
        return rules.Words(**values, dated_on=self.dated_on.data, demands=demands)


class NoteForm(StoredForm):
    """The note above the text."""

    note = area(
        lazy("What readers should know now"),
        1000,
        lazy("Stands above the text, which stays as it was signed. Empty takes it away."),
    )


class ChangeForm(DeskForm):
    """How words that were accepted change, beside the words themselves (`WordsForm`), which were checked before."""

    how = RadioField(lazy("How do you want to say it?"), choices=options(HOWS), default="note")
    note = area(
        lazy("Status note"),
        1000,
        lazy("Only for the first choice. Stands above the text; what you changed in the text is not saved then."),
    )
    # What the note said when the page was made.
    note_was = HiddenField()
    reason = area(
        lazy("What readers are told about the change"),
        1000,
        lazy("For the second and third choice. A correction needs it, like: A wrong figure in the second paragraph."),
    )


class SettingsForm(StoredForm):
    """How and when the letter is signed."""

    kind = SelectField(lazy("Signed by"), [InputRequired()], choices=options(KINDS))
    accepts_people = BooleanField(lazy("People may sign"))
    accepts_organizations = BooleanField(lazy("Organizations may sign"))
    mode = RadioField(lazy("What happens to a confirmed signature"), choices=options(PUBLICATION_MODES.items()))
    asks_title = BooleanField(lazy("Title or role"))
    asks_affiliation = BooleanField(lazy("Affiliation"))
    asks_place = BooleanField(lazy("Place"))
    asks_country = BooleanField(lazy("Country"))
    asks_comment = BooleanField(lazy("Comment"))
    offers_updates = BooleanField(lazy("Offer news from the lead organization, in a box that is not ticked"))
    watched = area(
        lazy("Names to hold"), 20_000, lazy("One a line. Whoever signs with such a name is held until somebody looked.")
    )
    language = line(lazy("Language"), 10, lazy("Enter a language tag, like en."), lazy("As a tag, like en or pt-BR."))
    timezone = SelectField(lazy("Time zone"), [InputRequired()], validate_choice=False)
    opens_at = DateTimeLocalField(
        lazy("Opens"),
        [SaysWhen(NO_TIME_OR_EMPTY), Optional()],
        format=TIMES,
        description=lazy("Needed only to schedule it."),
    )
    closes_at = DateTimeLocalField(
        lazy("Closes"),
        [SaysWhen(NO_TIME_OR_EMPTY), Optional()],
        format=TIMES,
        description=lazy("Empty: until you close it."),
    )
    notice = area(
        lazy("Notice"),
        2000,
        lazy("Stands above the text from the first day on. What has to be said later goes into the status note."),
    )
    is_reconstruction = BooleanField(lazy("This letter is a reconstruction, and the notice says so"))

    def settings(self) -> rules.Settings:
        """What was chosen; the times are read on the clocks of the zone. Asks for a zone that `rules.zones` knows."""
        names = rules.Settings.__dataclass_fields__.keys() - {"opens_at", "closes_at"}
        values: dict[str, Any] = {name: self[name].data for name in names}
        for name in ("opens_at", "closes_at"):
            local = self[name].data
            values[name] = rules.moment_in(local, self.timezone.data) if local else None
        return rules.Settings(**values)

    def watched_names(self, notes: Mapping[str, str]) -> list[rules.WatchedName]:
        """The names to hold; one that was there keeps its note."""
        names = [text.strip()[:200] for text in (self.watched.data or "").splitlines() if text.strip()]
        return [rules.WatchedName(name=name, note=notes.get(name, "")) for name in names]


class MoveForm(DeskForm):
    """One step in the life of a letter, with a reason where one is shown to readers."""

    reason = area(lazy("Reason"), 1000, lazy("Shown to everybody who comes to the letter's address."))


class HoldForm(DeskForm):
    """Why the clock may take nothing from a letter."""

    reason = area(
        lazy("Why it must stay"), 1000, lazy("Seen by the team of the campaign alone, like: Court of Lisbon, 12/2026.")
    )
