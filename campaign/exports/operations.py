"""Takes a snapshot of a list in one read, and makes files from it."""

from __future__ import annotations

import tempfile
from array import array
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, TextIO

from flask import current_app
from sqlalchemy import Connection, select, update

from campaign import storage
from campaign.decisions import record_act
from campaign.exports import beside, blanking, files, keeping, queries, rules, snapshot, texts
from campaign.exports.formats import BUNDLES, FORMATS
from campaign.exports.report import Report
from campaign.exports.snapshot import Outline, Record, Run, Written
from campaign.exports.source import Counts, Earlier, Facts, Purpose, Section, Source, Statement
from campaign.extensions import db, read_only, read_only_connection
from campaign.jobs import outbox
from campaign.lib.citation import citation
from campaign.models import Edition, Export, Letter, Version
from campaign.states import EXPORT, ExportState, Refused, advance

ORDER = "organizations, then people, A to Z"


@dataclass(frozen=True)
class Taken:
    """One snapshot: where it lies, what it counts, its runs of lines, and how many were blanked since."""

    path: Path
    digest: str
    named: int
    withheld: int
    cleaned: int
    counts: Counts
    runs: list[Run]
    time: datetime
    blanked: int = 0


# Seals a list that was just written, in the same read transaction: it is handed the connection, the list's folder and
# the ids of the signatures behind its withheld lines.
Seal = Callable[[Connection, Path, Sequence[int]], Written]


def take_snapshot(
    letter_id: int,
    purpose: Purpose,
    folder: Path,
    now: datetime,
    *,
    seal: Seal | None = None,
    versions: Collection[int] | None = None,
) -> Taken:
    """Writes `signatories.ndjson` and its outline into the folder from one read transaction.

    `versions` are the ids of the texts whose signatories are taken, all where it is None.
    """
    outline, hidden = Outline(), array("q")
    path = folder / snapshot.FILE_NAME
    with read_only_connection() as connection:
        counts = queries.counts_in(connection, letter_id, versions)
        with (folder / snapshot.IDS).open("w", encoding="ascii") as ids:
            if purpose is Purpose.INTERNAL:
                records = _internal(queries.internal_records(connection, letter_id), outline)
            else:
                rows = queries.public_records(connection, letter_id, versions)
                records = _numbered(rows, outline, ids, hidden)
            written = snapshot.write(path, records)
        beside.write_facts(folder, beside.facts_in(connection, letter_id, folder))
        if seal is not None:
            written = seal(connection, folder, hidden)._replace(cleaned=written.cleaned)
    runs = outline.runs()
    blanking.write_runs(folder, runs)
    return Taken(path, written.digest, written.named, written.withheld, written.cleaned, counts, runs, now)


def kept_snapshot(edition: Edition, folder: Path | None = None) -> Taken:
    """The snapshot an edition was frozen from, or a copy of it in another folder."""
    folder = folder or storage.folder("editions", str(edition.id))
    runs = blanking.read_runs(folder)
    if edition.frozen_at is None or edition.list_digest is None:
        raise Refused("edition_not_ready")
    frozen, named = len(blanking.named_ids(folder)), sum(run.size for run in runs)
    return Taken(
        path=folder / snapshot.FILE_NAME,
        digest=edition.list_digest,
        named=named,
        withheld=edition.line_count - frozen,
        cleaned=0,
        blanked=frozen - named,
        counts=Counts.stored(edition.counts),
        runs=runs,
        time=edition.frozen_at,
    )


def keep_words(edition: Edition, folder: Path) -> None:
    """Writes the words an edition freezes, with the date and place it prints, beside its list."""
    letter = queries.letter_of(edition.letter_id)
    version = queries.version_of(edition.version_id)
    text = queries.letter_text(letter, version)
    earlier = () if edition.is_current_only else texts.earlier_texts(version, beside.read_facts(folder).texts)
    # The same text may be handed over twice: date and place belong to the edition.
    keeping.keep(folder, replace(text, dated_on=edition.dated_on, place=edition.place), earlier)


