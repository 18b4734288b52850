"""Forms of logos, and of jobs that failed."""

from __future__ import annotations

from wtforms import StringField
from wtforms.validators import AnyOf, InputRequired

from campaign.formbase import PostedForm


class AgainForm(PostedForm):
    """A job to run again."""

    job = StringField(validators=[InputRequired()])


class LogoForm(PostedForm):
    """A logo for an organization: `action` is save, with a file beside the form, or remove."""

    action = StringField(validators=[AnyOf(["save", "remove"])])
