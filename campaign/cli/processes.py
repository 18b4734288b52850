"""Child processes that never outlive their parent and are started again when they die.

Unix only (fork). The parent never opens a database connection and starts no thread, so that forking is safe.
Signals only wake the process up; what they mean is decided outside the handler.
"""

from __future__ import annotations

import logging
import os
import select
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import NoReturn

import click

from config import SettingsError

log = logging.getLogger("campaign.processes")

# Everybody has this long to finish what is in hand (trust P23: 10 s in all).
GRACE_SECONDS = 9.0
FIRST_PAUSE, LONGEST_PAUSE, HEALTHY_SECONDS = 0.2, 10.0, 5.0
STOPPING = frozenset({signal.SIGTERM, signal.SIGINT, signal.SIGHUP})

# What a child does until the event is set; it calls the second argument once it is ready for work.
Work = Callable[[threading.Event, Callable[[], None]], None]


@dataclass
class Child:
    """A process to keep alive: its name for the log, its work, and when it started or starts again."""

    name: str
    work: Work
    pid: int = 0
    started: float = 0.0
    pause: float = FIRST_PAUSE
    due: float = 0.0


@dataclass(frozen=True)
class Pipes:
    """What parent and children share: the lifeline ends when the parent dies, `ready` tells the parent."""

    lifeline_read: int
    lifeline_write: int
    ready_read: int
    ready_write: int


def nothing() -> None:
    """Do nothing, where a caller has nothing to add."""


def supervise(
    children: Sequence[Child], when_ready: Callable[[], None] = nothing, when_stopping: Callable[[], None] = nothing
) -> None:
    """Keep every child running until TERM, INT or HUP, then stop them all within 10 seconds.

    `when_ready` is called once, when the first child that calls ready() has done so; `when_stopping` before the
    children are told.
    """
    pipes = Pipes(*os.pipe(), *os.pipe())
    with signals_as_bytes({*STOPPING, signal.SIGCHLD}) as wakeup:
        try:
            announced = False
            while True:
                start_due(children, pipes)
                heard = wait_for([wakeup, pipes.ready_read], seconds_until_due(children))
                if pipes.ready_read in heard and not announced:
                    announced = True
                    when_ready()
                if STOPPING.intersection(heard.get(wakeup, b"")):
                    return
                for child in children:
                    note_death(child)
        finally:
            when_stopping()
            stop_all(children)


@contextmanager
def signals_as_bytes(wanted: set[signal.Signals]) -> Iterator[int]:
    """A readable descriptor that receives one byte, the number, for each of these signals."""
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    former = signal.set_wakeup_fd(writing, warn_on_full_buffer=False)
    handlers = {number: signal.signal(number, lambda *_: None) for number in wanted}
    try:
        yield reading
    finally:
        signal.set_wakeup_fd(former)
        for number, handler in handlers.items():
            signal.signal(number, handler)
        os.close(reading)
        os.close(writing)


def wait_for(descriptors: list[int], seconds: float | None) -> dict[int, bytes]:
    """What can be read from these descriptors within that time; {} when nothing came."""
    readable, _, _ = select.select(descriptors, [], [], seconds)
    return {descriptor: os.read(descriptor, 512) for descriptor in readable}


def seconds_until_due(children: Sequence[Child]) -> float | None:
    """How long until a child waits to be started; None while all of them run."""
    waiting = [child.due - time.monotonic() for child in children if not child.pid]
    return max(0.0, min(waiting)) if waiting else None


def start_due(children: Sequence[Child], pipes: Pipes) -> None:
    """Start every child whose pause is over."""
    for child in children:
        if not child.pid and child.due <= time.monotonic():
            start(child, pipes)


def start(child: Child, pipes: Pipes) -> None:
    """Fork one child; in the child this never returns."""
    # A signal that comes before the child has its own handlers must wait, not be lost.
    before = signal.pthread_sigmask(signal.SIG_BLOCK, STOPPING)
    child.started = time.monotonic()
    child.pid = os.fork()
    if not child.pid:
        live(child, pipes, before)
    signal.pthread_sigmask(signal.SIG_SETMASK, before)
    click.echo(f"{child.name} runs as process {child.pid}", err=True)


