"""Forms that decide: on rows of the queue, on pairs, and taking back."""

from __future__ import annotations

from wtforms import BooleanField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import AnyOf, InputRequired, Length

from campaign.formbase import CleanText, PostedForm
from campaign.languages import lazy
from campaign.moderation.forms.rows import read_id, read_row
from campaign.moderation.rules import NOTE_LIMIT, PAGE, QUESTION_LIMIT, Question, Ruling


class DecisionForm(PostedForm):
    """One act on the rows named: `action` is approve, hold, vouch, reject with a reason, `reject:duplicate`, or ask."""

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
    question = TextAreaField(
        lazy("Your own question"),
        [CleanText(QUESTION_LIMIT, breaks=True, links=True)],
        description=lazy("Mailed to the person as you write it. Do not name others in it."),
    )
    after = StringField()
    kind = StringField()

    @property
    def ruling(self) -> Ruling:
        """The decision that was pressed."""
        act, _, reason = (self.action.data or "").partition(":")
        return Ruling(act, reason, (self.note.data or "").strip(), bool(self.tell.data))

    @property
    def asked(self) -> Question:
        """The question that was pressed: a ready one, `ask:affiliation`, or the organizer's own, `ask`."""
        ready = (self.action.data or "").partition(":")[2]
        return Question(ready=ready) if ready else Question(words=self.question.data or "")


class UndoForm(PostedForm):
    """Decisions to take back."""

    decision = SelectMultipleField(
        coerce=read_id, validate_choice=False, validators=[InputRequired(), Length(max=PAGE)]
    )


class PairForm(PostedForm):
    """What two signatures are: `action` is merge:first or merge:second, by which one stays, or apart.

    `at` is the signature that was open in the queue, where it was pressed there.
    """

    pair = StringField(validators=[InputRequired()])
    action = StringField(validators=[AnyOf(["merge:first", "merge:second", "apart"])])
    at = StringField()
    after = StringField()
    kind = StringField()
