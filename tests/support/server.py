"""The site as real processes on a free loopback port, the way an operator runs it."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from campaign import create_app
from campaign.extensions import db
from config import ROOT, Settings
from tests.support.runs import run

PATIENCE_SECONDS = 30.0
RUNS = re.compile(r"^(\w+) \d+ runs as process (\d+)$", re.MULTILINE)
ENDED = re.compile(r"process (\d+), ended with")


@dataclass
class Site:
    """A running `undersigned serve`: where it answers, its data, its log and its processes."""

    environ: dict[str, str]
    data_dir: Path
    port: int
    process: subprocess.Popen[bytes] | None = field(default=None)

    @property
    def url(self) -> str:
        """The public address, without final slash."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> str:
        """Everything the processes wrote so far."""
        return (self.data_dir / "serve.log").read_text(encoding="utf-8", errors="replace")

    def start(self, command: str = "serve") -> None:
        """Start the processes and wait until pages are answered; what they say goes to the log."""
        with (self.data_dir / "serve.log").open("ab") as log:
            begun = log.tell()
            self.process = subprocess.Popen(
                [sys.executable, "-m", "campaign.cli", command], cwd=ROOT, env=self.environ, stdout=log, stderr=log
            )
        wait_until(lambda: " answers at " in self.log[begun:], f"the site to answer; its log:\n{self.log}", self.ended)

    def stop(self) -> int:
        """Ask the site to stop as an operator does, and return its exit code; no process is left."""
        if self.process is None:
            return 0
        self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(PATIENCE_SECONDS)
        self.process = None
        return code

    def ended(self) -> bool:
        """Whether the supervisor itself is gone."""
        return self.process is None or self.process.poll() is not None

    def children(self, kind: str) -> list[int]:
        """The processes of a kind, "web" or "worker", that run now."""
        log = self.log
        over = {int(pid) for pid in ENDED.findall(log)}
        return [int(pid) for name, pid in RUNS.findall(log) if name == kind and int(pid) not in over]

    def run(self, *arguments: str) -> str:
        """What a command of `undersigned` prints on this site's data; it runs in this process, beside the site's."""
        app = create_app(Settings.load(self.environ))
        try:
            answer = run(app, *arguments)
        finally:
            with app.app_context():
                db.engine.dispose()
        assert answer.exit_code == 0, answer.output
        return answer.stdout


def wait_until(true: Callable[[], bool], what: str, given_up: Callable[[], bool] = lambda: False) -> None:
    """Wait for something outside this process; TimeoutError says what did not come."""
    end = time.monotonic() + PATIENCE_SECONDS
    while not true():
        if given_up() or time.monotonic() > end:
            raise TimeoutError(f"waited for {what}")
        time.sleep(0.05)


def free_port() -> int:
    """A loopback port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def environment(data_dir: Path, **settings: object) -> dict[str, str]:
    """The environment of a development site with these settings, nothing of this machine's own settings."""
    # Compiled code is kept, whatever this machine's habit: the tests start a hundred processes.
    left_out = ("UNDERSIGNED_", "PYTHONDONTWRITEBYTECODE")
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(left_out)}
    own = {
        "env": "development",
        "data_dir": data_dir,
        "secret_key": "0f3b5c7a91d2e4684bafc2d90e17a536" * 2,
        "mailbox_key": "96d8e1c24f7a30b5ec42879d10fb6a53" * 2,
        **settings,
    }
    return inherited | {f"UNDERSIGNED_{name.upper()}": str(value) for name, value in own.items()}


@contextmanager
def running_site(data_dir: Path, **settings: object) -> Iterator[Site]:
    """A development site on its own data, stopped at the end of the block."""
    data_dir.mkdir(parents=True, exist_ok=True)
    port = free_port()
    site = Site(environment(data_dir, port=port, **settings), data_dir, port)
    try:
        site.start()
        yield site
    finally:
        site.stop()
