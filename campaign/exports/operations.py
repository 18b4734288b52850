"""Takes a snapshot of a list in one read, and makes files from it."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select, update

from campaign import storage
from campaign.decisions import record_act
from campaign.exports import beside, files, keeping, measuring, queries, rules, texts
from campaign.exports.formats import BUNDLES, FORMATS
from campaign.exports.reading import check_address, preview, read_source, source_of
from campaign.exports.report import Report
from campaign.exports.source import EVERYTHING, Choice, Purpose
from campaign.exports.taking import Seal, Taken, kept_snapshot, take_snapshot
from campaign.extensions import db, read_only
from campaign.jobs import outbox
from campaign.models import Edition, Export
from campaign.states import EXPORT, ExportState, Refused, advance

__all__ = ["Seal", "Taken", "check_address", "kept_snapshot", "preview", "source_of", "take_snapshot"]


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
    choice: Choice = EVERYTHING,
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
            source = read_source(letter_id, purpose, edition_number, Path(scratch), now, report, choice)
        with measuring.cost_of(form, report):
            names = encoders[form](source, folder, report)
        files.finish(folder, names, source.statement, source.letter.slug, report)
    return names


def ask_for_export(
    letter_id: int,
    edition: Edition | None,
    *,
    purpose: str,
    form: str,
    choice: Choice = EVERYTHING,
    by_id: int,
    now: datetime,
) -> Export:
    """Writes down an export, of an edition or of the list as it is now, and the job that makes it."""
    export = Export(
        letter_id=letter_id,
        edition_id=edition.id if edition else None,
        organizer_id=by_id,
        format=form,
        purpose=purpose,
        options=choice.as_data(),
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
    letter_id: int,
    form: str,
    purpose: Purpose,
    edition: int | None,
    by_id: int | None,
    now: datetime,
    choice: Choice = EVERYTHING,
) -> None:
    """Leaves a line in the log before a list is read: who takes which, and for what. The caller commits it."""
    detail = {
        "format": form,
        "purpose": purpose.value,
        "edition": edition or "not frozen",
        "filter": rules.filter_of(purpose, replace(choice, current_only=False)),
    }
    _log("export_begun", letter_id, detail, by_id, now)


def log_export(letter_id: int, form: str, about: dict[str, Any], by_id: int | None, now: datetime) -> None:
    """Leaves the second line in the log when the files are made: count and digest of the list."""
    told = ("purpose", "edition", "filter", "named", "withheld", "list_digest")
    _log("exported", letter_id, {"format": form, **{name: about[name] for name in told}}, by_id, now)


def _log(act: str, letter_id: int, detail: dict[str, Any], by_id: int | None, now: datetime) -> None:
    campaign_id = queries.letter_of(letter_id).campaign_id
    record_act(act, now=now, by_id=by_id, campaign_id=campaign_id, letter_id=letter_id, detail=detail)