def live(child: Child, pipes: Pipes, mask: set[int | signal.Signals]) -> NoReturn:
    """The life of a child: a process group of its own, its work, and an end without the parent's clean-up."""
    parent = os.getppid()
    os.setpgid(0, 0)
    os.close(pipes.lifeline_write)
    os.close(pipes.ready_read)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    with signals_as_bytes(set(STOPPING)) as wakeup:
        stop = threading.Event()
        threading.Thread(target=watch, args=(wakeup, pipes.lifeline_read, stop), daemon=True).start()
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        code = leave_code(lambda: child.work(stop, lambda: tell(pipes.ready_write)))
        if os.getppid() != parent:
            os.killpg(0, signal.SIGKILL)  # nobody else is left to end what this child has started
        os._exit(code)


def leave_code(work: Callable[[], None]) -> int:
    """Do the work; the exit code that tells how it went, its message on stderr."""
    try:
        work()
        return 0
    except click.exceptions.Exit as left:
        return left.exit_code
    except SettingsError as problem:
        click.echo(str(problem), err=True)
        return 2
    except BaseException:  # whatever it was, a child must not run on into its parent's code
        log.exception("a process ended by an error")
        return 1
    finally:
        sys.stdout.flush()
        sys.stderr.flush()


def tell(ready: int) -> None:
    """In a child: let the parent know that the work has begun."""
    os.write(ready, b".")


def watch(wakeup: int, lifeline: int, stop: threading.Event) -> None:
    """In a child: set `stop` on a signal; without a parent also end the whole group when the grace is over."""
    heard = wait_for([wakeup, lifeline], None)
    stop.set()
    if lifeline in heard:
        time.sleep(GRACE_SECONDS)
        os.killpg(0, signal.SIGKILL)


def note_death(child: Child) -> None:
    """If the child has died: end what it left behind and plan its next start, later each time it fails early."""
    if not child.pid or os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None:
        return
    # The dead child still holds its number, so the group cannot be anybody else's.
    kill_group(child.pid)
    _, status = os.waitpid(child.pid, 0)
    lived = time.monotonic() - child.started
    child.pause = FIRST_PAUSE if lived >= HEALTHY_SECONDS else min(child.pause * 2, LONGEST_PAUSE)
    child.due = time.monotonic() + child.pause
    code = os.waitstatus_to_exitcode(status)
    click.echo(f"{child.name}, process {child.pid}, ended with {code}; starts again in {child.pause:g} s", err=True)
    child.pid = 0


def kill_group(pid: int) -> None:
    """End a child and everything it started, at once."""
    # Nobody may be left in the group; macOS says so with EPERM.
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)


def stop_all(children: Sequence[Child]) -> None:
    """Ask every child to finish, end after the grace whoever has not, and leave no process behind."""
    running = [child for child in children if child.pid]
    for child in running:
        os.kill(child.pid, signal.SIGTERM)
    end = time.monotonic() + GRACE_SECONDS
    for child in running:
        while time.monotonic() < end and not os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT):
            time.sleep(0.02)
        kill_group(child.pid)
        os.waitpid(child.pid, 0)
        child.pid = 0


def in_child(work: Callable[[], str]) -> str:
    """What `work` returns, run in a short-lived child so that this process never opens the database.

    When the work fails, its message is on stderr and this process leaves with the same exit code.
    """
    reading, writing = os.pipe()
    pid = os.fork()
    if not pid:
        os.close(reading)
        os._exit(leave_code(lambda: answer_with(work(), writing)))
    os.close(writing)
    with os.fdopen(reading, encoding="utf-8") as answer:
        text = answer.read()
    code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    if code:
        raise click.exceptions.Exit(code if code > 0 else 1)
    return text


def answer_with(text: str, writing: int) -> None:
    """In the short-lived child: hand the text to the parent."""
    with os.fdopen(writing, "w", encoding="utf-8") as answer:
        answer.write(text)
