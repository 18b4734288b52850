"""What a target answered, what that means for each demand, and what was promised."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, ClassVar

from wtforms import BooleanField, FileField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired

from campaign.delivery.forms.deliveries import SaysWhy
from campaign.formbase import CleanText, options
from campaign.languages import lazy
from campaign.letters.forms.fields import WebAddress, area, day, line
from campaign.letters.forms.rows import PRECISIONS, Happened
from campaign.sentences import REASONS
from campaign.sentences.deliveries import AUDIENCES, COMMITMENT_STATES, DEMAND_STATUSES, RESPONSE_KINDS

TEXT_LENGTH = 40_000
NO_TEXT = lazy("Enter the text of the answer, word for word.")
NOT_NAMED = [("", lazy("Says nothing of it"))]


class AboutForm(SaysWhy):
    """Which letters a response is about; the fields of each letter and demand are added by `about_form`."""

    places: ClassVar[Sequence[tuple[int, int]]] = ()

    def about(self) -> dict[tuple[int, int], str | None]:
        """What was ticked: each demand that has a status, and letters ticked as a whole where none of theirs has."""
        said: dict[tuple[int, int], str | None] = {
            place: self[name_of(*place)].data for place in self.places if place[1] and self[name_of(*place)].data
        }
        for letter_id in {letter_id for letter_id, _number in self.places}:
            if self[name_of(letter_id, 0)].data and not any(named == letter_id for named, _number in said):
                said[letter_id, 0] = None
        return said


def name_of(letter_id: int, number: int) -> str:
    """The field of a demand, or with number 0 that of the letter."""
    return f"about-{letter_id}-{number}"


def about_form(base: type[AboutForm], places: Iterable[tuple[int, int]]) -> type[Any]:
    """The form with a box for each letter (number 0), and a choice for each demand."""
    known = list(places)
    members: dict[str, Any] = {"places": known}
    for letter_id, number in known:
        members[name_of(letter_id, number)] = (
            SelectField(
                lazy("Demand %(number)s", number=number), choices=options([*NOT_NAMED, *DEMAND_STATUSES.items()])
            )
            if number
            else BooleanField(lazy("It answers this letter"))
        )
    return type(base.__name__, (base,), members)


class ResponseForm(AboutForm):
    """A response as an organizer records it; the choices of target are handed in by the view."""

    target = SelectField(lazy("Who answered"), [InputRequired()], coerce=int, validate_choice=False)
    kind = SelectField(
        lazy("What it is"), [InputRequired()], choices=options(RESPONSE_KINDS.items()), default="statement"
    )
    audience = SelectField(
        lazy("To whom"),
        [InputRequired()],
        choices=options(AUDIENCES.items()),
        default="press",
        description=lazy("Only what is said to the signatories stops the clock."),
    )
    happened = StringField(
        lazy("When"), [CleanText(40, missing=REASONS["bad_happened"]), Happened()], description=REASONS["bad_happened"]
    )
    precision = SelectField(lazy("How exact"), [InputRequired()], choices=options(PRECISIONS), default="day")
    actor = line(lazy("Who spoke or acted"), 200, hint=lazy("A person, an office, or the company."))
    title = line(lazy("Title"), 300)
    text = TextAreaField(
        lazy("The whole text"),
        [CleanText(TEXT_LENGTH, missing=NO_TEXT, breaks=True, links=True)],
        description=lazy("Word for word; for something done, what was done."),
    )
    source = line(lazy("Source"), 300)
    url = StringField(lazy("Web address"), [WebAddress()])
    file = FileField(lazy("Document"), description=lazy("The answer as it came: PDF, PNG or JPEG, 10 MB at most."))


class DecideForm(AboutForm):
    """Whether an answer through the target's own link is published, and what it means."""

    reason = area(
        lazy("Reason for setting it aside"),
        2000,
        lazy("Shown in public in place of the answer. Publishing needs none."),
    )


class CommitmentForm(SaysWhy):
    """A promise, or whether one was kept."""

    text = line(lazy("What was promised"), 1000, lazy("Enter what was promised, in a sentence."))
    due_on = day(lazy("By when"))


class CommitmentStateForm(SaysWhy):
    """Whether a promise was kept."""

    state = SelectField(lazy("State"), [InputRequired()], choices=options(COMMITMENT_STATES.items()))
    state_note = line(lazy("How one can tell"), 300)


class OutcomeForm(SaysWhy):
    """What became of a request for a correction."""

    outcome = area(lazy("What became of it"), 2000)
