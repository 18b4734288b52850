"""Makes exports asked for at the desk, and removes them after their days."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

from campaign import storage
from campaign.exports import expiring, files, operations
from campaign.exports.report import Cancelled, Report
from campaign.exports.rules import ENDED, KEPT_DAYS
from campaign.exports.source import Choice, Purpose
from campaign.extensions import db, read_only
from campaign.jobs.kinds import Payload, job_kind, timer
from campaign.lib import clock
from campaign.models import Edition, Export


@job_kind("exports.make", attempts=2, is_long=True)
def make(payload: Payload) -> None:
    """Makes the files of one export. A failure is written on it and final; what a crash left is made once more."""
    export_id = payload["export"]
    with read_only():
        export = db.session.get(Export, export_id)
        edition = db.session.get(Edition, export.edition_id) if export and export.edition_id else None
    if export is None or export.state in ENDED:
        return
    number = edition.number if edition else None
    if not operations.move_export(export_id, export.state, "start"):
        return
    purpose, choice = Purpose(export.purpose), Choice.stored(export.options)
    by_id = export.organizer_id
    operations.log_begun(export.letter_id, export.format, purpose, number, by_id, clock.now(), choice)
    db.session.commit()
    storage.remove("exports", str(export_id))
    try:
        shown = _made(export, number)
    except Cancelled:
        storage.remove("exports", str(export_id))
    except Exception as error:
        db.session.rollback()
        storage.remove("exports", str(export_id))
        operations.move_export(export_id, "running", "fail", error=type(error).__name__, finished_at=clock.now())
        db.session.commit()
        raise
    else:
        _finish(export, shown)


def _made(export: Export, edition: int | None) -> dict[str, Any]:
    """Writes the files; what the page of the export shows of them."""
    folder = storage.folder("exports", str(export.id))
    report = Report(progress=lambda rows: _progress(export.id, rows))
    purpose = Purpose(export.purpose)
    names = operations.make_export(
        export.letter_id,
        purpose,
        export.format,
        edition,
        folder=folder,
        now=clock.now(),
        report=report,
        choice=Choice.stored(export.options),
    )
    about = json.loads((folder / files.ABOUT).read_text(encoding="utf-8"))
    files.pack(folder, names, datetime.fromisoformat(about["time"]))
    # Names that were printed otherwise stand in the file, which goes with the others.
    return {"names": names, "about": about, **report.as_data(), "replacements": []}


def _finish(export: Export, shown: dict[str, Any]) -> None:
    """Hands the files over with a second line in the log; removes them when somebody cancelled meanwhile."""
    now = clock.now()
    changes = {"folder": str(export.id), "report": shown, "finished_at": now}
    if operations.move_export(export.id, "running", "finish", **changes):
        operations.log_export(export.letter_id, export.format, shown["about"], export.organizer_id, now)
        db.session.commit()
    else:
        db.session.rollback()
        storage.remove("exports", str(export.id))


def _progress(export_id: int, rows: int) -> None:
    """Writes how far it is, and stops when somebody cancelled."""
    waited_for = operations.note_progress(export_id, rows)
    db.session.commit()
    if not waited_for:
        raise Cancelled


@timer("exports-expiry", 3600.0)
def expire(now: datetime) -> None:
    """Removes the files of exports after their days, and what a crash left; ends exports that nobody makes any more."""
    before = now - timedelta(days=KEPT_DAYS)
    with read_only():
        old, kept = expiring.exports_over(before), expiring.exports_on_hold()
    for export_id, state in old:
        operations.remove_files(export_id)
        if state not in ENDED:
            operations.move_export(export_id, state, "fail", error="Interrupted", finished_at=now)
        db.session.commit()
    for name in storage.abandoned("exports", before):
        if name not in kept:
            storage.remove("exports", name)
