"""Reads everything one export is made from, and what its first lines would be."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

from campaign import storage
from campaign.exports import arranging, beside, files, keeping, measuring, queries, rules, snapshot, texts
from campaign.exports.lines import between, details
from campaign.exports.report import Report
from campaign.exports.snapshot import Run
from campaign.exports.source import (
    EVERYTHING,
    Choice,
    Earlier,
    Facts,
    Order,
    Purpose,
    Section,
    Source,
    Statement,
)
from campaign.exports.taking import Taken, kept_snapshot, take_snapshot
from campaign.exports.wording import language_of, words
from campaign.languages import _, force_locale
from campaign.lib.citation import citation
from campaign.links import external
from campaign.models import Edition, Letter, Version
from campaign.states import Refused

# The first lines that are shown before a file is made. Of a longer list than this they stand in the agreed order: to
# sort it anew takes longer than a page may.
SHOWN, SORTED = 20, 20_000


def read_source(
    letter_id: int,
    purpose: Purpose,
    edition_number: int | None,
    folder: Path,
    now: datetime,
    report: Report,
    choice: Choice = EVERYTHING,
    limit: int | None = None,
) -> Source:
    """Reads the words and the list of one export into the folder; nothing after this needs the database.

    With a `limit` only so many lines are read, the numbers being those of the whole list.

    Raises `Refused` no_such_edition, edition_not_ready, letter_incomplete.
    """
    edition = _edition(letter_id, edition_number)
    taken = kept_snapshot(edition) if edition else take_snapshot(letter_id, purpose, folder, now, choice, limit)
    source = source_of(letter_id, purpose, taken, edition, choice)
    stored = queries.tally_total(letter_id)
    report.choice = {"purpose": purpose.value, "edition": edition_number, **choice.as_data()}
    report.left_out = taken.left_out
    if limit is None:
        report.rows = _rows(taken)
    report.tally = measuring.tally(taken, purpose, stored, is_live=edition is None)
    report.tools = source.statement.tools
    report.notes += _notes(taken, edition)
    return arranged(source, taken, choice.order, folder)


def arranged(source: Source, taken: Taken, order: Order, folder: Path) -> Source:
    """The same source with its lines in another order, written to a file in the folder; itself for the agreed one."""
    if order is Order.AGREED:
        return source
    path = folder / "arranged.ndjson"
    language = source.letter.language
    with force_locale(language_of(language)):
        headings = arranging.Headings(
            language=language,
            no_country=_("Country not given"),
            no_affiliation=_("No affiliation given"),
            founders=_("First to sign"),
            others=_("Everybody else"),
        )
    sections = arranging.arrange(
        taken.path, path, taken.runs, order, seed=taken.digest, founders=taken.founders, words=headings
    )
    # Each run has one section in either order: what is said of the text they accepted holds for both.
    told = zip(sections, source.sections, strict=True)
    sections = [replace(new, annex=old.annex) for new, old in told]
    return replace(source, sections=tuple(sections), snapshot=path, original=taken.path)


def _edition(letter_id: int, number: int | None) -> Edition | None:
    if number is None:
        return None
    edition = queries.edition_numbered(letter_id, number)
    if edition is None:
        raise Refused("no_such_edition")
    return edition


def source_of(
    letter_id: int, purpose: Purpose, taken: Taken, edition: Edition | None, choice: Choice = EVERYTHING
) -> Source:
    """Everything an encoder prints, from a snapshot and the words of the version it is printed with."""
    letter = queries.letter_of(letter_id)
    version_id = edition.version_id if edition else letter.version_id
    if version_id is None:
        raise Refused("letter_incomplete")
    version = queries.version_of(version_id)
    if edition and edition.is_current_only:
        choice = replace(choice, current_only=True)
    statement = _statement(letter, version, purpose, taken, edition, choice)
    folder, facts = taken.path.parent, beside.read_facts(taken.path.parent)
    text = keeping.kept(folder) if edition else queries.letter_text(letter, version)
    earlier = _earlier(folder, facts, version, purpose, edition, choice)
    annexes = {annex.version: annex.annex for annex in earlier}
    return Source(
        letter=text,
        statement=statement,
        sections=tuple(_section(run, annexes) for run in taken.runs),
        snapshot=taken.path,
        earlier=earlier,
        facts=facts,
        pictures={number: storage.upload_path(sha256) for number, sha256 in facts.logos.items()},
        elsewhere=_elsewhere(facts, version) if choice.current_only else 0,
    )


def _statement(
    letter: Letter, version: Version, purpose: Purpose, taken: Taken, edition: Edition | None, choice: Choice
) -> Statement:
    number = edition.number if edition else None
    return Statement(
        version=version.number,
        edition=number,
        time=taken.time,
        citation=citation(taken.counts, number, taken.time, letter.timezone),
        counts=taken.counts,
        purpose=purpose,
        order=rules.ORDERS[choice.order],
        filter=rules.filter_of(purpose, choice, taken.left_out.get("earlier", 0)),
        list_digest=taken.digest,
        named=taken.named,
        withheld=taken.withheld,
        tools=files.tools(),
        root=edition.root if edition else None,
        check_at=check_address(letter, edition) if edition and edition.root else "",
    )


def check_address(letter: Letter, edition: Edition) -> str:
    """The public page where an edition's counts, root and digest can be compared."""
    return external("public.edition", slug=letter.slug, number=edition.number)


