"""The form of a complaint."""

from __future__ import annotations

from wtforms import BooleanField, StringField, TextAreaField
from wtforms.validators import AnyOf

from campaign.formbase import CleanText, PostedForm
from campaign.moderation.forms.rows import Row, read_row
from campaign.moderation.rules import NOTE_LIMIT


class CaseForm(PostedForm):
    """What is done about a complaint: `action` is note, answer, remove, correct, dismiss or reopen.

    `row` is the signature it is about with its state, `words` what an organizer writes.
    """

    action = StringField(validators=[AnyOf(["note", "answer", "remove", "correct", "dismiss", "reopen"])])
    row = StringField()
    words = TextAreaField(validators=[CleanText(NOTE_LIMIT * 4, breaks=True, links=True)])
    name = StringField(validators=[CleanText(200)])
    title = StringField(validators=[CleanText(200)])
    affiliation = StringField(validators=[CleanText(200)])
    outcome = StringField()
    tell = BooleanField()

    @property
    def signature(self) -> Row:
        """The signature and the state that was seen; (0, "") for what is none."""
        try:
            return read_row(self.row.data)
        except ValueError:
            return 0, ""

    @property
    def entry(self) -> dict[str, str]:
        """The entry as it is to stand."""
        return {name: self[name].data or "" for name in ("name", "title", "affiliation")}
