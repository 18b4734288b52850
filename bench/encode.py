"""`python -m bench.encode LETTER FORMAT FOLDER`: prints seconds, growth in megabytes and lines of one encoder."""

from __future__ import annotations

import sys
import time
from pathlib import Path

from campaign import create_app
from campaign.exports.formats import FORMATS
from campaign.exports.reading import read_source
from campaign.exports.report import Report
from campaign.exports.source import Purpose
from campaign.extensions import read_only
from campaign.letters.queries import letter_by_slug
from campaign.lib import clock
from campaign.states import Refused


def main(slug: str, form: str, folder: Path) -> None:
    """Reads the list first, as every export does, then measures the encoder alone."""
    folder.mkdir(parents=True)
    with create_app().app_context(), read_only():
        letter = letter_by_slug(slug)
        if letter is None:
            raise Refused("not_found")
        source = read_source(letter.id, Purpose.PRESS, None, folder, clock.now(), Report())
        before, started = highest(), time.perf_counter()
        FORMATS[form](source, folder, Report())
        took = time.perf_counter() - started
        print(f"{took:.3f} {highest() - before:.1f} {source.statement.named}")


def highest() -> float:
    """The most memory this process had, in megabytes."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.split("VmHWM:")[1].split()[0]) / 1024


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], Path(sys.argv[3]))
