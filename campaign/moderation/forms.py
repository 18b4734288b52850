"""Forms of the desk. Rows are ids with the state the organizer saw: `17:held`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Self

from wtforms import (
    BooleanField,
    DateTimeLocalField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than the types published for it
from wtforms.validators import AnyOf, InputRequired, Length, Optional, Regexp
from wtforms.widgets import CheckboxInput, ListWidget

from campaign.formbase import CleanAddress, CleanText, CleanWebsite, PostedForm, options
from campaign.languages import lazy
from campaign.letters.forms.fields import SaysWhen
from campaign.letters.rules import moment_in
from campaign.moderation.conditions import Condition
from campaign.moderation.rules import KINDS, NOTE_LIMIT, PAGE, QUESTION_LIMIT, ROW_LIMIT, STATES, Question, Ruling
from campaign.sentences import HOLDS, REJECTIONS, SIGNATURE_KINDS, SIGNATURE_STATES

NO_TIME = lazy("Write a day and a time as 2026-05-22 18:00.")
# As browsers send a time, and without seconds.
TIMES = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"]
# The parts of a row's value.
Row = tuple[int, str]
NOT_A_TIME = lazy("Write a day and an hour, or leave it empty.")


def any_or(names: Iterable[str], words: Mapping[str, Any]) -> list[SelectChoice]:
    """All, or one of some names, each with its words."""
    return options((("", lazy("All")), *((name, words[name]) for name in names)))


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


class AskContactForm(PostedForm):
    """The contact that an organization publishes, and where; it is asked at once."""

    contact = StringField(
        lazy("Published contact"), [CleanAddress()], description=lazy("The address as it stands on their own website.")
    )
    page = StringField(
        lazy("The page where you found it"),
        [InputRequired(lazy("Enter the address of the page where this contact stands")), CleanWebsite()],
        description=lazy("Kept as evidence."),
    )


class AskColleagueForm(PostedForm):
    """A second person at the organization, who is asked at once."""

    colleague = StringField(
        lazy("Colleague's address"), [CleanAddress()], description=lazy("On the organization's own domain.")
    )


class AuthorityPressForm(PostedForm):
    """A look at the domain, or what was found on the page of a contact that the representative named: its `request`."""

    request = StringField()

    @property
    def request_id(self) -> int:
        """The number sent; 0 for none."""
        sent = self.request.data or ""
        return int(sent) if sent.isascii() and sent.isdigit() and len(sent) < 11 else 0


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
    network = StringField(lazy("Network"), [Optional(), Regexp(r"[0-9a-f]{32}$")])
    batch = StringField(lazy("Import"), [Optional(), Regexp(r"[0-9]{1,9}$")])

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


class ProtectionForm(PostedForm):
    """A switch of the page of protection, with a reason where one is asked for."""

    action = StringField(validators=[AnyOf(["hold", "release", "ask", "stop"])])
    reason = StringField(lazy("Why"), [Length(max=300)], description=lazy("For your team: what you saw."))


class AlarmForm(PostedForm):
    """An alarm that was looked at, or is over."""

    action = StringField(validators=[AnyOf(["seen", "over"])])


class GuardForm(PostedForm):
    """An entry of the lists: `action` is try or add."""

    side = SelectField(
        lazy("List"),
        choices=options((("blocked", lazy("Blocked: held")), ("trusted", lazy("Trusted: no limit of networks")))),
    )
    entry = StringField(
        lazy("Domain, network or address"),
        [InputRequired(lazy("Write a domain like *.edu, a network like 192.0.2.0/24, or an address."))],
        description=lazy("*.edu, example.org, 192.0.2.0/24 or name@example.org."),
    )
    comment = StringField(lazy("Comment"), [Length(max=300)])
    everywhere = BooleanField(lazy("On every letter of this site"))
    action = StringField(validators=[AnyOf(["try", "add"])])


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


class AgainForm(PostedForm):
    """A job to run again."""

    job = StringField(validators=[InputRequired()])


class LogoForm(PostedForm):
    """A logo for an organization: `action` is save, with a file beside the form, or remove."""

    action = StringField(validators=[AnyOf(["save", "remove"])])


class SwitchForm(PostedForm):
    """A hold rule to switch `on` or `off`."""

    rule = StringField(validators=[InputRequired()])
    action = StringField(validators=[AnyOf(["on", "off"])])


class LeadersForm(PostedForm):
    """The names of who leads a target, one a line."""

    names = TextAreaField(lazy("Names, one a line"), [Length(max=20_000)])

    def listed(self) -> list[str]:
        """The names that were written."""
        return [text.strip()[:200] for text in (self.names.data or "").splitlines() if text.strip()]


class PressedForm(PostedForm):
    """A button of the desk with nothing beside it."""


class MuteForm(PostedForm):
    """Rules that hold nobody for a while; times are on the clocks of the letter's zone."""

    rules = SelectMultipleField(
        lazy("Rules to mute"),
        [InputRequired(lazy("Choose at least one rule."))],
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    place = StringField(
        lazy("What happens where"),
        [CleanText(200, missing=lazy("Write what happens where, like: stall at the march, Porto."))],
        description=lazy("Like: stall at the march, Porto."),
    )
    starts_at = DateTimeLocalField(lazy("From"), [SaysWhen(NO_TIME), InputRequired(NO_TIME)], format=TIMES)
    ends_at = DateTimeLocalField(lazy("To"), [SaysWhen(NO_TIME), InputRequired(NO_TIME)], format=TIMES)
    reason = TextAreaField(
        lazy("Reason"),
        [CleanText(500, breaks=True, links=True)],
        description=lazy("For your team. Stays with the letter."),
    )

    def offer(self, rules: list[tuple[str, Any]]) -> None:
        """Offers the rules that have a switch."""
        self.rules.choices = options(rules)

    def window(self, zone: str) -> tuple[datetime, datetime]:
        """From when to when; asked once the form holds."""
        starts_at, ends_at = (moment_in(field.data, zone) for field in (self.starts_at, self.ends_at) if field.data)
        return starts_at, ends_at
