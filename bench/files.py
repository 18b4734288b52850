"""Lists as files: the public CSV over HTTP, CSV and PDF by the command, and each format from a list on disk."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from http.client import HTTPConnection
from pathlib import Path

from bench.load import WrongAnswer
from bench.sites import Server, Site
from bench.table import Row
from config import ROOT

MEGABYTE = 2**20


def public_csv(site: Site, server: Server, size: int) -> list[Row]:
    """`names.csv` of the largest letter: rows a second, first bytes, and how much the web processes grew."""
    path = f"/letters/{site.letters[size]}/names.csv"
    download(server.port, f"/letters/{site.letters[min(site.letters)]}/names.csv")
    before = [resident(pid) for pid in server.processes]
    peak = Peak(server.processes)
    with peak:
        first, seconds, rows = download(server.port, path)
    growth = max(after - was for after, was in zip(peak.highest.values(), before, strict=True)) / MEGABYTE
    rate = rows / seconds
    what = f"names.csv, {size:,}"
    return [
        Row(what, site.name, f"{rate:,.0f} rows/s", None, "60,000 rows/s", rate >= 60_000),
        Row(f"{what}, first bytes", site.name, f"{first:.2f} s", None, "under 1 s", first < 1),
        Row(f"{what}, memory", site.name, f"{growth:.0f} MB more", None, "under 15 MB", growth < 15),
    ]


def download(port: int, path: str) -> tuple[float, float, int]:
    """Seconds to the first bytes and to the last, and the number of lines."""
    connection = HTTPConnection("127.0.0.1", port, timeout=120)
    try:
        started = time.perf_counter()
        connection.request("GET", path)
        answer = connection.getresponse()
        if answer.status != 200:
            raise WrongAnswer(f"{path} answered {answer.status}")
        lines = answer.read(1024).count(b"\n")
        first = time.perf_counter() - started
        while chunk := answer.read(MEGABYTE):
            lines += chunk.count(b"\n")
        return first, time.perf_counter() - started, lines
    finally:
        connection.close()


def exported(site: Site, form: str, size: int, seconds: float, megabytes: int) -> list[Row]:
    """One export by the command: its time and its largest process, start of Python included."""
    folder = site.folder / f"{form}-{size}"
    command = [sys.executable, "-m", "campaign.cli", "export", "--letter", site.letters[size], "--format", form]
    started = time.perf_counter()
    process = subprocess.Popen(
        [*command, "--purpose", "press", "-o", str(folder)],
        cwd=ROOT,
        env=site.environ,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    with Peak([process.pid]) as peak:
        if process.wait(600):
            raise WrongAnswer(f"the export of {size} as {form} left with {process.returncode}")
    took, largest = time.perf_counter() - started, max(peak.highest.values()) / MEGABYTE
    written = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / MEGABYTE
    what = f"export {form}, {size:,}"
    figure = f"{took:.1f} s, {written:.1f} MB of files"
    return [
        Row(what, site.name, figure, None, f"{seconds:g} s", took <= seconds),
        Row(
            f"{what}, memory",
            site.name,
            f"{largest:.0f} MB in one process",
            None,
            f"{megabytes} MB",
            largest <= megabytes,
        ),
    ]


# Seconds at 150,000 names; None where the rate counts.
ENCODED = {"docx": 3.0, "xlsx": 10.0, "csv": None, "json": None}
MOST_GROWTH = {"docx": 80.0, "xlsx": 60.0, "csv": 15.0, "json": 15.0}


def encoded(site: Site, size: int) -> list[Row]:
    """Each format from a list on disk: what the encoder alone took, and how much its process grew by it.

    The start of Python and the read of the database are in what `exported` measures.
    """
    rows: list[Row] = []
    for form, seconds in ENCODED.items():
        folder = site.folder / f"encoded-{form}"
        command = [sys.executable, "-m", "bench.encode", site.letters[size], form, str(folder)]
        answer = subprocess.run(command, cwd=ROOT, env=site.environ, check=True, capture_output=True, text=True)
        took, growth, lines = (float(figure) for figure in answer.stdout.split())
        what = f"encode {form}, {size:,}"
        if seconds is None:
            rate = lines / took
            rows.append(Row(what, site.name, f"{rate:,.0f} rows/s", None, "60,000 rows/s", rate >= 60_000))
        else:
            rows.append(Row(what, site.name, f"{took:.1f} s", None, f"{seconds:g} s", took <= seconds))
        most = MOST_GROWTH[form]
        told = f"{growth:.0f} MB more"
        rows.append(Row(f"{what}, memory", site.name, told, None, f"under {most:g} MB", growth < most))
    return rows


class Peak:
    """The most memory each of these processes and their descendants had while the block ran."""

    def __init__(self, processes: list[int]) -> None:
        self.roots = processes
        self.highest: dict[int, float] = {}
        self.over = threading.Event()
        self.thread = threading.Thread(target=self.watch, daemon=True)

    def __enter__(self) -> Peak:
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.over.set()
        self.thread.join()

    def watch(self) -> None:
        """Looks every few milliseconds."""
        while not self.over.wait(0.02):
            for pid in family(self.roots):
                self.highest[pid] = max(self.highest.get(pid, 0.0), resident(pid))


def family(roots: list[int]) -> list[int]:
    """These processes and everything they started."""
    found = list(roots)
    for pid in found:
        for task in Path(f"/proc/{pid}/task").glob("*/children"):
            try:
                found += [int(child) for child in task.read_text().split()]
            except OSError:
                continue  # it ended meanwhile
    return found


def resident(pid: int) -> float:
    """The resident memory of a process in bytes; 0 when it is gone."""
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * float(os.sysconf("SC_PAGE_SIZE"))
    except OSError:
        return 0.0
