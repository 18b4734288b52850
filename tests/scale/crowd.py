"""People who sign at once over real connections, and what the database and the mail server say afterwards."""

from __future__ import annotations

import os
import re
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import create_engine, text

from tests.support.server import Site, wait_until

TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
DIGEST = re.compile(r'name="digest"[^>]*value="([^"]*)"')
CONFIRM = re.compile(r"http://\S+/confirm/\S+")
AWAY = (OSError, HTTPException)


def seeded(site: Site, size: int = 20) -> str:
    """The slug of an open letter with so many signatures."""
    return site.run("seed", "--size", str(size), "--letters", "1").strip()


class Browser:
    """One kept connection, made again when the server went away."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.connection: HTTPConnection | None = None

    def ask(self, method: str, path: str, fields: dict[str, str] | None = None) -> tuple[int, str]:
        """Status and body of one request. Raises one of AWAY when no answer came."""
        if self.connection is None:
            self.connection = HTTPConnection("127.0.0.1", self.site.port, timeout=30)
        headers = {"Content-Type": "application/x-www-form-urlencoded"} if fields else {}
        try:
            self.connection.request(method, path, urlencode(fields) if fields else None, headers)
            answer = self.connection.getresponse()
            return answer.status, answer.read().decode()
        except AWAY:
            self.close()
            raise

    def __enter__(self) -> Browser:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Lets go of the connection."""
        if self.connection is not None:
            self.connection.close()
        self.connection = None

    def sign(self, slug: str, token: str, address: str) -> int:
        """Signs a letter as a person; the status of the answer."""
        typed = {"csrf_token": token, "name": "Crowd Ashgrove", "email": address, "homepage": "", "seconds": "20"}
        return self.ask("POST", f"/letters/{slug}/sign", typed)[0]

    def token(self, slug: str) -> str:
        """The token of a letter's form, good for a day."""
        match = TOKEN.search(self.ask("GET", f"/letters/{slug}/sign")[1])
        assert match is not None
        return match[1]

    def button(self, path: str) -> dict[str, str]:
        """What the button behind a mailed link would post."""
        shown = self.ask("GET", path)[1]
        token, digest = TOKEN.search(shown), DIGEST.search(shown)
        assert token is not None
        assert digest is not None
        return {"csrf_token": token[1], "digest": digest[1], "action": "confirm"}


class Crowd:
    """Signs from so many connections until it is told to stop.

    An address is on the disk of this test before anybody hears that it was acknowledged.
    """

    def __init__(self, site: Site, slug: str, log: Path, size: int = 8) -> None:
        self.site, self.slug, self.log, self.size = site, slug, log, size
        self.stop = threading.Event()
        self.statuses: set[int] = set()
        with Browser(site) as browser:
            self.token = browser.token(slug)

    @contextmanager
    def signing(self) -> Iterator[None]:
        """Signs while the block runs. What went wrong in a thread is raised at its end."""
        with ThreadPoolExecutor(self.size) as pool:
            threads = [pool.submit(self.sign_on, number) for number in range(self.size)]
            try:
                yield
            finally:
                self.stop.set()
            for thread in threads:
                thread.result()

    def sign_on(self, number: int) -> None:
        """One person after the other from one connection."""
        signed = 0
        with Browser(self.site) as browser, (self.log / f"{number}.txt").open("w", encoding="utf-8") as log:
            while not self.stop.is_set():
                signed += 1
                address = f"crowd.{number}.{signed}@mail.example"
                try:
                    status = browser.sign(self.slug, self.token, address)
                except AWAY:
                    time.sleep(0.05)
                    continue
                self.statuses.add(status)
                if status == 303:
                    log.write(f"{address}\n")
                    log.flush()
                    os.fsync(log.fileno())

    @property
    def acknowledged(self) -> set[str]:
        """Every address whose signature the site has acknowledged."""
        return {line for path in self.log.glob("*.txt") for line in path.read_text(encoding="utf-8").split()}


def rows(site: Site, statement: str, **values: Any) -> list[tuple[Any, ...]]:
    """What the site's database says."""
    address = site.environ.get("UNDERSIGNED_DATABASE_URL") or f"sqlite:///{site.data_dir}/undersigned.db"
    engine = create_engine(address.replace("postgresql://", "postgresql+psycopg://"))
    try:
        with engine.connect() as connection:
            return [tuple(row) for row in connection.execute(text(statement), values)]
    finally:
        engine.dispose()


def outbox_empty(site: Site) -> bool:
    """Whether nothing is left to send."""
    return rows(site, "SELECT count(*) FROM job WHERE state IN ('ready', 'sending')") == [(0,)]


def wait_long(true: Callable[[], bool], what: str, seconds: float) -> None:
    """As `wait_until`, for what takes longer."""
    end = time.monotonic() + seconds
    while not true():
        if time.monotonic() > end:
            raise TimeoutError(f"waited for {what}")
        time.sleep(0.2)


def wait_for_people(site: Site, slug: str, people: int) -> None:
    """Waits until the public count is this."""
    statement = "SELECT people FROM tally JOIN letter ON letter.id = tally.letter_id WHERE slug = :slug"
    wait_until(lambda: rows(site, statement, slug=slug) == [(people,)], f"a tally of {people}")
