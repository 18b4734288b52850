"""What changed between two wordings of a letter, and who signed which of them, as plain data and in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from itertools import groupby
from typing import Literal, Protocol

from campaign.languages import _, longdate, ngettext, number
from campaign.letters.rules import Words
from campaign.lib.difference import Paragraph, Run, compare
from campaign.lib.markup import Node, to_text_parts

# What is said of nobody but its own printing: an edition has a date and a place of its own.
DATED = ("dated_on", "place")
SAID = ("title", "ask", "salutation", "body", "demands_intro", "closing")


class HasText(Protocol):
    """The columns of a demand that are compared."""

    @property
    def text(self) -> str: ...


class Wording(Protocol):
    """What is compared of a version with its demands."""

    @property
    def title(self) -> str: ...
    @property
    def ask(self) -> str: ...
    @property
    def salutation(self) -> str: ...
    @property
    def body(self) -> str: ...
    @property
    def body_tree(self) -> Node: ...
    @property
    def demands_intro(self) -> str: ...
    @property
    def demands(self) -> Sequence[HasText]: ...
    @property
    def closing(self) -> str: ...
    @property
    def dated_on(self) -> date | None: ...
    @property
    def place(self) -> str: ...


class Numbered(Protocol):
    """The columns of a version that say which one it is."""

    @property
    def id(self) -> int: ...
    @property
    def number(self) -> int: ...
    @property
    def asked_number(self) -> int: ...
    @property
    def dated_on(self) -> date | None: ...


class HasChange(Numbered, Protocol):
    """The columns that say besides when it came, and why."""

    @property
    def change(self) -> str: ...
    @property
    def created_at(self) -> datetime: ...


@dataclass(frozen=True)
class Coming:
    """A text that signatories would be asked for, and that is no version yet."""

    number: int
    dated_on: date | None
    id: int = 0

    @property
    def asked_number(self) -> int:
        """Its own number: it would be asked for."""
        return self.number


@dataclass(frozen=True)
class Change:
    """A paragraph in which something changed, or so many in a row in which nothing did."""

    runs: tuple[Run, ...] = ()
    unchanged: int = 0


@dataclass(frozen=True)
class Signed:
    """How many public signatures a text has that signatories were asked to accept; corrections of it are in it.

    `name` stands inside a sentence: "this text" for the current one, else "the text of 22 May 2018".
    """

    number: int
    name: str
    organizations: int = 0
    people: int = 0
    employees: int = 0

    @property
    def total(self) -> int:
        """Organizations, people and employees."""
        return self.organizations + self.people + self.employees

    @property
    def who(self) -> str:
        """The numbers that are not zero, in words: 12 organizations and 1,204 people."""
        told = (
            ("%(n)s organization", "%(n)s organizations", self.organizations),
            ("%(n)s person", "%(n)s people", self.people),
            ("%(n)s employee", "%(n)s employees", self.employees),
        )
        parts = [ngettext(one, many, count, n=number(count)) for one, many, count in told if count]
        return _("%(some)s and %(last)s", some=", ".join(parts[:-1]), last=parts[-1]) if parts[1:] else "".join(parts)


def change_of(stored: Wording, words: Words) -> Literal["nothing", "date", "words"]:
    """What of a version would change: nothing, only the date and place it bears, or its words."""
    said = any(getattr(stored, name) != getattr(words, name) for name in SAID)
    if said or tuple(demand.text for demand in stored.demands) != words.demands:
        return "words"
    return "date" if any(getattr(stored, name) != getattr(words, name) for name in DATED) else "nothing"


def paragraphs(title: str, salutation: str, tree: Node, intro: str, demands: Iterable[str], closing: str) -> list[str]:
    """A wording as plain paragraphs, in the order it is read: what two of them are compared by."""
    body, notes = to_text_parts(tree, width=0)
    numbered = [f"{place}. {text}" for place, text in enumerate(demands, 1)]
    parts = [title, salutation, *body.split("\n\n"), intro, *numbered, *closing.splitlines(), *notes.split("\n")]
    return [part.strip() for part in parts if part.strip()]


def paragraphs_of(version: Wording) -> list[str]:
    """The paragraphs of a version with its demands."""
    demands = [demand.text for demand in version.demands]
    return paragraphs(
        version.title, version.salutation, version.body_tree, version.demands_intro, demands, version.closing
    )


def differences(old: Wording, new: Wording) -> list[Paragraph]:
    """Both wordings with what was removed and added; the ask, which stands in mails, only where it changed."""
    return list(_compared((*asked(old, new), *paragraphs_of(old)), (*asked(new, old), *paragraphs_of(new))))


@lru_cache(maxsize=32)
def _compared(old: tuple[str, ...], new: tuple[str, ...]) -> tuple[Paragraph, ...]:
    """Kept, because every mail and every own page about a new text shows the same comparison."""
    return tuple(compare(old, new))


def differences_to(stored: Wording, words: Words, tree: Node) -> list[Paragraph]:
    """The same for words that are not a version yet; `tree` is their text as it was read."""
    new = paragraphs(words.title, words.salutation, tree, words.demands_intro, words.demands, words.closing)
    return compare([*asked(stored, words), *paragraphs_of(stored)], [*asked(words, stored), *new])


def condensed(paragraphs: Iterable[Paragraph]) -> list[Change]:
    """What a reader has to look at of a difference: every paragraph that changed, and how many stand between them."""
    found: list[Change] = []
    for is_same, group in groupby(paragraphs, key=lambda paragraph: paragraph.is_same):
        rows = list(group)
        found += [Change(unchanged=len(rows))] if is_same else [Change(row.runs) for row in rows]
    return found


def asked(one: Wording | Words, other: Wording | Words) -> list[str]:
    """The ask in one sentence, where the other wording has another one."""
    return [one.ask] if one.ask and one.ask != other.ask else []


def text_names(versions: Sequence[Numbered], current: int) -> dict[int, str]:
    """What each text that was ever asked for is called inside a sentence, by its number.

    Its date tells it apart, or its number where it bears none, or one that another text bears too. The date is that
    of the first of its versions given: a caller that has only a correction of it names it by that.
    """
    texts: dict[int, date | None] = {}
    for version in versions:
        texts.setdefault(version.asked_number, version.dated_on)
    days = Counter(texts.values())
    names = {
        asked_number: _("the text of %(day)s", day=longdate(day))
        if day is not None and days[day] == 1
        else _("version %(number)s of the text", number=asked_number)
        for asked_number, day in texts.items()
    }
    return {**names, current: _("this text")}


def signed_by_text(versions: Sequence[Numbered], counts: Mapping[str, Mapping[str, int]]) -> list[Signed]:
    """How many signed each text, the current one first, then the newest; texts that nobody signed are left out.

    `versions` are all of a letter, the first one first; `counts` are those of its tally, by version id.
    """
    current = versions[-1].asked_number
    sums: dict[int, Counter[str]] = {}
    for version in versions:
        sums.setdefault(version.asked_number, Counter()).update(counts.get(str(version.id), {}))
    names = text_names(versions, current)
    found = [
        Signed(asked_number, names[asked_number], told["organizations"], told["people"], told["employees"])
        for asked_number, told in sums.items()
    ]
    return sorted((one for one in found if one.total), key=lambda one: (one.number != current, -one.number))


def signed_sentence(signed: Sequence[Signed]) -> str:
    """Who signed which text: "1,204 signed this text, 148,796 the text of 22 May 2018."; "" for nobody."""
    if not signed:
        return ""
    first, *others = signed
    parts = [_("%(n)s signed %(text)s", n=number(first.total), text=first.name)]
    parts += [_("%(n)s %(text)s", n=number(one.total), text=one.name) for one in others]
    return f"{', '.join(parts)}."


def delivery_sentence(signed: Sequence[Signed], current: int) -> str:
    """What a delivery of the list as it is would say of who signed which text."""
    if not signed:
        return str(_("Nobody has signed yet."))
    first, *others = signed
    parts = [_("%(who)s signed %(text)s", who=first.who, text=first.name)]
    parts += [_("%(who)s %(text)s", who=one.who, text=one.name) for one in others]
    annex = [one for one in signed if one.number != current]
    if not annex:
        return f"{'; '.join(parts)}."
    printed = ngettext(
        "printed as an annex with the differences", "each printed as an annex with the differences", len(annex)
    )
    return f"{'; '.join(parts)}, {printed}."
