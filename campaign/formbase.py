"""The public form's protection: a signed token that needs no cookie, the same for all readers.

The default token of Flask-WTF lives in the session: it sets a cookie on every reader and forbids
caching. This one is HMAC(key, letter, hour), valid for 24 hours, and travels in the page alone.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from functools import cache, lru_cache
from typing import Any, Protocol

from flask import current_app, g, request
from flask_wtf import FlaskForm
from markupsafe import Markup
from werkzeug.datastructures import MultiDict
from wtforms import StringField, ValidationError
from wtforms.csrf.core import CSRF, CSRFTokenField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than the types published for it
from wtforms.i18n import get_translations
from wtforms.widgets import html_params

from campaign.languages import current_locale, lazy
from campaign.lib import clock, countries, emails, tokens
from campaign.lib.names import BadText, clean_text


def options(words: Iterable[tuple[str, Any]]) -> list[SelectChoice]:
    """The choices of a select or radio field from pairs of value and words."""
    return [SelectChoice(value, text) for value, text in words]


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


@cache
def form_words(locale: str) -> Any:
    """WTForms' own messages in a language; Flask-WTF would read them from the disk for every form."""
    return get_translations([locale])


class PostedForm(FlaskForm):
    """A form of text fields and boxes: a file or JSON sent in their place counts as nothing sent."""

    class Meta(FlaskForm.Meta):
        def get_translations(self, form: Any) -> Any:
            """The messages of fields in the language of the page."""
            return form_words(current_locale())

        def wrap_formdata(self, form: Any, formdata: Any) -> Any:
            """Only what a page's form posts; Flask-WTF would hand on files and JSON, which no field here can take."""
            if formdata is None or isinstance(formdata, MultiDict):
                return formdata
            return request.form or None

    def validate(self, *args: Any, **kwargs: Any) -> bool:
        """Whether everything holds. The form stays at hand, so that a refusal can be told in JSON as well."""
        g.posted_form = self
        return bool(super().validate(*args, **kwargs))


class PublicForm(PostedForm):
    """A form for readers and signatories: stateless token, everything typed comes back on errors."""

    class Meta(PostedForm.Meta):
        csrf = True
        csrf_class = StatelessToken
        csrf_field_name = "csrf_token"

    def __init__(self, scope: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, meta={"csrf_context": scope}, **kwargs)


TEXT_ERRORS: dict[str, Any] = {
    "too_long": lazy("This is too long. Shorten it a little."),
    "links": lazy("Leave out web and mail addresses; they are not shown here."),
    "markup": lazy("Leave out the markup; write plain words."),
    "nothing_visible": lazy("This has no visible characters. Type it again."),
}
ADDRESS_ERRORS: dict[str, Any] = {
    "empty": lazy("Enter your email address"),
    "no_at": lazy("Enter an email address with an @, like name@example.org"),
    "several": lazy("Enter one email address only"),
    "ip_address": lazy("Enter an email address with a domain, like name@example.org"),
    "too_long": lazy("This email address is too long. Check it, or use another one"),
    "malformed": lazy("Check the email address; it should look like name@example.org"),
}
WEBSITE_ERRORS: dict[str, Any] = {
    "empty": lazy("Enter the website of the organization"),
    "email_address": lazy("Enter a website, like example.org, not an email address"),
    "scheme": lazy("Enter a website that begins with https://, like https://example.org"),
    "credentials": lazy("Leave out the user name and password in the website's address"),
    "ip_address": lazy("Enter the website's name, like example.org, not its number"),
    "malformed": lazy("Check the website; it should look like https://example.org"),
}


