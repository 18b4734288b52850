"""The words of an edition, kept beside its list, so that it prints the same however the letter changes later."""

from __future__ import annotations

import json
import os
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

from campaign.exports.source import Addressee, Correction, Document, Earlier, LetterText, Signer
from campaign.lib.difference import Paragraph, Run

FILE_NAME = "letter.json"
EARLIER = "earlier.json"
# Everything that `keep` writes.
FILES = (FILE_NAME, EARLIER)


def keep(folder: Path, text: LetterText, earlier: tuple[Earlier, ...] = ()) -> None:
    """Writes the words into the folder of the edition, and the earlier texts; they are on disk afterwards."""
    _write(folder / FILE_NAME, asdict(text))
    _write(folder / EARLIER, [asdict(annex) for annex in earlier])


def _write(path: Path, data: object) -> None:
    with path.open("w", encoding="utf-8") as file:
        json.dump(data, file, ensure_ascii=False, default=date.isoformat)
        file.flush()
        os.fsync(file.fileno())


def kept(folder: Path) -> LetterText:
    """The words that `keep` wrote."""
    values: dict[str, Any] = json.loads((folder / FILE_NAME).read_text(encoding="utf-8"))
    values |= {
        "dated_on": _day(values["dated_on"]),
        "letterhead": tuple(values.get("letterhead", ())),
        "method": tuple(values.get("method", ())),
        "targets": tuple(values["targets"]),
        "demands": tuple(values["demands"]),
        "addressees": _addressees(values["addressees"]),
        "copies": _addressees(values["copies"]),
        "initial": tuple(Signer(**signer) for signer in values["initial"]),
        "evidence": tuple(
            Document(**document | {"obtained_on": _day(document["obtained_on"])}) for document in values["evidence"]
        ),
        "corrections": tuple(
            Correction(day=date.fromisoformat(made["day"]), reason=made["reason"])
            for made in values.get("corrections", ())
        ),
    }
    return LetterText(**values)


def kept_earlier(folder: Path) -> tuple[Earlier, ...]:
    """The earlier texts that `keep` wrote; none beside an edition older than they are."""
    path = folder / EARLIER
    found = json.loads(path.read_text(encoding="utf-8")) if path.exists() else []
    return tuple(
        Earlier(**annex | {"dated_on": _day(annex["dated_on"]), "changes": _changes(annex["changes"])})
        for annex in found
    )


def _changes(values: list[dict[str, Any]]) -> tuple[Paragraph, ...]:
    return tuple(Paragraph(tuple(Run(**run) for run in paragraph["runs"])) for paragraph in values)


def _addressees(values: list[dict[str, Any]]) -> tuple[Addressee, ...]:
    return tuple(Addressee(**value | {"postal": tuple(value["postal"])}) for value in values)


def _day(value: str | None) -> date | None:
    return date.fromisoformat(value) if value else None
