"""The typesetter's own process: `python typeset.py FOLDER`. It reads and writes in that folder only.

Run by path, not as a module of the package, so that the process holds nothing of the product. `job.json` names the
template, the folders of fonts, the snapshot's time and the memory limit; `out.pdf` is the answer, and one line of JSON
on the standard output says how many pages it has and what it cost.
"""

import ctypes
import json
import os
import resource
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pikepdf
import typst

CLONE_NEWUSER, CLONE_NEWNET = 0x10000000, 0x40000000


def main(folder: Path) -> None:
    """Typeset and repack; a failure leaves with its message on the standard error."""
    started = time.monotonic()
    job = json.loads((folder / "job.json").read_text(encoding="utf-8"))
    resource.setrlimit(resource.RLIMIT_AS, (job["memory"], job["memory"]))
    _leave_the_network()
    raw = folder / "raw.pdf"
    _compile(folder, job, raw)
    pages = _repack(raw, folder / "out.pdf")
    raw.unlink()
    answer = {"pages": pages, "seconds": round(time.monotonic() - started, 2), "peak_kb": _peak_kb()}
    sys.stdout.write(json.dumps(answer))


def _peak_kb() -> int:
    """The most memory this process held. Linux counts what the parent held into ru_maxrss, so its own file first."""
    status = Path("/proc/self/status")
    if status.exists():
        return int(status.read_text(encoding="ascii").split("VmHWM:")[1].split()[0])
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def _leave_the_network() -> None:
    """An empty network of our own, where the host permits one: the typesetter could fetch packages."""
    unshare = getattr(ctypes.CDLL(None), "unshare", None)
    if unshare and unshare(CLONE_NEWNET) != 0:
        unshare(CLONE_NEWUSER | CLONE_NEWNET)


def _compile(folder: Path, job: dict[str, Any], output: Path) -> None:
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=job["fonts"])
    compiler = typst.Compiler(input=str(folder / job["template"]), root=str(folder), font_paths=fonts)
    compiler.compile(
        output=str(output),
        format="pdf",
        pdf_standards=["a-2a", "ua-1"],
        timestamp=datetime.fromtimestamp(job["timestamp"], UTC),
    )


def _repack(raw: Path, output: Path) -> int:
    """A third of the size, the same bytes each time."""
    with pikepdf.open(raw) as pdf:
        pages = len(pdf.pages)
        pdf.save(output, object_stream_mode=pikepdf.ObjectStreamMode.generate, deterministic_id=True)
    return pages


if __name__ == "__main__":
    try:
        main(Path(sys.argv[1]))
    except typst.TypstError as error:
        sys.stderr.write(f"{error.message}\n{error.diagnostic}\n")
        # The typesetter's threads may hold what an orderly end waits for.
        os._exit(3)
    except MemoryError:
        sys.stderr.write("out of memory\n")
        os._exit(4)
