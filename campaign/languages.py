"""The one door to translations and to numbers, dates and names of countries in a language."""

from __future__ import annotations

import functools
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_datetime
from babel.numbers import format_decimal
from flask import Flask, g, has_request_context, request
from flask_babel import Babel, force_locale, get_domain, get_locale
from flask_babel import gettext as _
from flask_babel import ngettext as ngettext
from flask_babel.speaklater import LazyString
from markupsafe import escape

from campaign.lib import countries

__all__ = ["_", "current_locale", "force_locale", "lazy", "ngettext", "speak"]

SHIPPED = ("en",)
_babel = Babel()


class Words(LazyString):  # type: ignore[misc]  # the library has no types
    """A text that is translated where it is read. What is filled into it is escaped by pages like any other value."""

    def __html__(self) -> str:
        """The text as HTML; that of the library would let names that stand in it be markup."""
        return str(self._func(*self._args, **{name: _escaped(value) for name, value in self._kwargs.items()}))


def _escaped(value: object) -> object:
    return escape(value) if isinstance(value, str | LazyString) else value


def lazy(message: str, **values: object) -> Words:
    """A text that is translated when it is read, not when it is written down."""
    return Words(_, message, **values)


def speak(language: str) -> None:
    """From here on this request speaks the language of the letter it shows."""
    g.language = language if language in SHIPPED else SHIPPED[0]


def current_locale() -> str:
    """The language tag in use, e.g. `en`."""
    locale = get_locale()
    return str(locale) if locale else SHIPPED[0]


def _select_locale() -> str:
    if "language" in g:
        return str(g.language)
    if has_request_context():
        return request.accept_languages.best_match(SHIPPED, SHIPPED[0])
    return SHIPPED[0]


def number(value: int | float) -> str:
    """A number in full, grouped as the language does: 153,204."""
    return _number(value, current_locale())


@functools.lru_cache(maxsize=4096, typed=True)
def _number(value: int | float, locale: str) -> str:
    return format_decimal(value, locale=locale)


def longdate(value: date | datetime | None, zone: str = "UTC") -> str:
    """A day in words, 22 May 2026; moments are shown in `zone`; nothing for None."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        value = value.astimezone(ZoneInfo(zone)).date()
    return str(format_date(value, format="d MMMM y", locale=current_locale()))


def when(value: datetime | None, zone: str = "UTC") -> str:
    """A moment with hour and zone: 18 June 2018, 10:00 PDT; nothing for None."""
    if value is None:
        return ""
    moment = value.astimezone(ZoneInfo(zone))
    # The zone's own abbreviation, or its offset where it has none; Babel would write "GMT-7".
    name = moment.tzname() or moment.strftime("%z")
    return f"{format_datetime(moment, format='d MMMM y, HH:mm', locale=current_locale())} {name}"


def ago(value: datetime, now: datetime) -> str:
    """How long ago, in the largest whole unit: `4 min`, `3 h`, `2 days`."""
    minutes = max(0, int((now - value).total_seconds() // 60))
    if minutes < 60:
        return str(ngettext("%(num)s min", "%(num)s min", minutes))
    if minutes < 60 * 24:
        return str(ngettext("%(num)s h", "%(num)s h", minutes // 60))
    return str(ngettext("%(num)s day", "%(num)s days", minutes // (60 * 24)))


def country(code: str) -> str:
    """The name of a country by its two-letter code in the language in use."""
    return countries.country_name(code, current_locale()) if code else ""


def direction(language: str) -> str:
    """`ltr` or `rtl` for a language tag."""
    return Locale.parse(language, sep="-").text_direction


def iso(value: datetime) -> str:
    """For `datetime` attributes."""
    return value.astimezone(UTC).isoformat(timespec="seconds")


@functools.cache
def _catalogue(locale: Locale) -> Any:
    """The translations of a language, found once; asked only for the language in use."""
    return get_domain().get_translations()


def _say(message: str) -> str:
    """A template's word in the language in use. Flask-Babel's own way takes three times as long, 50 times a page."""
    locale = get_locale()
    return message if locale is None else str(_catalogue(locale).ugettext(message))


def _say_many(singular: str, plural: str, count: int) -> str:
    """A template's word for a number of things."""
    locale = get_locale()
    if locale is None:
        return singular if count == 1 else plural
    return str(_catalogue(locale).ungettext(singular, plural, count))


def init_app(app: Flask) -> None:
    """Binds translations, and the filters templates use for numbers, dates and countries."""
    _babel.init_app(app, locale_selector=_select_locale)
    app.jinja_env.install_gettext_callables(_say, _say_many, newstyle=True)  # type: ignore[attr-defined]
    filters = {
        "number": number,
        "longdate": longdate,
        "when": when,
        "country": country,
        "direction": direction,
        "iso": iso,
        "ago": ago,
    }
    app.jinja_env.filters.update(filters)
    app.jinja_env.globals.update(current_locale=current_locale)
