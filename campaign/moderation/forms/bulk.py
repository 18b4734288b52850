"""Forms of a condition, and of one decision on all that fit it."""

from __future__ import annotations

from typing import Any, Self

from wtforms import DateTimeLocalField, SelectField, StringField, TextAreaField
from wtforms.validators import AnyOf, Length, Optional, Regexp

from campaign.formbase import PostedForm, options
from campaign.languages import lazy
from campaign.letters.forms.fields import SaysWhen
from campaign.letters.rules import moment_in
from campaign.moderation.conditions import Condition
from campaign.moderation.forms.rows import any_or
from campaign.moderation.rules import KINDS, NOTE_LIMIT, STATES, Ruling
from campaign.sentences import HOLDS, REJECTIONS, SIGNATURE_KINDS, SIGNATURE_STATES

NOT_A_TIME = lazy("Write a day and an hour, or leave it empty.")

# Nobody types these: they come with a link of an alarm, a queue or an import.
NOT_A_MARK = lazy("The link is not whole: open it again from the page you found it on.")


class ConditionForm(PostedForm):
    """Which signatures; read from an address as well as from a form. Everything may be empty."""

    state = SelectField(lazy("State"), default="", choices=any_or(STATES, SIGNATURE_STATES))
    kind = SelectField(lazy("Kind"), default="", choices=any_or(KINDS, SIGNATURE_KINDS))
    domain = StringField(
        lazy("Mail domain"),
        [Optional(), Regexp(r"(\*\.)?[\w.-]+$", message=lazy("Write a domain like example.org, or *.edu."))],
    )
    name = StringField(lazy("Name, with * for anything"), [Length(max=200)])
    rule = SelectField(lazy("Held because"), default="", choices=any_or(HOLDS, HOLDS))
    since = DateTimeLocalField(lazy("Signed from"), [SaysWhen(NOT_A_TIME), Optional()])
    until = DateTimeLocalField(lazy("Signed before"), [SaysWhen(NOT_A_TIME), Optional()])
    network = StringField(lazy("Network"), [Optional(), Regexp(r"[0-9a-f]{32}$", message=NOT_A_MARK)])
    batch = StringField(lazy("Import"), [Optional(), Regexp(r"[0-9]{1,9}$", message=NOT_A_MARK)])

    @classmethod
    def of_address(cls, args: Any) -> Self:
        """The condition an address asks for."""
        return cls(args, meta={"csrf": False})

    def condition(self, zone: str) -> Condition:
        """What was asked for, its times on the clocks of a zone."""
        return Condition(
            state=self.state.data or "",
            kind=self.kind.data or "",
            domain=(self.domain.data or "").lower(),
            name=(self.name.data or "").strip(),
            rule=self.rule.data or "",
            network=self.network.data or "",
            batch=int(self.batch.data) if self.batch.data else None,
            since=moment_in(self.since.data, zone) if self.since.data else None,
            until=moment_in(self.until.data, zone) if self.until.data else None,
        )


class BulkForm(ConditionForm):
    """One act on every signature that fits."""

    action = SelectField(
        lazy("What to do"),
        choices=options(
            (
                ("hold", lazy("Hold")),
                ("approve", lazy("Approve")),
                *((f"reject:{key}", lazy("Reject: %(why)s", why=words)) for key, words in REJECTIONS.items()),
            )
        ),
    )
    note = TextAreaField(lazy("Note"), [Length(max=NOTE_LIMIT)], description=lazy("Kept with each decision."))

    @property
    def ruling(self) -> Ruling:
        """The decision that was chosen."""
        act, _, reason = (self.action.data or "").partition(":")
        return Ruling(act, reason, (self.note.data or "").strip())


class StepForm(PostedForm):
    """The next step of a decision by condition."""

    action = StringField(validators=[AnyOf(["start", "cancel", "undo"])])
