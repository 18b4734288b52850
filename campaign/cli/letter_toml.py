"""letter.toml, read table by table: typed values, and errors that name the line. See docs/letter-files.md."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NoReturn

from campaign.choices import LetterKind, PublicationMode
from campaign.letters import rules
from campaign.lib.names import BadText, clean_text
from campaign.sentences.deliveries import QUALIFIERS

NAME = "letter.toml"
ACCEPTS = {"person": "accepts_people", "organization": "accepts_organizations"}
ASKS = {name: f"asks_{name}" for name in ("title", "affiliation", "place", "country", "comment")}


class BadFile(Exception):
    """A file that cannot be loaded: which, where (0: the whole file), and what to do about it."""

    def __init__(self, name: str, line: int, sentence: str) -> None:
        super().__init__(f"{name}, line {line}: {sentence}" if line else f"{name}: {sentence}")


def cleaned(text: str, limit: int, fail: Callable[[str], NoReturn], allow_breaks: bool = False) -> str:
    """The text as it is kept; `fail` is told what is wrong with one that cannot stand."""
    try:
        return clean_text(text, limit, allow_breaks)
    except BadText as error:
        fail(f"has more than {limit} characters" if error.reason == "too_long" else "holds nothing that can be seen")


@dataclass(frozen=True, kw_only=True)
class CertifiedEntry:
    """A number that a partner certifies, as `delivery.operations.Certificate` takes it."""

    organization: str
    number: int
    qualifier: str
    counted: str
    certified_by: str
    certified_on: date
    source: str
    source_url: str


class Table:
    """One table of letter.toml: typed values by key, errors with the line, and no key that nobody reads."""

    def __init__(self, values: dict[str, Any], rows: list[str], first: int, last: int) -> None:
        self.values, self.rows, self.first, self.last = values, rows, first, last
        self.unread = set(values)

    def line(self, key: str) -> int:
        """The line a key stands in, or that of its table where it is missing."""
        pattern = re.compile(rf"\s*{re.escape(key)}\s*=")
        return next((n for n in range(self.first, self.last) if pattern.match(self.rows[n - 1])), self.first)

    def fail(self, key: str, sentence: str) -> NoReturn:
        """Refuses the value of a key with a sentence about it."""
        raise BadFile(NAME, self.line(key), sentence)

    def take(self, key: str, kind: type, example: str, default: Any = None) -> Any:
        """The value of a key; the default where it is missing, which None forbids."""
        self.unread.discard(key)
        value = self.values.get(key, default)
        if value is None:
            self.fail(key, f"{key} is missing; write {key} = {example}")
        # TOML has days and times apart; in Python every datetime is a date, and every bool an int.
        if type(value) is not kind:
            self.fail(key, f"{key} is not of the kind {key} = {example}")
        return value

    def text(self, key: str, limit: int, default: str | None = "", allow_breaks: bool = False) -> str:
        """A cleaned text of at most `limit` characters; with the default None it has to be there."""
        text = cleaned(
            self.take(key, str, '"..."', default), limit, lambda why: self.fail(key, f"{key} {why}"), allow_breaks
        )
        if default is None and not text:
            self.fail(key, f"{key} is empty")
        return text

    def texts(self, key: str, limit: int) -> tuple[str, ...]:
        """A list of cleaned texts, empty where the key is missing."""
        found = self.take(key, list, '["...", "..."]', [])
        if not all(isinstance(text, str) and text.strip() for text in found):
            self.fail(key, f'{key} is not a list of texts like {key} = ["...", "..."]')
        return tuple(cleaned(text, limit, lambda why: self.fail(key, f"{key} {why}")) for text in found)

    def choice(self, key: str, allowed: Any, default: str) -> str:
        """One word out of a few."""
        word = self.text(key, 40, default)
        if word not in list(allowed):
            self.fail(key, f"{key} is one of {', '.join(allowed)}, not {word!r}")
        return word

    def address(self, key: str) -> str:
        """A web address, or "" where the key is missing."""
        url = self.text(key, 500)
        if url and not rules.is_web_address(url):
            self.fail(key, f"{key} is a full web address that begins with https:// or http://, not {url!r}")
        return url

    def refuse_unread(self) -> None:
        """Refuses keys that mean nothing, which are slips of the hand."""
        for key in sorted(self.unread):
            self.fail(key, f"{key} means nothing here")


def read_toml(source: str) -> tuple[Table, list[int]]:
    """The top-level table of a letter.toml, and the lines in which other tables begin. Raises BadFile."""
    rows = source.split("\n")
    try:
        values = tomllib.loads(source)
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"at line (\d+)", str(error))
        raise BadFile(NAME, int(found[1]) if found else len(rows), f"this is not TOML: {error}") from None
    headers = [n for n, row in enumerate(rows, 1) if re.match(r"\s*\[", row)]
    return Table(values, rows, 1, next(iter(headers), len(rows) + 1)), headers


def tables(top: Table, headers: list[int], name: str) -> Iterator[Table]:
    """The tables `[[name]]`, each with the lines it stands in."""
    top.unread.discard(name)
    starts = [n for n in headers if re.match(rf"\s*\[\[\s*{name}\s*\]\]", top.rows[n - 1])]
    found = top.values.get(name, [])
    if not isinstance(found, list) or len(found) != len(starts):
        top.fail(name, f"{name} is written as [[{name}]], once for each")
    for start, values in zip(starts, found, strict=True):
        yield Table(values, top.rows, start, next((n for n in headers if n > start), len(top.rows) + 1))


def read_zone(top: Table) -> str:
    """The letter's time zone."""
    zone = top.text("timezone", 64, "UTC")
    if zone not in rules.zones():
        top.fail("timezone", f'{zone!r} is no time zone we know; write timezone = "America/New_York"')
    return zone


