"""Rendered pages as bytes, kept per process and checked against the database once a second.

Keys hold everything the bytes depend on, so an entry is never wrong, only forgotten. Nothing
personal is ever kept here.
"""

from __future__ import annotations

import functools
import hashlib
import threading
import time
from collections.abc import Callable, Hashable, Sequence
from importlib.metadata import version
from typing import Any, TypeVar

from flask import Response, current_app, request
from markupsafe import Markup

from config import ROOT

T = TypeVar("T")

MAX_BYTES = 32 * 2**20
CHECK_SECONDS = 1.0
MAX_AGE = 30
MAX_FRAMES = 256


class PageCache:
    """A bounded store of bytes and of parts of pages, and of the last answer of each cheap check; the oldest go first.

    Reading takes no lock: with one, the threads of a busy process queue up for a page they all may have.
    """

    def __init__(self, check_seconds: float = CHECK_SECONDS) -> None:
        self.check_seconds = check_seconds
        self.pages: dict[Hashable, bytes] = {}
        self.frames: dict[Hashable, Any] = {}
        self.checks: dict[Hashable, tuple[float, Any]] = {}
        self.size = 0
        self.lock = threading.Lock()

    def checked(self, name: Hashable, load: Callable[[], Any]) -> Any:
        """The answer of `load`, asked at most once in `check_seconds` for this name."""
        now = time.monotonic()
        kept = self.checks.get(name)
        if kept is not None and now - kept[0] < self.check_seconds:
            return kept[1]
        answer = load()
        with self.lock:
            if len(self.checks) > 1000:
                self.checks.clear()
            self.checks[name] = (now, answer)
        return answer

    def ask_again(self, name: Hashable) -> None:
        """Forgets an answer, so that the next `checked` asks at once."""
        self.checks.pop(name, None)

    def page(self, key: Hashable, render: Callable[[], bytes]) -> bytes:
        """The bytes under this key, rendered when they are not there."""
        kept = self.pages.get(key)
        if kept is not None:
            return kept
        body = render()
        with self.lock:
            if key not in self.pages:
                self.pages[key] = body
                self.size += len(body)
            while self.size > MAX_BYTES:
                self.size -= len(self.pages.pop(next(iter(self.pages))))
        return body

    def frame(self, key: Hashable, make: Callable[[], T]) -> T:
        """What `make` returned for this key: a part of a page, which nobody may change."""
        kept: T | None = self.frames.get(key)
        if kept is not None:
            return kept
        made = make()
        with self.lock:
            self.frames[key] = made
            while len(self.frames) > MAX_FRAMES:
                del self.frames[next(iter(self.frames))]
        return made


# Where a part of a page takes what is not kept with it; no text that was cleaned holds this character.
GAP = Markup("\0")


def fill(parts: Sequence[str], gaps: Sequence[str]) -> str:
    """A page from its parts, one more than there are gaps, and the HTML that stands between them."""
    return "".join(piece for pair in zip(parts, [*gaps, ""], strict=True) for piece in pair)


def cache() -> PageCache:
    """The cache of this process's app."""
    kept: PageCache | None = current_app.extensions.get("undersigned_pages")
    if kept is None:
        kept = PageCache(float(current_app.config.get("PAGE_CHECK_SECONDS", CHECK_SECONDS)))
        current_app.extensions["undersigned_pages"] = kept
    return kept


@functools.cache
def release() -> str:
    """A digest of the templates and of the product's version: what every page depends on beside its records."""
    digest = hashlib.sha256(version("undersigned").encode())
    for path in sorted((ROOT / "templates").rglob("*.*")):
        digest.update(path.read_bytes())
    return digest.hexdigest()


@functools.lru_cache(maxsize=1024)
def etag_of(*parts: object) -> str:
    """A short tag of everything a page depends on, the release included."""
    return hashlib.sha256("\x1f".join([release(), *map(str, parts)]).encode()).hexdigest()[:24]


def cached_page(key: tuple[object, ...], render: Callable[[], bytes]) -> Response:
    """The HTML page for this key with ETag and a short public life; 304 when the reader has it already."""
    etag = etag_of(*key)
    # Weak: a proxy may compress the bytes.
    headers = [("ETag", f'W/"{etag}"'), ("Cache-Control", f"public, max-age={MAX_AGE}")]
    if request.if_none_match.contains_weak(etag):
        return Response(status=304, headers=headers)
    return Response(cache().page(key, render), headers=[*headers, ("Content-Type", "text/html; charset=utf-8")])
