"""What a letter is made of, as plain values, and when its parts may be changed."""

from __future__ import annotations

import re
import unicodedata
from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, available_timezones

from babel import Locale, UnknownLocaleError
from babel.dates import format_date

from campaign.choices import LetterKind, PublicationMode
from campaign.states import LetterState

SLUG_LENGTH = 80
_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Z][a-z]{3})?(?:-[A-Z]{2})?")
# Controls but tab and line feed, surrogates, and the signs that make text read as another text.
_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069\ufeff]")
# `to_html` writes the footnotes last, in a section of their own.
_NOTES = '<section class="footnotes">'

PRECISIONS = ("day", "range", "month", "year")
_DAY = r"\d{4}-\d\d-\d\d"
_HAPPENED = dict(zip(PRECISIONS, (_DAY, f"{_DAY}/{_DAY}", r"\d{4}-\d\d", r"\d{4}"), strict=True))

NOT_YET_OPEN = (LetterState.DRAFT, LetterState.SCHEDULED)


@dataclass(frozen=True, kw_only=True)
class Words:
    """Everything a version says. `body` is Markdown; a demand is one line of text."""

    title: str
    body: str
    ask: str = ""
    salutation: str = ""
    demands_intro: str = ""
    demands: tuple[str, ...] = ()
    closing: str = ""
    dated_on: date | None = None
    place: str = ""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """How a letter is signed, and when; the names are those of the model's columns. Moments are UTC."""

    kind: str = LetterKind.PUBLIC.value
    language: str = "en"
    timezone: str = "UTC"
    mode: str = PublicationMode.HOLD_RISKY.value
    notice: str = ""
    is_reconstruction: bool = False
    accepts_people: bool = True
    accepts_organizations: bool = True
    asks_title: bool = False
    asks_affiliation: bool = True
    asks_place: bool = False
    asks_country: bool = False
    asks_comment: bool = False
    offers_updates: bool = False
    opens_at: datetime | None = None
    closes_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class TargetEntry:
    """A company or body the letter asks; found by its slug, made when there is none."""

    slug: str
    name: str
    short_name: str = ""
    website: str = ""


@dataclass(frozen=True, kw_only=True)
class AddresseeEntry:
    """A person or office the letter goes to; `postal` holds one line of the address per line."""

    name: str
    title: str = ""
    postal: str = ""
    is_copy: bool = False


@dataclass(frozen=True, kw_only=True)
class SignatoryEntry:
    """Somebody named on the letter when it is first published."""

    name: str
    title: str = ""
    affiliation: str = ""


@dataclass(frozen=True, kw_only=True)
class EvidenceEntry:
    """A document. `was` is its number before this change: its file and hash are carried over."""

    title: str
    source: str = ""
    url: str = ""
    obtained_on: date | None = None
    sha256: str = ""
    file_name: str = ""
    redaction_note: str = ""
    was: int | None = None


@dataclass(frozen=True, kw_only=True)
class TimelineRow:
    """Something that happened, see `happened_words`; `sort_on` only orders."""

    sort_on: date
    happened: str
    precision: str
    text: str
    kind: str = ""
    actor: str = ""
    source: str = ""
    url: str = ""


@dataclass(frozen=True, kw_only=True)
class WatchedName:
    """A name that is held wherever it signs this letter, and why."""

    name: str
    note: str = ""


def changes_of_target(known: dict[str, str], entry: TargetEntry, *, is_asked: bool) -> dict[str, str]:
    """What an entry says of a target otherwise than is `known` of it, by column.

    Where the letter asks it already (`is_asked`) the entry holds all that is known, and what is empty was taken away.
    Else it is named anew: its name only finds it, and what was left empty says nothing.
    """
    said = {name: str(getattr(entry, name)) for name in known}
    if not is_asked:
        said = {name: text for name, text in said.items() if text and name != "name"}
    return {name: text for name, text in said.items() if text != known[name]}


def is_slug(text: str) -> bool:
    """Whether the text can be part of an address: small letters, digits, single hyphens."""
    return len(text) <= SLUG_LENGTH and _SLUG.fullmatch(text) is not None