def read_slug(table: Table, key: str) -> str:
    """A part of an address."""
    slug = table.text(key, rules.SLUG_LENGTH, None)
    if not rules.is_slug(slug):
        table.fail(key, f"{key} is made of small letters, digits and single hyphens, not {slug!r}")
    return slug


def read_campaign(top: Table) -> dict[str, str]:
    """The campaign the letter belongs to; all but the slug is used only where it is made."""
    slug = read_slug(top, "campaign")
    return {
        "slug": slug,
        "title": top.text("campaign_title", 200) or slug,
        "lead": top.text("campaign_lead", 200),
        "reply_to": top.text("campaign_reply_to", 254),
        "summary": top.text("campaign_summary", 2000, allow_breaks=True),
    }


def read_words(top: Table, body: str) -> rules.Words:
    """What the letter says; `body` is text.md."""
    if not body.strip():
        raise BadFile("text.md", 1, "the letter has no text")
    return rules.Words(
        title=top.text("title", 200, None),
        body=body,
        ask=top.text("ask", 300),
        salutation=top.text("salutation", 200),
        demands_intro=top.text("demands_intro", 300),
        demands=top.texts("demands", 2000),
        closing=top.text("closing", 2000, allow_breaks=True),
        dated_on=top.take("dated_on", date, "2018-05-22") if "dated_on" in top.values else None,
        place=top.text("place", 120),
    )


def read_settings(top: Table, zone: str) -> rules.Settings:
    """How and when the letter is signed."""
    language = top.text("language", 10, "en")
    if not rules.is_language(language):
        top.fail("language", f'{language!r} is no language tag we know; write language = "en"')
    return rules.Settings(
        kind=top.choice("kind", LetterKind, LetterKind.PUBLIC.value),
        language=language,
        timezone=zone,
        mode=top.choice("mode", PublicationMode, PublicationMode.HOLD_RISKY.value),
        notice=top.text("notice", 2000, allow_breaks=True),
        is_reconstruction=top.take("is_reconstruction", bool, "true", False),
        offers_updates=top.take("offers_updates", bool, "true", False),
        **read_switches(top, "accepts", ACCEPTS, list(ACCEPTS)),
        **read_switches(top, "asks", ASKS, ["affiliation"]),
        opens_at=read_moment(top, "opens_at", zone),
        closes_at=read_moment(top, "closes_at", zone),
    )


def read_moment(top: Table, key: str, zone: str) -> datetime | None:
    """A time on the clocks of the letter's zone as a moment in UTC, None where the key is missing."""
    if key not in top.values:
        return None
    local: datetime = top.take(key, datetime, "2018-05-22T09:00:00")
    if local.tzinfo is not None:
        top.fail(key, f"{key} is a time on the clocks of {zone}; leave out the offset")
    return rules.moment_in(local, zone)


def read_switches(top: Table, key: str, names: dict[str, str], default: list[str]) -> dict[str, bool]:
    """A list of words as the settings they switch on; those left out are off."""
    words = top.texts(key, 40) if key in top.values else tuple(default)
    if unknown := sorted(set(words) - set(names)):
        top.fail(key, f"{key} knows {', '.join(names)}, not {unknown[0]!r}")
    return {setting: word in words for word, setting in names.items()}


def read_target(table: Table) -> rules.TargetEntry:
    """One [[target]]."""
    return rules.TargetEntry(
        slug=read_slug(table, "slug"),
        name=table.text("name", 200, None),
        short_name=table.text("short_name", 80),
        website=table.address("website"),
    )


def read_addressee(table: Table) -> rules.AddresseeEntry:
    """One [[addressee]]."""
    return rules.AddresseeEntry(
        name=table.text("name", 200, None),
        title=table.text("title", 200),
        postal="\n".join(table.texts("postal", 200)),
        is_copy=table.take("copy", bool, "true", False),
    )


def read_signatory(table: Table) -> rules.SignatoryEntry:
    """One [[initial_signatory]]."""
    return rules.SignatoryEntry(
        name=table.text("name", 200, None), title=table.text("title", 200), affiliation=table.text("affiliation", 200)
    )


def read_watched(table: Table) -> rules.WatchedName:
    """One [[watch]]."""
    return rules.WatchedName(name=table.text("name", 200, None), note=table.text("note", 300))


def read_certified(table: Table) -> CertifiedEntry:
    """One [[certified]]."""
    number: int = table.take("number", int, "150000")
    if number < 1:
        table.fail("number", "number is a whole number above zero")
    return CertifiedEntry(
        organization=table.text("organization", 200, None),
        number=number,
        qualifier=table.choice("qualifier", QUALIFIERS, "exactly"),
        counted=table.text("counted", 120),
        certified_by=table.text("certified_by", 200, None),
        certified_on=table.take("certified_on", date, "2018-06-18"),
        source=table.text("source", 300),
        source_url=table.address("url"),
    )