def make_export(
    letter_id: int,
    purpose: Purpose,
    form: str,
    edition_number: int | None,
    *,
    folder: Path,
    now: datetime,
    report: Report,
) -> list[str]:
    """Makes the files of one export in the folder, with `about.json`, `SHA256SUMS` and `report.json`.

    Answers the files' names, the asked one first. Reads only. Raises `Refused` unknown_format,
    no_such_edition, edition_not_ready, kit_is_public.
    """
    encoders = {**FORMATS, **BUNDLES}
    if form not in encoders:
        raise Refused("unknown_format")
    # In the folder itself: what a crash leaves behind goes with it.
    with tempfile.TemporaryDirectory(dir=folder) as scratch:
        with read_only():
            edition = _edition(letter_id, edition_number)
            taken = kept_snapshot(edition) if edition else take_snapshot(letter_id, purpose, Path(scratch), now)
            source = source_of(letter_id, purpose, taken, edition)
            if edition is None and purpose is not Purpose.INTERNAL:
                report.left_out = dict(sorted(queries.left_out(letter_id).items()))
        report.rows = _rows(taken)
        report.notes += _notes(taken, edition)
        names = encoders[form](source, folder, report)
        files.finish(folder, names, source.statement, source.letter.slug, report)
    return names


def _edition(letter_id: int, number: int | None) -> Edition | None:
    if number is None:
        return None
    edition = queries.edition_numbered(letter_id, number)
    if edition is None:
        raise Refused("no_such_edition")
    return edition


def source_of(letter_id: int, purpose: Purpose, taken: Taken, edition: Edition | None) -> Source:
    """Everything an encoder prints, from a snapshot and the words of the version it is printed with."""
    letter = queries.letter_of(letter_id)
    version_id = edition.version_id if edition else letter.version_id
    if version_id is None:
        raise Refused("letter_incomplete")
    version = queries.version_of(version_id)
    number = edition.number if edition else None
    statement = Statement(
        version=version.number,
        edition=number,
        time=taken.time,
        citation=citation(taken.counts, number, taken.time, letter.timezone),
        counts=taken.counts,
        purpose=purpose,
        order=ORDER,
        filter=rules.filter_of(purpose),
        list_digest=taken.digest,
        named=taken.named,
        withheld=taken.withheld,
        tools=files.tools(),
        root=edition.root if edition else None,
        check_at=check_address(letter, edition) if edition and edition.root else "",
    )
    folder, facts = taken.path.parent, beside.read_facts(taken.path.parent)
    text = keeping.kept(folder) if edition else queries.letter_text(letter, version)
    earlier: tuple[Earlier, ...] = ()
    if purpose is not Purpose.INTERNAL:
        earlier = keeping.kept_earlier(folder) if edition else texts.earlier_texts(version, facts.texts)
    annexes = {annex.version: annex.annex for annex in earlier}
    return Source(
        letter=text,
        statement=statement,
        sections=tuple(_section(run, annexes) for run in taken.runs),
        snapshot=taken.path,
        earlier=earlier,
        facts=facts,
        pictures={number: storage.upload_path(sha256) for number, sha256 in facts.logos.items()},
        elsewhere=_elsewhere(facts, version) if edition and edition.is_current_only else 0,
    )


def _elsewhere(facts: Facts, printed: Version) -> int:
    return sum(count for number, count in facts.texts.items() if number != printed.asked_number)


def check_address(letter: Letter, edition: Edition) -> str:
    """The public page where an edition's counts, root and digest can be compared."""
    return f"{current_app.config['BASE_URL']}/letters/{letter.slug}/editions/{edition.number}"


