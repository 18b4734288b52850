"""Days, moments, counts and digests as they are printed."""

import re
from datetime import date, datetime

from babel import Locale
from babel.dates import format_date, format_datetime
from babel.numbers import format_decimal

from campaign.languages import SHIPPED


def long_date(day: date | None, language: str) -> str:
    """A day in words as the language writes it; nothing for None."""
    if day is None:
        return ""
    locale = Locale.parse(language, sep="-")
    return format_date(day, "d MMMM y" if locale.language == "en" else "long", locale=locale)


def moment(time: datetime, language: str) -> str:
    """A moment in UTC in words: 18 June 2018, 17:00:00 UTC."""
    return f"{format_datetime(time, 'd MMMM y, HH:mm:ss', locale=language)} UTC"


def number(value: int) -> str:
    """A count in full, grouped as the words around a letter write it."""
    return str(format_decimal(value, locale=SHIPPED[0]))


def comma(language: str) -> str:
    """What stands between two parts of a line in this language."""
    return "\u060c " if language.split("-")[0] in {"ar", "fa", "ur", "ps"} else ", "


def grouped(digest: str) -> str:
    """A hexadecimal digest in groups of 8, so that it breaks across lines and can be compared by eye."""
    return " ".join(digest[start : start + 8] for start in range(0, len(digest), 8))


def is_digest(text: str) -> bool:
    """Whether this is a SHA-256 in its groups."""
    return re.fullmatch("[0-9a-f]{8}( [0-9a-f]{8}){7}", text) is not None