def _earlier(
    folder: Path, facts: Facts, version: Version, purpose: Purpose, edition: Edition | None, choice: Choice
) -> tuple[Earlier, ...]:
    """The annexes: as they were kept with an edition, else made now; none in a list of the present text alone."""
    if purpose is Purpose.INTERNAL or choice.current_only:
        return ()
    return keeping.kept_earlier(folder) if edition else texts.earlier_texts(version, facts.texts)


def _section(run: Run, annexes: Mapping[int, str]) -> Section:
    return Section(kind=run.kind, letters=run.letters, countries=run.countries, annex=annexes.get(run.version, ""))


def _elsewhere(facts: Facts, printed: Version) -> int:
    return sum(count for number, count in facts.texts.items() if number != printed.asked_number)


def _rows(taken: Taken) -> dict[str, Any]:
    """How many lines the list has, and what became of them."""
    hidden = Counter(record["kind"] for record in snapshot.records(taken.path) if record.get("withheld"))
    return {
        "read": taken.named + taken.withheld + taken.blanked,
        "printed": taken.named,
        "withheld": dict(sorted(hidden.items())),
        "blanked": taken.blanked,
    }


def _notes(taken: Taken, edition: Edition | None) -> list[str]:
    notes = []
    if edition is None or edition.root is None:
        notes.append("This list is not sealed: it has no Merkle root, no manifest and no receipts.")
    if edition is None:
        notes.append("Not frozen: the list as it was at the time stated.")
    if taken.blanked:
        notes.append(f"{taken.blanked} names were removed after the list was frozen; its digest is of the whole list.")
    if taken.cleaned:
        notes.append(f"{taken.cleaned} lines held characters that were made one line each.")
    return notes


@dataclass(frozen=True)
class Preview:
    """What a file would be: its first lines, and its numbers.

    A line is `(title of its list, heading of its group, name, what stands under it)`; where the list is too long to be
    sorted for a page, `is_sorted` is False, the lines stand in the agreed order, and the titles are empty.
    """

    rows: list[tuple[str, str, str, str]]
    statement: Statement
    left_out: dict[str, int]
    is_sorted: bool


def preview(letter_id: int, purpose: Purpose, edition_number: int | None, choice: Choice, now: datetime) -> Preview:
    """The first lines of a file, who is left out, and why, by the same code that makes the file.

    Raises `Refused` as `read_source` does.
    """
    with tempfile.TemporaryDirectory() as folder:
        edition = _edition(letter_id, edition_number)
        size = edition.line_count if edition else queries.rows_to_come(letter_id, purpose)
        is_long = size > SORTED
        report = Report()
        shown = replace(choice, order=Order.AGREED) if is_long else choice
        limit = SHOWN if is_long else None
        source = read_source(letter_id, purpose, edition_number, Path(folder), now, report, shown, limit)
        titles = [""] * len(source.sections) if is_long else list(words(source).sections)
        rows = _first_rows(source, titles)
    statement = replace(source.statement, order=rules.ORDERS[choice.order])
    return Preview(rows, statement, report.left_out, shown == choice)


def _first_rows(source: Source, titles: list[str]) -> list[tuple[str, str, str, str]]:
    countries: dict[str, str] = {}
    rows = []
    for piece, records in between(source, 0, min(SHOWN, source.statement.named)):
        section = source.sections[piece.section]
        heading = piece.letter if section.group else ""
        for record in islice(records, SHOWN):
            below = ", ".join(details(record, section, source, countries))
            rows.append((titles[piece.section], heading, record["name"], below))
    return rows
