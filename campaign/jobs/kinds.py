"""The table of job kinds: what runs, and what a crash in the middle means."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from campaign.mail.render import Mail

Payload = dict[str, Any]
# repeat: run again, at least once. park: never again by itself, at most once.
Crash = Literal["repeat", "park"]
# How the job of a mail came to its end: it left; there was nothing to say; it may have left; it was given up; the
# server knows no such mailbox.
End = Literal["sent", "skipped", "parked", "dead", "bounced"]


class MustWait(Exception):
    """The mail may not leave before `until`; `words` say why, for the desk."""

    def __init__(self, until: datetime, words: str) -> None:
        super().__init__(words)
        self.until = until


@dataclass(frozen=True)
class Kind:
    """A kind of work. Either `run`, which commits by itself, or a mail: `build`, then `sent`.

    `build(payload, now)` returns the mail, or None when there is nothing left to say; `sent(payload,
    now)` runs in the commit that finishes the job, with the same `now`. `build` may raise `MustWait`.
    `ended(payload, end, now)` runs in the commit that settles the job for good, whichever way.
    A job of a kind that `leaves_no_row` is deleted when it is settled, whichever way (T10).
    A mail that `is_first` goes to a mailbox that nobody has proven yet: anybody may have typed it.
    Mails of a kind that `is_apart` have a budget of their own for each mailbox: no other mail uses it up.
    A kind that `is_long` may take minutes: each worker process has a thread for those, so that no mail
    waits behind one.
    """

    name: str
    crash: Crash
    run: Callable[[Payload], None] | None = None
    build: Callable[[Payload, datetime], Mail | None] | None = None
    sent: Callable[[Payload, datetime], None] | None = None
    ended: Callable[[Payload, End, datetime], None] | None = None
    attempts: int = 12
    is_long: bool = False
    leaves_no_row: bool = False
    is_first: bool = False
    is_apart: bool = False

    @property
    def is_mail(self) -> bool:
        """Whether the job hands a mail to the sender."""
        return self.build is not None

    def tell(self, payload: Payload, end: End, now: datetime) -> None:
        """Lets the room note how a job ended, in the commit that settles it."""
        if self.ended is not None:
            self.ended(payload, end, now)


@dataclass(frozen=True)
class Timer:
    """Work without a row: called by every worker each `seconds`; it must be safe to call twice."""

    name: str
    seconds: float
    run: Callable[[datetime], None]


KINDS: dict[str, Kind] = {}
TIMERS: dict[str, Timer] = {}


def job_kind(
    name: str, crash: Crash = "repeat", attempts: int = 5, is_long: bool = False, leaves_no_row: bool = False
) -> Callable[[Callable[[Payload], None]], Callable[[Payload], None]]:
    """Registers the decorated function as what runs for jobs of this kind."""

    def register(run: Callable[[Payload], None]) -> Callable[[Payload], None]:
        KINDS[name] = Kind(name, crash, run=run, attempts=attempts, is_long=is_long, leaves_no_row=leaves_no_row)
        return run

    return register


def mail_kind(
    name: str,
    build: Callable[[Payload, datetime], Mail | None],
    sent: Callable[[Payload, datetime], None] | None = None,
    crash: Crash = "repeat",
    ended: Callable[[Payload, End, datetime], None] | None = None,
    is_first: bool = False,
    is_apart: bool = False,
) -> None:
    """Registers a kind whose jobs are one mail each."""
    KINDS[name] = Kind(name, crash, build=build, sent=sent, ended=ended, is_first=is_first, is_apart=is_apart)


def timer(name: str, seconds: float) -> Callable[[Callable[[datetime], None]], Callable[[datetime], None]]:
    """Registers the decorated function `(now) -> None` to be called about every `seconds`."""

    def register(run: Callable[[datetime], None]) -> Callable[[datetime], None]:
        TIMERS[name] = Timer(name, seconds, run)
        return run

    return register
