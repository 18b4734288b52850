"""What an encoder may print: a letter and its list as plain data, with nothing of the database behind it."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from campaign.lib.difference import Paragraph
from campaign.lib.markup import Node


class Purpose(StrEnum):
    """Whom a file is for; it decides rows and columns."""

    DELIVERY = "delivery"
    PRESS = "press"
    INTERNAL = "internal"


class Order(StrEnum):
    """In which order, and under which headings, the lines of each kind stand; organizations always come first."""

    AGREED = "agreed"
    COUNTRY = "country"
    AFFILIATION = "affiliation"
    FOUNDERS = "founders"
    RANDOM = "random"


@dataclass(frozen=True, kw_only=True)
class Choice:
    """What was asked for beyond purpose and format; what is empty takes all.

    `current_only` leaves out of a public list who accepted an earlier text; the others are of an internal list.
    `state` is where a signature stands: approved, pending, expired, waiting, held, rejected or withdrawn.
    """

    order: Order = Order.AGREED
    current_only: bool = False
    state: str = ""
    country: str = ""
    kind: str = ""
    version: int | None = None

    @property
    def filters(self) -> dict[str, str | int]:
        """The filters of an internal list that are set."""
        found = {"state": self.state, "country": self.country, "kind": self.kind, "version": self.version}
        return {name: value for name, value in found.items() if value}

    def as_data(self) -> dict[str, Any]:
        """For the row of an export; `stored` takes it back."""
        return asdict(self)

    @classmethod
    def stored(cls, data: Mapping[str, Any]) -> "Choice":
        """The choice that `as_data` gave; what is missing is not chosen."""
        return cls(**{**data, "order": Order(data.get("order", Order.AGREED))})


EVERYTHING = Choice()

PUBLIC_COLUMNS = ("kind", "name", "title", "affiliation", "country")
INTERNAL_COLUMNS = (
    *PUBLIC_COLUMNS,
    *("email", "state", "moderation", "methods", "reasons", "version", "source", "signed_on"),
)


def columns(purpose: Purpose) -> tuple[str, ...]:
    """The columns of a table for this purpose, in order."""
    return INTERNAL_COLUMNS if purpose is Purpose.INTERNAL else PUBLIC_COLUMNS


@dataclass(frozen=True, kw_only=True)
class Signer:
    """Somebody named on the letter when it was first published."""

    name: str
    title: str = ""
    affiliation: str = ""


@dataclass(frozen=True, kw_only=True)
class Addressee:
    """A named person or office, with the lines of the postal address."""

    name: str
    title: str = ""
    postal: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Document:
    """Evidence as the annex prints it."""

    number: int
    title: str
    source: str = ""
    obtained_on: date | None = None
    url: str = ""
    sha256: str = ""


@dataclass(frozen=True, kw_only=True)
class Correction:
    """What was corrected in the text without asking anybody, when, and why."""

    day: date
    reason: str


@dataclass(frozen=True, kw_only=True)
class LetterText:
    """The words of one version, and the date and place this printing of it bears."""

    slug: str
    title: str
    kind: str
    campaign: str
    language: str
    direction: str
    lead: str = ""
    dated_on: date | None = None
    place: str = ""
    targets: tuple[str, ...] = ()
    addressees: tuple[Addressee, ...] = ()
    copies: tuple[Addressee, ...] = ()
    salutation: str = ""
    body: Node = field(default_factory=lambda: {"type": "document", "children": [], "footnotes": []})
    demands_intro: str = ""
    demands: tuple[str, ...] = ()
    closing: str = ""
    initial: tuple[Signer, ...] = ()
    evidence: tuple[Document, ...] = ()
    notice: str = ""
    letterhead: tuple[str, ...] = ()
    corrections: tuple[Correction, ...] = ()
    # For the press kit: the ask in one sentence, and how signatures were checked, in five.
    ask: str = ""
    method: tuple[str, ...] = ()

    @property
    def last_words(self) -> list[str]:
        """The closing, one paragraph a line."""
        return [line.strip() for line in self.closing.splitlines() if line.strip()]


@dataclass(frozen=True, kw_only=True)
class Counts:
    """The numbers of the letter's page: `people` includes `private`, `imported` stands in no total."""

    people: int = 0
    private: int = 0
    organizations: int = 0
    employees: int = 0
    imported: int = 0

    @property
    def total(self) -> int:
        """People, organizations and employees."""
        return self.people + self.organizations + self.employees

    def as_data(self) -> dict[str, int]:
        """The numbers and their total, as an edition stores and `about.json` states them."""
        return {**asdict(self), "total": self.total}

    @classmethod
    def stored(cls, data: Mapping[str, int]) -> "Counts":
        """The counts that `as_data` gave."""
        return cls(**{name: data[name] for name in cls.__dataclass_fields__})


@dataclass(frozen=True, kw_only=True)
class Section:
    """A run of named lines of the snapshot: one kind, one accepted version.

    `annex` names the annex with the text they accepted, where that is an earlier one.
    `letters` are the index letters in order, each with how many lines follow it; `countries` the codes in it, which are
    printed only where they differ. Where `group` names an order that puts lines into groups, `letters` are their
    headings.
    """

    kind: str
    letters: tuple[tuple[str, int], ...]
    countries: frozenset[str]
    annex: str = ""
    group: str = ""

    @property
    def count(self) -> int:
        """How many lines the section has."""
        return sum(count for _, count in self.letters)

    @property
    def has_notes(self) -> bool:
        """Whether its lines bear titles and affiliations, which stand for identification only."""
        return self.kind != "organization"


@dataclass(frozen=True, kw_only=True)
class Statement:
    """What every file says of itself. `edition` is None for the live list; `time` is that of the snapshot, in UTC.

    `root` is the Merkle root of an edition, and `check_at` the public address where it can be compared.
    """

    version: int
    edition: int | None
    time: datetime
    citation: str
    counts: Counts
    purpose: Purpose
    order: str
    filter: str
    list_digest: str
    named: int
    withheld: int
    tools: dict[str, str]
    root: str | None = None
    check_at: str = ""


@dataclass(frozen=True, kw_only=True)
class Earlier:
    """An earlier text that some of the signatories accepted, printed as an annex ("A") with the differences marked.

    `version` is the number of the version they were asked to accept, `count` how many public signatures did. `changes`
    compares it with the text printed: "removed" stood in the earlier one only, "added" in the printed one.
    """

    annex: str
    version: int
    dated_on: date | None
    changes: tuple[Paragraph, ...]
    count: int = 0


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What is read with a list beside its lines, in the same moment.

    `texts`: how many public signatures accepted each text, by the version that asked them; those imported apart are in
    none. `confirmed`: how many each method confirmed. `logos`: the SHA-256 of the picture of an organization, by the
    number of its line.
    """

    texts: Mapping[int, int] = field(default_factory=dict)
    confirmed: Mapping[str, int] = field(default_factory=dict)
    logos: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Source:
    """Everything one export is made from.

    `snapshot` is the list in the order it is printed in. Where that is not the agreed one, `original` is the list as
    it was taken, which the digest is of: `signatories.ndjson` is never sorted anew. `pictures` are the files of the
    logos of `facts`, by the number of the line; `elsewhere` is how many signed an earlier text and were left out of a
    list of the printed one.
    """

    letter: LetterText
    statement: Statement
    sections: tuple[Section, ...]
    snapshot: Path
    earlier: tuple[Earlier, ...] = ()
    facts: Facts = field(default_factory=Facts)
    pictures: Mapping[int, Path] = field(default_factory=dict)
    elsewhere: int = 0
    original: Path | None = None
