"""The table: what was measured, what it should be, and whether it is."""

from __future__ import annotations

import os
import platform
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

BEGIN, END = "<!-- measured: begin -->", "<!-- measured: end -->"


@dataclass(frozen=True)
class Row:
    """One measure on one database: what it is, the figure, the target, and whether it is met (None: no target)."""

    what: str
    on: str
    figure: str
    ratio: float | None = None
    target: str = ""
    is_met: bool | None = None

    @property
    def cells(self) -> tuple[str, ...]:
        """The row as text."""
        verdict = {None: "", True: "met", False: "**missed**"}[self.is_met]
        ratio = "" if self.ratio is None else f"{self.ratio:.3f}"
        return (self.what, self.on, self.figure, ratio, self.target, verdict)


def markdown(rows: list[Row], started: datetime) -> str:
    """The table with machine and date."""
    lines = [
        f"{machine()}; {started:%d %B %Y %H:%M} UTC, {(datetime.now(UTC) - started).total_seconds() / 60:.0f} min",
        "",
        "| measure | on | figure | ratio | target | |",
        "|---|---|---|---|---|---|",
    ]
    return "\n".join([*lines, *(f"| {' | '.join(row.cells)} |" for row in rows), ""])


def machine() -> str:
    """What this ran on."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (
        f"{os.cpu_count()} cores, {memory:.0f} GiB, {platform.system()} {platform.machine()}, "
        f"Python {platform.python_version()}, load before {os.getloadavg()[2]:.1f}"
    )


def write(path: Path, table: str) -> None:
    """Puts the table between the marks of a document, whose other words stay."""
    text = path.read_text(encoding="utf-8")
    marked = f"{BEGIN}\n\n{table}\n{END}"
    path.write_text(re.sub(f"{BEGIN}.*{END}", lambda _: marked, text, flags=re.DOTALL), encoding="utf-8")
