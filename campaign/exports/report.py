"""The export report, for organizers only: what was printed otherwise than stored, and what each file cost."""

import time
import unicodedata
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

# More replacements than this are counted, not listed: the report must stay readable.
LISTED = 1_000


class Cancelled(Exception):
    """Somebody stopped the export; what was written is thrown away."""


def _nobody_watches(_rows: int) -> None:
    return None


@dataclass
class Report:
    """Filled while files are made. `progress` is called with the rows done, and may raise Cancelled."""

    progress: Callable[[int], None] = _nobody_watches
    replacements: list[dict[str, Any]] = field(default_factory=list)
    # Lines of the list: read, printed, withheld by kind, blanked since it was frozen.
    rows: dict[str, Any] = field(default_factory=dict)
    # Signatures that are not in the list, by reason, as they were when it was taken.
    left_out: dict[str, int] = field(default_factory=dict)
    replaced: int = 0
    stripped: int = 0
    guarded_cells: int = 0
    extra_sheets: int = 0
    scripts_without_font: Counter[str] = field(default_factory=Counter)
    # What was asked for: purpose, edition, order, filter.
    choice: dict[str, Any] = field(default_factory=dict)
    # The lines against the counts of the letter.
    tally: dict[str, Any] = field(default_factory=dict)
    tools: dict[str, str] = field(default_factory=dict)
    pages: dict[str, int] = field(default_factory=dict)
    costs: dict[str, dict[str, float]] = field(default_factory=dict)
    files: list[dict[str, Any]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    started: float = field(default_factory=time.monotonic)

    def printed(self, where: int | str, stored: str, printed: str) -> None:
        """Note that a text was printed otherwise than stored; `where` is the line's number or a part of the letter."""
        without_sign = unicodedata.normalize("NFC", stored)
        if printed == without_sign:
            return
        lost = [character for character in without_sign if character not in printed]
        if "\ufffd" in printed:
            self.scripts_without_font.update({_script(character) for character in lost if character.isprintable()})
        else:
            self.stripped += 1
        self.replaced += 1
        if len(self.replacements) < LISTED:
            points = [f"U+{ord(character):04X}" for character in lost]
            self.replacements.append({"where": where, "stored": stored, "printed": printed, "code_points": points})

    def file(self, name: str, size: int, sha256: str, **facts: object) -> None:
        """Note a finished file."""
        self.files.append({"name": name, "bytes": size, "sha256": sha256, **facts})

    def as_data(self) -> dict[str, Any]:
        """For `report.json`, in a fixed order."""
        return {
            "asked": self.choice,
            "rows": self.rows,
            "left_out": self.left_out,
            "tally": self.tally,
            "seconds": round(time.monotonic() - self.started, 2),
            "printed_replacements": self.replaced,
            "replacements": sorted(
                self.replacements, key=lambda found: (str(found["where"]).zfill(9), found["stored"])
            ),
            "texts_stripped_of_controls": self.stripped,
            "csv_cells_guarded": self.guarded_cells,
            "xlsx_extra_sheets": self.extra_sheets,
            "xlsx_cells_cut": 0,  # a cell the writer refuses ends the export
            "scripts_without_font": dict(sorted(self.scripts_without_font.items())),
            "pages": self.pages,
            "costs": self.costs,
            "volumes": max(len(self.pages) - 1, 0),
            "files": self.files,
            "tools": self.tools,
            "notes": self.notes,
        }


def _script(character: str) -> str:
    return unicodedata.name(character, "UNNAMED").split()[0].capitalize()
