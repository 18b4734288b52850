"""Forms of the desk. Rows are ids with the state the organizer saw: `17:held`."""

from __future__ import annotations

from wtforms import BooleanField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import AnyOf, InputRequired, Length

from campaign.formbase import PostedForm
from campaign.languages import lazy
from campaign.moderation.rules import NOTE_LIMIT, PAGE, ROW_LIMIT, Ruling

# The parts of a row's value.
Row = tuple[int, str]


def read_row(text: str | None) -> Row:
    """`17:held` as (17, "held"). Raises ValueError."""
    number, _, state = (text or "").partition(":")
    if not (number.isascii() and number.isdigit() and len(number) < 11 and 0 < int(number) < ROW_LIMIT and state):
        raise ValueError("not a row")
    return int(number), state


def read_id(text: str | None) -> int:
    """The id of a decision. Raises ValueError."""
    return read_row(f"{text}:x")[0]


class DecisionForm(PostedForm):
    """One act on the rows named: `action` is approve, hold, vouch, or reject with a reason, `reject:duplicate`."""

    row = SelectMultipleField(
        coerce=read_row,
        validate_choice=False,
        validators=[
            InputRequired(lazy("Choose at least one signature first.")),
            Length(max=PAGE, message=lazy("Decide on one page of signatures at a time.")),
        ],
    )
    action = StringField(validators=[InputRequired(lazy("Use one of the buttons."))])
    note = TextAreaField(
        lazy("Note"),
        [Length(max=NOTE_LIMIT)],
        description=lazy("Kept with the decision. The signatory sees it only if you tell them of a rejection."),
    )
    tell = BooleanField(lazy("Tell the person, with the reason"))
    after = StringField()
    kind = StringField()

    @property
    def ruling(self) -> Ruling:
        """The decision that was pressed."""
        act, _, reason = (self.action.data or "").partition(":")
        return Ruling(act, reason, (self.note.data or "").strip(), bool(self.tell.data))


class UndoForm(PostedForm):
    """Decisions to take back."""

    decision = SelectMultipleField(
        coerce=read_id, validate_choice=False, validators=[InputRequired(), Length(max=PAGE)]
    )


class AgainForm(PostedForm):
    """A job to run again."""

    job = StringField(validators=[InputRequired()])


class LogoForm(PostedForm):
    """A logo for an organization: `action` is save, with a file beside the form, or remove."""

    action = StringField(validators=[AnyOf(["save", "remove"])])
