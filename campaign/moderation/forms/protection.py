"""Forms of the page of protection: switches, alarms, lists."""

from __future__ import annotations

from wtforms import BooleanField, SelectField, StringField
from wtforms.validators import AnyOf, InputRequired, Length

from campaign.formbase import PostedForm, options
from campaign.languages import lazy


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
