"""Makes exports asked for at the desk, and removes them after their days."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

from sqlalchemy import select, update

from campaign import storage
from campaign.exports import files, operations
from campaign.exports.report import Cancelled, Report
from campaign.exports.rules import KEPT_DAYS
from campaign.exports.source import Purpose
from campaign.extensions import db, read_only
from campaign.jobs.kinds import Payload, job_kind, timer
from campaign.lib import clock
from campaign.models import Edition, Export
from campaign.states import EXPORT, ExportState, advance

FINAL = (ExportState.DONE.value, ExportState.FAILED.value, ExportState.CANCELLED.value)


@job_kind("exports.make", attempts=2)
def make(payload: Payload) -> None:
    """Makes the files of one export; a failure is written on it, and the second one is final."""
    export_id = payload["export"]
    with read_only():
        export = db.session.get(Export, export_id)
        edition = db.session.get(Edition, export.edition_id) if export and export.edition_id else None
    if export is None or export.state in FINAL:
        return
    _set(export_id, state=advance(EXPORT, export.state, "start"), error="")
    folder = storage.folder("exports", str(export_id))
    report = Report(progress=lambda rows: _progress(export_id, rows))
    number = edition.number if edition else None
    try:
        names = operations.make_export(
            export.letter_id,
            Purpose(export.purpose),
            export.format,
            number,
            folder=folder,
            now=clock.now(),
            report=report,
        )
    except Cancelled:
        storage.remove("exports", str(export_id))
        return
    except Exception as error:
        _set(export_id, state="failed", error=type(error).__name__, finished_at=clock.now())
        raise
    about = json.loads((folder / files.ABOUT).read_text(encoding="utf-8"))
    operations.log_export(
        export.letter_id, export.format, Purpose(export.purpose), about, export.organizer_id, clock.now()
    )
    shown = {"names": names, "about": about, **report.as_data()}
    _set(export_id, state="done", folder=str(export_id), report=shown, finished_at=clock.now())


def _set(export_id: int, **changes: object) -> None:
    db.session.execute(
        update(Export).where(Export.id == export_id).values(**changes).execution_options(synchronize_session=False)
    )
    db.session.commit()


def _progress(export_id: int, rows: int) -> None:
    """Writes how far it is, and stops when somebody cancelled."""
    state = db.session.scalar(select(Export.state).where(Export.id == export_id))
    if state == ExportState.CANCELLED:
        db.session.rollback()
        raise Cancelled
    _set(export_id, rows_done=rows)


@timer("exports-expiry", 3600.0)
def expire(now: datetime) -> None:
    """Removes files of exports that are older than their days."""
    with read_only():
        old = list(
            db.session.scalars(
                select(Export.id).where(Export.created_at < now - timedelta(days=KEPT_DAYS), Export.folder != "")
            )
        )
    for export_id in old:
        storage.remove("exports", str(export_id))
        _set(export_id, folder="")