class CleanText:
    """Cleans what was typed (trim, NFC, nothing invisible) and says what to do when it cannot stand."""

    def __init__(self, max_length: int, *, missing: Any = None, breaks: bool = False, links: bool = False) -> None:
        self.max_length, self.missing, self.breaks, self.links = max_length, missing, breaks, links
        self.field_flags = {"required": True} if missing else {}

    def __call__(self, form: Any, field: Any) -> None:
        try:
            text = clean_text(field.data or "", self.max_length, allow_breaks=self.breaks, refuse_links=not self.links)
        except BadText as error:
            if error.reason == "nothing_visible" and not self.missing:
                text = ""
            elif error.reason == "nothing_visible":
                raise ValidationError(self.missing) from None
            else:
                raise ValidationError(TEXT_ERRORS[error.reason]) from None
        if self.missing and not text:
            raise ValidationError(self.missing)
        field.data = text


class SixDigits(CleanText):
    """Takes the digits of a code; spaces and hyphens between them are fine."""

    def __call__(self, form: Any, field: Any) -> None:
        super().__call__(form, field)
        field.data = "".join(sign for sign in field.data if sign.isalnum())


def six_digits() -> StringField:
    """The field for the code of a mail."""
    return StringField(lazy("Six-digit code from the mail"), [SixDigits(20, missing=lazy("Enter the six digits"))])


class CleanAddress:
    """Checks an address by shape alone; the parsed form is left at `field.address`."""

    field_flags = {"required": True}  # WTForms reads it from the validator as it stands

    def __call__(self, form: Any, field: Any) -> None:
        try:
            field.address = emails.parse_address(field.data or "")
        except emails.BadAddress as error:
            sentence = ADDRESS_ERRORS.get(error.reason, ADDRESS_ERRORS["malformed"])
            raise ValidationError(sentence) from None
        field.data = field.address.typed


class CleanWebsite:
    """Checks a website by shape alone, and completes it to https://."""

    field_flags = {"required": True}  # WTForms reads it from the validator as it stands

    def __call__(self, form: Any, field: Any) -> None:
        try:
            field.data = emails.clean_website(field.data or "")
        except emails.BadWebsite as error:
            sentence = WEBSITE_ERRORS.get(error.reason, WEBSITE_ERRORS["malformed"])
            raise ValidationError(sentence) from None


class CleanCountry:
    """Takes a two-letter code or a country's name in a shipped language; empty stays empty."""

    def __call__(self, form: Any, field: Any) -> None:
        if not (field.data or "").strip():
            field.data = ""
            return
        try:
            field.data = countries.country_code(field.data)
        except countries.BadCountry:
            raise ValidationError(lazy("Choose a country from the list, or leave it empty")) from None


class CountrySelect:
    """A text field as a list of the 250 countries, put together once per language and chosen country."""

    def __call__(self, field: Any, **kwargs: Any) -> Markup:
        locale = current_locale()
        chosen = field.data if field.data in country_codes(locale) else ""
        attributes = html_params(name=field.name, **{"id": field.id, **kwargs})
        # Both parts are escaped where they are made.
        return Markup(f"<select {attributes}>{country_options(locale, chosen)}</select>")  # noqa: S704


@cache
def country_codes(locale: str) -> frozenset[str]:
    """The codes a list of countries in this language has."""
    return frozenset(code for code, _name in countries.choices(locale))


@lru_cache(maxsize=512)
def country_options(locale: str, chosen: str) -> Markup:
    """The options of a list of countries as HTML, the first of them empty."""
    option, selected = Markup('<option value="{}">{}</option>'), Markup('<option selected value="{}">{}</option>')
    listed = [("", ""), *countries.choices(locale)]
    return Markup("").join((selected if code == chosen else option).format(code, name) for code, name in listed)


class HasLetterSwitches(Protocol):
    """What decides which fields a letter asks for."""

    kind: str
    asks_title: bool
    asks_affiliation: bool
    asks_place: bool
    asks_country: bool
    asks_comment: bool
    offers_updates: bool


def hour_of(moment: datetime) -> int:
    """The hour the token of a cached page belongs to, for its ETag."""
    return int(moment.timestamp() // 3600)
