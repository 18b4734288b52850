"""The public form's protection: a signed token that needs no cookie, the same for all readers.

The default token of Flask-WTF lives in the session: it sets a cookie on every reader and forbids
caching. This one is HMAC(key, letter, hour), valid for 24 hours, and travels in the page alone.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import current_app
from flask_wtf import FlaskForm
from wtforms import ValidationError
from wtforms.csrf.core import CSRF, CSRFTokenField

from campaign.languages import lazy
from campaign.lib import clock, tokens


def form_key() -> bytes:
    """The key of public form tokens, derived from SECRET_KEY."""
    return tokens.derive_key(current_app.config["SECRET_KEY"], "form")


class StatelessToken(CSRF):
    """Makes and checks the token; `scope` is what the form belongs to, e.g. `letter:17`."""

    def setup_form(self, form: Any) -> Any:
        self.scope: str = form.meta.csrf_context
        return super().setup_form(form)

    def generate_csrf_token(self, csrf_token_field: CSRFTokenField) -> str:
        return tokens.form_token(form_key(), self.scope, clock.now())

    def validate_csrf_token(self, form: Any, field: CSRFTokenField) -> None:
        try:
            tokens.check_form_token(form_key(), self.scope, field.data or "", clock.now())
        except tokens.BadToken:
            # WTForms keeps what was sent; the page needs a token that works.
            raise ValidationError(
                lazy("This page was open for too long. Nothing is lost: press the button once more.")
            ) from None


class PublicForm(FlaskForm):
    """A form for readers and signatories: stateless token, everything typed comes back on errors."""

    class Meta(FlaskForm.Meta):
        csrf = True
        csrf_class = StatelessToken
        csrf_field_name = "csrf_token"

    def __init__(self, scope: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, meta={"csrf_context": scope}, **kwargs)


def hour_of(moment: datetime) -> int:
    """The hour the token of a cached page belongs to, for its ETag."""
    return int(moment.timestamp() // 3600)
