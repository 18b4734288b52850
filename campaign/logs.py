"""Logs: one JSON object a line on standard error, with nothing personal in it.

What is logged names requests, jobs and records by number. An error keeps its class and its places in the
code, never its message: databases and mail servers repeat names and addresses in theirs.
"""

from __future__ import annotations

import json
import logging
import re
import sys
import traceback
from datetime import UTC, datetime
from types import TracebackType

from flask import Flask, g, has_request_context

# Whose lines are printed; everything else is silent below WARNING and has no say in our format.
LOGGERS = ("campaign", "waitress")
# What must not stand in a line, whoever wrote it: addresses, queries, and whatever is long enough for a token.
_PRIVATE = re.compile(r"""[^\s<>"']*@[^\s<>"']*|\?[^\s"']+|[A-Za-z0-9_-]{30,}""")
HIDDEN = "(hidden)"
PLACES = 12
# Made once: `json.dumps` makes an encoder for each line that is not plain ASCII, which takes longer than the line.
_ENCODE = json.JSONEncoder(ensure_ascii=False).encode

ErrorInfo = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


class Line(logging.Formatter):
    """Makes a record one line of JSON: time, level, logger, message, request id, and an error without its words."""

    def format(self, record: logging.LogRecord) -> str:
        """The line of one record."""
        fields: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": _PRIVATE.sub(HIDDEN, record.getMessage()),
        }
        if has_request_context() and "request_id" in g:
            fields["request"] = g.request_id
        if record.exc_info:
            fields |= _error(record.exc_info)
        return _ENCODE(fields)


def _error(found: ErrorInfo) -> dict[str, object]:
    """The classes of an error and of what caused it; the places of our code it passed, and the one it comes from."""
    error = found[1]
    names: list[str] = []
    while error is not None and len(names) < PLACES:
        names.append(type(error).__name__)
        error = error.__cause__ or error.__context__
    passed = traceback.extract_tb(found[2])
    ours = [place for place in passed[:-1] if "site-packages" not in place.filename]
    places = [*ours, *passed[-1:]][-PLACES:]
    return {"error": names, "places": [f"{place.filename}:{place.lineno} {place.name}" for place in places]}


class _StandardError(logging.Handler):
    """Writes each line at once to what is standard error at that moment.

    One call writes a whole line, so that threads need no lock: with one, they queue up behind a disk.
    """

    def createLock(self) -> None:
        """No lock."""
        self.lock = None

    def emit(self, record: logging.LogRecord) -> None:
        """Writes the line of a record; a log that cannot be written stops no request."""
        try:
            sys.stderr.write(f"{self.format(record)}\n")
        except (OSError, ValueError):
            self.handleError(record)


def init_app(app: Flask) -> None:
    """Prints the lines of `LOGGERS` from LOG_LEVEL on; safe to call for every app of a process."""
    # No line names thread or process, and looking them up takes a third of each line.
    logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False
    for name in LOGGERS:
        logger = logging.getLogger(name)
        logger.setLevel(app.config["LOG_LEVEL"])
        if not any(isinstance(handler, _StandardError) for handler in logger.handlers):
            handler = _StandardError()
            handler.setFormatter(Line())
            logger.addHandler(handler)