def ask_for_export(
    letter_id: int, edition: Edition | None, *, purpose: str, form: str, by_id: int, now: datetime
) -> Export:
    """Writes down an export, of an edition or of the list as it is now, and the job that makes it."""
    export = Export(
        letter_id=letter_id,
        edition_id=edition.id if edition else None,
        organizer_id=by_id,
        format=form,
        purpose=purpose,
        rows_total=edition.line_count if edition else queries.rows_to_come(letter_id, purpose),
        created_at=now,
    )
    db.session.add(export)
    db.session.flush()
    outbox.enqueue("exports.make", f"export:{export.id}", {"export": export.id}, now=now, letter_id=letter_id)
    return export


def move_export(export_id: int, seen: str, event: str, **changes: Any) -> bool:
    """Moves an export on from the state that was seen; False when it is in another one by now.

    Raises `Refused("illegal_move")`.
    """
    moved = db.session.execute(
        update(Export)
        .where(Export.id == export_id, Export.state == seen)
        .values(state=advance(EXPORT, seen, event), **changes)
        .execution_options(synchronize_session=False)
    )
    return bool(moved.rowcount)  # type: ignore[attr-defined]


def forget_exports(letter_id: int, now: datetime) -> None:
    """Removes the files of a letter's exports, and stops those being made: they hold somebody who was erased."""
    rows = db.session.execute(
        select(Export.id, Export.state).where(
            Export.letter_id == letter_id, (Export.folder != "") | (Export.state == ExportState.RUNNING.value)
        )
    )
    for export_id, state in rows.all():
        if state == ExportState.RUNNING:
            move_export(export_id, state, "cancel", error="erased_meanwhile", finished_at=now)
        else:
            remove_files(export_id)


def remove_files(export_id: int) -> None:
    """Removes the files of an export; its row stays."""
    storage.remove("exports", str(export_id))
    db.session.execute(update(Export).where(Export.id == export_id).values(folder=""))


def note_progress(export_id: int, rows: int) -> bool:
    """Writes how far an export is; False when nobody waits for it any more."""
    running = (Export.id == export_id) & (Export.state == ExportState.RUNNING.value)
    told = db.session.execute(
        update(Export).where(running).values(rows_done=rows).execution_options(synchronize_session=False)
    )
    return bool(told.rowcount)  # type: ignore[attr-defined]


def log_begun(
    letter_id: int, form: str, purpose: Purpose, edition: int | None, by_id: int | None, now: datetime
) -> None:
    """Leaves a line in the log before a list is read: who takes which, and for what. The caller commits it."""
    detail = {
        "format": form,
        "purpose": purpose.value,
        "edition": edition or "not frozen",
        "filter": rules.filter_of(purpose),
    }
    _log("export_begun", letter_id, detail, by_id, now)


def log_export(letter_id: int, form: str, about: dict[str, Any], by_id: int | None, now: datetime) -> None:
    """Leaves the second line in the log when the files are made: count and digest of the list."""
    told = ("purpose", "edition", "filter", "named", "withheld", "list_digest")
    _log("exported", letter_id, {"format": form, **{name: about[name] for name in told}}, by_id, now)


def _log(act: str, letter_id: int, detail: dict[str, Any], by_id: int | None, now: datetime) -> None:
    campaign_id = queries.letter_of(letter_id).campaign_id
    record_act(act, now=now, by_id=by_id, campaign_id=campaign_id, letter_id=letter_id, detail=detail)


def _section(run: Run, annexes: Mapping[int, str]) -> Section:
    return Section(kind=run.kind, letters=run.letters, countries=run.countries, annex=annexes.get(run.version, ""))


def _numbered(
    rows: Iterator[tuple[Record, int, str, int]], outline: Outline, ids: TextIO, hidden: array[int]
) -> Iterator[Record]:
    for number, (record, version, letter, signature_id) in enumerate(rows, 1):
        if record.get("withheld"):
            hidden.append(signature_id)
        else:
            outline.add(record["kind"], version, letter, record["country"])
            ids.write(f"{signature_id}\n")
        yield {"seq": number, **record}


def _internal(rows: Iterator[Record], outline: Outline) -> Iterator[Record]:
    for record in rows:
        # Each line tells its version in a column of its own.
        outline.add(record["kind"], 0, "", record["country"])
        yield record


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
