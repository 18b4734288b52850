"""The words of an edition, kept beside its list, so that it prints the same however the letter changes later."""

from __future__ import annotations

import json
import os
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

from campaign.exports.source import Addressee, Document, LetterText, Signer

FILE_NAME = "letter.json"


def keep(folder: Path, text: LetterText) -> None:
    """Writes the words into the folder of the edition; they are on disk afterwards."""
    with (folder / FILE_NAME).open("w", encoding="utf-8") as file:
        json.dump(asdict(text), file, ensure_ascii=False, default=date.isoformat)
        file.flush()
        os.fsync(file.fileno())


def kept(folder: Path) -> LetterText:
    """The words that `keep` wrote."""
    values: dict[str, Any] = json.loads((folder / FILE_NAME).read_text(encoding="utf-8"))
    values |= {
        "dated_on": _day(values["dated_on"]),
        "letterhead": tuple(values.get("letterhead", ())),
        "targets": tuple(values["targets"]),
        "demands": tuple(values["demands"]),
        "addressees": _addressees(values["addressees"]),
        "copies": _addressees(values["copies"]),
        "initial": tuple(Signer(**signer) for signer in values["initial"]),
        "evidence": tuple(
            Document(**document | {"obtained_on": _day(document["obtained_on"])}) for document in values["evidence"]
        ),
    }
    return LetterText(**values)


def _addressees(values: list[dict[str, Any]]) -> tuple[Addressee, ...]:
    return tuple(Addressee(**value | {"postal": tuple(value["postal"])}) for value in values)


def _day(value: str | None) -> date | None:
    return date.fromisoformat(value) if value else None
