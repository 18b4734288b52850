"""Builds the files of a frozen edition, each format once, and completes them to its package.

A round works in a folder of its own from a copy of the list that lacks whoever left since; its files replace those
before all together, and only while the copy still lacks everybody who left.
"""

from __future__ import annotations

import json
import shutil
from datetime import datetime
from pathlib import Path
from typing import Any

from flask import current_app

from campaign import storage
from campaign.delivery import differences, integrity, package, queries, sealing, seals
from campaign.delivery.operations.freezing import KEPT, lock_lists
from campaign.exports import blanking, keeping, snapshot
from campaign.exports.files import write_json
from campaign.exports.formats import FORMATS, kit
from campaign.exports.operations import kept_snapshot, source_of
from campaign.exports.report import Report
from campaign.exports.source import Purpose, Source
from campaign.extensions import db, read_only
from campaign.jobs import outbox
from campaign.models import Edition
from campaign.states import Refused
from campaign.storage import part

# What a round works in: the copy of the list, the files, and a note of each format that is made.
LIST, FILES, MADE = "list", "files", "made"


def ask_for_files(edition: Edition, now: datetime, run_at: datetime | None = None) -> None:
    """Leaves the building of an edition's files to jobs; one round at a time is asked for."""
    moment = int((run_at or now).timestamp())
    key = f"build:{edition.id}:{moment}"
    outbox.enqueue("delivery.build", key, {"edition": edition.id}, now=now, run_at=run_at, letter_id=edition.letter_id)


def begin_round(edition_id: int, number: int) -> set[int]:
    """Copies list and words of an edition for one round; answers who left the list since, for `blank_round`.

    Nobody is taken out of the list while it is copied; the caller commits. Raises `Refused("edition_not_ready")`.
    """
    edition = db.session.get_one(Edition, edition_id)
    if edition.frozen_at is None or edition.root is None:
        raise Refused("edition_not_ready")
    lock_lists(edition.letter_id)
    left = queries.left_since(edition_id)
    home = storage.folder("editions", str(edition_id))
    folder = home / f"round-{number}"
    # The newest round counts: what others are about to make, or a crash left, goes.
    for other in home.glob("round-*"):
        shutil.rmtree(other, ignore_errors=True)
    for name in (LIST, FILES, MADE):
        (folder / name).mkdir(parents=True, mode=0o700)
    for name in (*KEPT, *keeping.FILES):
        # An edition from before there were annexes or facts has none.
        if (home / name).exists():
            shutil.copyfile(home / name, folder / LIST / name)
    return left


def blank_round(edition_id: int, number: int, left: set[int]) -> None:
    """Takes those who left out of a round's copy of the list, while nothing is locked."""
    blanking.blank(round_folder(edition_id, number) / LIST, left)


def round_folder(edition_id: int, number: int) -> Path:
    """The folder of a round that was begun."""
    return storage.folder("editions", str(edition_id)) / f"round-{number}"


def files_folder(edition_id: int) -> Path:
    """Where the files of an edition lie once they are built."""
    return storage.folder("editions", str(edition_id)) / FILES


def make_format(edition_id: int, number: int, form: str) -> None:
    """Makes the files of one format in a round. Reads the database only."""
    folder = round_folder(edition_id, number)
    report = Report()
    FORMATS[form](_source(edition_id, folder), folder / FILES, report)
    write_json(folder / MADE / f"{form}.json", {"replaced": report.replaced})


def is_made(edition_id: int, number: int) -> bool:
    """Whether every format of a round is there."""
    folder = round_folder(edition_id, number)
    return all((folder / MADE / f"{form}.json").is_file() for form in FORMATS)


def finish_round(edition_id: int, number: int, now: datetime) -> bool:
    """Completes a round to the edition's package and puts it in the place of the one before.

    False when somebody left the list meanwhile, or a crash came between the files and their record: a new round is
    asked for. The caller commits, then calls `drop_rounds`.
    """
    folder, edition = round_folder(edition_id, number), db.session.get_one(Edition, edition_id)
    if not (folder / FILES).is_dir():
        edition.files = []
        ask_for_files(edition, now)
        return False
    files = _complete(edition_id, folder)
    edition = db.session.get_one(Edition, edition_id)
    lock_lists(edition.letter_id)
    db.session.refresh(edition, with_for_update=True)
    named = {line for line, signature_id in enumerate(blanking.named_ids(folder / LIST), 1) if signature_id}
    if queries.lines_left(edition_id) & named:
        ask_for_files(edition, now)
        return False
    home = storage.folder("editions", str(edition_id))
    shutil.rmtree(home / FILES, ignore_errors=True)
    (folder / FILES).replace(home / FILES)
    edition.files, edition.built_at, edition.build_error = files, now, ""
    db.session.flush()
    return True


def drop_rounds(edition_id: int, number: int) -> None:
    """Removes what a round worked in, and what earlier ones left behind when they died."""
    for path in storage.folder("editions", str(edition_id)).glob("round-*"):
        if int(path.name.removeprefix("round-")) <= number:
            shutil.rmtree(path)


def note_failure(edition_id: int, problem: str) -> None:
    """Writes why files could not be built, for the desk."""
    db.session.get_one(Edition, edition_id).build_error = problem[:300]


def _source(edition_id: int, folder: Path) -> Source:
    with read_only():
        edition = db.session.get_one(Edition, edition_id)
        return source_of(edition.letter_id, Purpose.DELIVERY, kept_snapshot(edition, folder / LIST), edition)


def _complete(edition_id: int, folder: Path) -> list[dict[str, Any]]:
    """Everything of a package that is no format, made in the round's folder."""
    source = _source(edition_id, folder)
    with read_only():
        edition = db.session.get_one(Edition, edition_id)
        attested = queries.attestations_of(edition_id)
        earlier = queries.earlier_editions(edition)
    shutil.copyfile(folder / LIST / snapshot.FILE_NAME, folder / FILES / snapshot.FILE_NAME)
    for number, earlier_id, _lines in earlier:
        home = storage.folder("editions", str(earlier_id))
        differences.write(home, folder / LIST, folder / FILES / differences.file_name(number))
    facts = integrity.read(folder / LIST / sealing.FACTS)
    with part(folder / FILES / integrity.FILE_NAME) as unfinished:
        unfinished.write_text(integrity.page(source, facts, attested), encoding="utf-8", newline="\n")
    replaced = [json.loads(path.read_text())["replaced"] for path in sorted((folder / MADE).iterdir())]
    told = {
        "versions": edition.counts.get("versions", []),
        "current_text_only": edition.is_current_only,
        "removed": edition.line_count - source.statement.named - source.statement.withheld,
        "printed_replacements": sum(replaced),
    }
    # Of a try that died: the manifest would name it.
    (folder / FILES / kit.NAME).unlink(missing_ok=True)
    key = seals.load_key(current_app.config["SEAL_KEY_FILE"])
    files = package.complete(folder / FILES, source.statement, source.letter, told, key)
    # Last: the kit is of the package and not in it.
    kit.pack(source, folder / FILES)
    return [*files, *package.listed(folder / FILES, only=kit.NAME)]
