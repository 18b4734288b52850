"""What an export cost, and whether its lines add up to the numbers of the letter."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from campaign.exports.report import Report
from campaign.exports.source import Purpose
from campaign.exports.taking import Taken

_STATUS = Path("/proc/self/status")
_CLEAR = Path("/proc/self/clear_refs")


@contextmanager
def cost_of(form: str, report: Report) -> Iterator[None]:
    """Notes seconds and the most memory of this process while the block ran; the memory where the host tells it."""
    with suppress(OSError):
        # 5 sets the highest mark of the resident memory back to what it is now (proc(5)).
        _CLEAR.write_text("5", encoding="ascii")
    started = time.monotonic()
    yield
    cost: dict[str, float] = {"seconds": round(time.monotonic() - started, 2)}
    with suppress(OSError, IndexError):
        cost["peak_kb"] = int(_STATUS.read_text(encoding="ascii").split("VmHWM:")[1].split()[0])
    report.costs.setdefault(form, cost)


def tally(taken: Taken, purpose: Purpose, stored: int, is_live: bool) -> dict[str, Any]:
    """The lines of a list against the counts of the letter, and why they differ where they do.

    `stored` is the total of the letter's page, which the worker counts anew within a minute.
    """
    counts, lines = taken.counts, taken.named + taken.withheld + taken.blanked
    found: dict[str, Any] = {"counted": counts.total, "imported": counts.imported, "employees": counts.employees}
    found["lines"] = lines
    if purpose is Purpose.INTERNAL:
        return {**found, "explained": "an internal list has lines of signatures that are in no count"}
    # Employees have no line, imported ones are in no total.
    difference = lines + counts.employees - counts.imported - counts.total
    found["difference"] = difference
    found["explained"] = "" if difference == 0 else "lines and counts differ: tell whoever runs this site"
    if is_live:
        found["on_the_page"] = stored
        off = counts.total + taken.left_out.get("earlier", 0) - stored
        found["page_is_behind_by"] = off
    return found