def slug_from(title: str) -> str:
    """A slug made of a title, cut at a word; "" where the title has no Latin letter or digit."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    slug = "-".join(re.findall(r"[a-z0-9]+", plain))
    return slug if len(slug) <= SLUG_LENGTH else slug[: SLUG_LENGTH + 1].rpartition("-")[0] or slug[:SLUG_LENGTH]


@cache
def zones() -> tuple[str, ...]:
    """The time zones an organizer can choose, UTC first, in order of their names."""
    named = (
        name for name in available_timezones() if "/" in name and not name.startswith(("Etc/", "posix/", "right/"))
    )
    return ("UTC", *sorted(named))


def is_language(tag: str) -> bool:
    """Whether the tag names a language whose direction and dates are known, e.g. `en`, `pt-BR`."""
    if not _LANGUAGE.fullmatch(tag):
        return False
    try:
        Locale.parse(tag, sep="-")
    except (UnknownLocaleError, ValueError):
        return False
    return True


def moment_in(local: datetime, zone: str) -> datetime:
    """The UTC moment of a time on the clocks of `zone`.

    A time that daylight saving skips is read as RFC 5545 3.3.5 says, by the offset before the gap: 02:30 becomes 03:30.
    One that comes twice is the first of the two.
    """
    return local.replace(tzinfo=ZoneInfo(zone), fold=0).astimezone(UTC)


def local_time(moment: datetime, zone: str) -> datetime:
    """What the clocks of `zone` show at a moment, without zone: for a field in which it can be changed."""
    return moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None)


def settings_problem(settings: Settings, state: str, now: datetime) -> str | None:
    """Why a letter in this state cannot have these settings, as a short reason, or None."""
    opens, closes, by_employees = settings.opens_at, settings.closes_at, settings.kind == LetterKind.EMPLOYEES
    problems = {
        "unknown_zone": settings.timezone not in zones(),
        "unknown_language": not is_language(settings.language),
        "nobody_may_sign": not (settings.accepts_people or settings.accepts_organizations or by_employees),
        "needs_opening_time": state == LetterState.SCHEDULED and opens is None,
        "opens_in_past": state == LetterState.SCHEDULED and opens is not None and opens <= now,
        "closes_in_past": state == LetterState.OPEN and closes is not None and closes <= now,
        "closes_before_opening": state in NOT_YET_OPEN and opens is not None and closes is not None and closes <= opens,
    }
    return next((reason for reason, holds in problems.items() if holds), None)


def opening_problem(closes_at: datetime | None, now: datetime) -> str | None:
    """Why a letter with this closing time cannot take signatures now, as a short reason, or None."""
    return "closes_in_past" if closes_at is not None and closes_at <= now else None


def words_may_change(state: str, is_signed: bool) -> bool:
    """Whether the words can still be edited in place: never once they were open, or anybody accepted them."""
    return state in NOT_YET_OPEN and not is_signed


def why_not_change(state: str, *, asks: bool) -> str | None:
    """The reason words that were accepted stay as they are, or None; `asks` for a text that needs new consent.

    An archived letter can still be corrected; one that was taken down is shown to nobody.
    """
    taken_down = state in (LetterState.WITHDRAWN, LetterState.REMOVED)
    return "text_stays" if taken_down or (asks and state == LetterState.ARCHIVED) else None


def clean_body(text: str) -> str:
    """Markdown as it is stored: LF at the line ends, and no control or direction sign; every other space counts."""
    return _UNSEEN.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def body_and_notes(body_html: str) -> tuple[str, str]:
    """A version's HTML parted into its text and its footnotes: on a page the demands stand in between."""
    body, mark, notes = body_html.partition(_NOTES)
    return body, mark + notes


def is_web_address(url: str) -> bool:
    """Whether a page may link there: http or https, a host, nothing unseen; "" is no address."""
    if not url.isprintable() or " " in url:
        return False
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname)


def is_sha256(text: str) -> bool:
    """Whether the text is a SHA-256 as it is stored: 64 hex digits in small letters."""
    return re.fullmatch(r"[0-9a-f]{64}", text) is not None


def happened_problem(happened: str, precision: str) -> str | None:
    """Why a timeline row cannot have this time, as a short reason, or None. For the forms see `happened_words`."""
    if precision not in _HAPPENED:
        return "bad_precision"
    if not re.fullmatch(_HAPPENED[precision], happened, re.ASCII):
        return "bad_happened"
    try:
        days = [first_day(part) for part in happened.split("/")]
    except ValueError:
        return "bad_happened"
    return None if days == sorted(days) else "bad_happened"


def happened_words(happened: str, precision: str, locale: str) -> str:
    """When a timeline row happened, in words of a language: 22 May 2018, 21 – 22 June 2018, May 2018, 2018.

    `happened` is a day, two days parted by a slash, a month or a year, as in ISO 8601.
    """
    first = first_day(happened.partition("/")[0])
    if precision != "range":
        pattern = {"day": "d MMMM y", "month": "MMMM y", "year": "y"}[precision]
        return format_date(first, format=pattern, locale=locale)
    last = first_day(happened.partition("/")[2])
    together = (first.year, first.month) == (last.year, last.month)
    start = format_date(first, format="d" if together else "d MMMM y", locale=locale)
    return f"{start} – {format_date(last, format='d MMMM y', locale=locale)}"


def sort_day(happened: str, precision: str) -> date:
    """The last day of the time a row happened, which puts it in order where nobody says otherwise."""
    if precision == "range":
        return first_day(happened.partition("/")[2])
    first = first_day(happened)
    if precision == "day":
        return first
    last_month = 12 if precision == "year" else first.month
    return date(first.year, last_month, monthrange(first.year, last_month)[1])


def first_day(text: str) -> date:
    """The first day of a day, month or year written as in ISO 8601."""
    year, month, day = (int(part) for part in f"{text}-01-01".split("-")[:3])
    return date(year, month, day)
