"""`undersigned serve` as real processes: restarted when they die, stopped without an error, never left behind."""

from __future__ import annotations

import http.client
import os
import signal
import threading
import time
from collections.abc import Callable
from pathlib import Path

import psutil

from tests.support.server import Site, environment, free_port, wait_until

StartSite = Callable[..., Site]


def ask(site: Site, path: str = "/sign-in") -> int:
    """The status of one request over a connection of its own."""
    connection = http.client.HTTPConnection("127.0.0.1", site.port, timeout=10)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        answer.read()
        return answer.status
    finally:
        connection.close()


def processes(site: Site) -> list[psutil.Process]:
    """The supervisor and everything below it."""
    assert site.process is not None
    parent = psutil.Process(site.process.pid)
    return [parent, *parent.children(recursive=True)]


def test_killed_children_are_started_again(start_site: StartSite, site_database: dict[str, str]) -> None:
    """Section 5 of the stack: kill -9 of web and worker costs a pause, not the site."""
    site = start_site(**site_database)
    for kind, count in (("web", 2), ("worker", 1)):
        before = site.children(kind)
        assert len(before) == count
        os.kill(before[0], signal.SIGKILL)
        wait_until(lambda: before[0] not in site.children(kind), f"the death of a {kind} to be noticed")  # noqa: B023
        wait_until(lambda: len(site.children(kind)) == count, f"a new {kind}")  # noqa: B023
        assert ask(site) == 200
    assert "ended with -9; starts again in" in site.log


def test_stop_leaves_nobody_behind(start_site: StartSite) -> None:
    """C1: TERM and Ctrl-C end every process within ten seconds, with exit code 0."""
    for number in (signal.SIGTERM, signal.SIGINT):
        site = start_site()
        alive = processes(site)
        assert len(alive) == 4
        begun = time.monotonic()
        assert site.process is not None
        site.process.send_signal(number)
        assert site.process.wait(15) == 0
        assert time.monotonic() - begun < 10
        assert [process for process in alive if process.is_running()] == []
        site.process = None


def test_killed_supervisor_takes_its_children_along(start_site: StartSite) -> None:
    """No orphan holds the port or the database after kill -9 of the supervisor."""
    site = start_site()
    alive = processes(site)
    assert site.process is not None
    site.process.kill()
    site.process.wait(5)
    _, left = psutil.wait_procs(alive[1:], timeout=15)
    assert left == []
    site.process = None
    site.start()
    assert ask(site) == 200


def test_requests_in_hand_are_finished(start_site: StartSite) -> None:
    """P23, small form: whoever was let in gets a whole answer while the site stops."""
    site = start_site()
    statuses: list[object] = []

    def keep_asking() -> None:
        while True:
            try:
                statuses.append(ask(site))
            except ConnectionRefusedError:
                return
            except OSError as problem:
                # A connection that waited in the queue of the kernel was never let in.
                statuses.append("not let in" if isinstance(problem, ConnectionResetError) else problem)

    askers = [threading.Thread(target=keep_asking) for _ in range(4)]
    for asker in askers:
        asker.start()
    wait_until(lambda: len(statuses) > 20, "answers before the stop")
    assert site.stop() == 0
    for asker in askers:
        asker.join(10)
    assert set(statuses) <= {200, "not let in"}
    # The door of the last process closes a moment after it has looked for the last time.
    assert statuses.count("not let in") <= 1


def test_taken_port_is_said_in_one_sentence(start_site: StartSite, tmp_path: Path) -> None:
    """C3: the setting, what was found, and an example."""
    site = start_site()
    second = Site({**site.environ, "UNDERSIGNED_DATA_DIR": str(tmp_path)}, tmp_path, site.port)
    try:
        second.start()
    except TimeoutError:
        assert second.log.startswith(f"UNDERSIGNED_HOST 127.0.0.1 and UNDERSIGNED_PORT {site.port} cannot be listened")
        assert second.log.count("\n") == 1
    assert second.stop() == 2


def test_production_waits_for_its_migrations(tmp_path: Path) -> None:
    """`serve` migrates in development only; production says what to run."""
    settings = {
        "env": "production",
        "secret_key": "8c1f5e0b7a93d2648c05f1be97d3a26470e9b84c13fa5d6208b7e4c95a1d3f60",
        "mailbox_key": "e2740d9c6b5f81a3f09c47de258b1a6039d5c8e7b4f2a1608d37c95e0b6a4f12",
        "base_url": "https://letters.example.org",
        "mail_url": "smtp://127.0.0.1:25",
        "mail_from": "letters@example.org",
        "operator_name": "The Example Foundation",
        "operator_address": "1 Example Street",
    }
    port = free_port()
    site = Site(environment(tmp_path, port=port, **settings), tmp_path, port)
    try:
        site.start()
    except TimeoutError:
        assert "migrations wait for this database" in site.log
        assert site.log.count("\n") == 1
    assert site.stop() == 1
    site.run("db", "upgrade")
    site.start()
    assert site.stop() == 0
