"""`undersigned serve`, `web` and `worker`: the site under a supervisor that restarts what dies."""

from __future__ import annotations

import select
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click
from flask import Flask
from sqlalchemy.exc import DBAPIError
from waitress import create_server, wasyncore
from waitress.channel import HTTPChannel
from waitress.server import BaseWSGIServer

from campaign.cli import current_flask, database_sentence, fail
from campaign.cli.db import pending_revisions, upgrade_database
from campaign.cli.erased import keep_erased
from campaign.cli.processes import Child, Work, in_child, supervise
from campaign.extensions import db
from campaign.jobs.worker import run_worker
from campaign.lib import clock
from config import SettingsError

WEB_THREADS = 8
# Shorter than the supervisor's grace, so that a slow client costs its own answer only.
DRAIN_SECONDS = 8.0
LARGEST_BODY = 16 * 2**20
# Whoever was let in just before the stop has this long to say what they want.
FIRST_WORD_SECONDS = 1.0


@click.command()
def serve() -> None:
    """Run the whole site: web and worker processes, restarted when they die, stopped together.

    Settings: HOST, PORT, WEB_PROCESSES, WORKER_PROCESSES. In development waiting migrations are applied first.

    Example: undersigned serve
    """
    app = current_flask(click.get_current_context())
    listener = bind(app)
    in_child(lambda: prepare_database(app))
    run_site(app, listener, lambda: click.echo(f"Undersigned answers at {app.config['BASE_URL']}", err=True))


@click.command()
def web() -> None:
    """Run the web processes alone; the worker then runs elsewhere.

    Example: undersigned web
    """
    app = current_flask(click.get_current_context())
    listener = bind(app)
    in_child(lambda: prepare_database(app))
    answers = f"Web answers at {app.config['BASE_URL']}"
    supervise(web_children(app, listener), lambda: click.echo(answers, err=True), listener.close)


@click.command()
def worker() -> None:
    """Run the worker processes alone: mail, tallies, exports, opening and closing on time.

    Example: undersigned worker
    """
    app = current_flask(click.get_current_context())
    in_child(lambda: prepare_database(app))
    supervise(worker_children(app))


def run_site(app: Flask, listener: socket.socket, when_ready: Callable[[], None]) -> None:
    """Serve with web and worker processes until a signal; `when_ready` once pages are answered."""
    supervise([*web_children(app, listener), *worker_children(app, listener)], when_ready, listener.close)


def prepare_database(app: Flask) -> str:
    """Bring a development database to the newest schema; in production only refuse to start on an older one.

    Then whoever was erased is erased again, should an older backup have brought them back.
    """
    with app.app_context(), saying_what_is_wrong():
        waiting = pending_revisions()
        if waiting and app.config["ENV"] == "production":
            fail(f"{len(waiting)} migrations wait for this database; back up, then run: undersigned db upgrade")
        if waiting:
            upgrade_database()
        keep_erased(clock.now())
    return ""


@contextmanager
def saying_what_is_wrong() -> Iterator[None]:
    """Leaves with one sentence when the database cannot be used."""
    try:
        yield
    except DBAPIError as problem:
        fail(database_sentence(problem))


def bind(app: Flask) -> socket.socket:
    """The listening socket that all web processes share. SettingsError when HOST and PORT cannot be had."""
    host, port = app.config["HOST"], app.config["PORT"]
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
        listener = socket.socket(found[0], found[1], found[2])
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(found[4])
    except OSError as problem:
        raise SettingsError(
            f"UNDERSIGNED_HOST {host} and UNDERSIGNED_PORT {port} cannot be listened on ({problem.strerror}); "
            f"stop what listens there, or choose another port, for example UNDERSIGNED_PORT={port % 65535 + 1}"
        ) from None
    listener.listen(1024)
    return listener


def web_children(app: Flask, listener: socket.socket) -> list[Child]:
    """The web processes of this site, WEB_PROCESSES of them."""

    def work(stop: threading.Event, ready: Callable[[], None]) -> None:
        serve_pages(app, listener, stop, ready)

    return [Child(f"web {number}", forked(app, work)) for number in range(1, app.config["WEB_PROCESSES"] + 1)]


def worker_children(app: Flask, listener: socket.socket | None = None) -> list[Child]:
    """The worker processes of this site, WORKER_PROCESSES of them; they let go of the web's `listener`."""

    def work(stop: threading.Event, ready: Callable[[], None]) -> None:
        if listener is not None:
            listener.close()
        run_worker(app, stop)

    return [Child(f"worker {number}", forked(app, work)) for number in range(1, app.config["WORKER_PROCESSES"] + 1)]


def forked(app: Flask, work: Work) -> Work:
    """The same work, on database connections of the child's own."""

    def run(stop: threading.Event, ready: Callable[[], None]) -> None:
        with app.app_context():
            db.engine.dispose(close=False)
        work(stop, ready)

    return run


def serve_pages(app: Flask, listener: socket.socket, stop: threading.Event, ready: Callable[[], None]) -> None:
    """Answer requests on a shared socket until `stop`, then finish those that have begun."""
    channels: dict[int, wasyncore.dispatcher] = {}
    server = create_server(
        app,
        map=channels,
        sockets=[listener],
        threads=WEB_THREADS,
        ident=None,
        asyncore_use_poll=True,
        max_request_body_size=LARGEST_BODY,
        # With a trusted proxy the app itself reads the forwarded headers, by count.
        clear_untrusted_proxy_headers=not app.config["TRUSTED_PROXIES"],
    )
    ready()
    while not stop.is_set():
        wasyncore.loop(timeout=0.5, use_poll=True, map=channels, count=1)
    close_the_door(server)
    end = time.monotonic() + DRAIN_SECONDS
    while time.monotonic() < end and any(busy(channel) for channel in list(server.active_channels.values())):
        wasyncore.loop(timeout=0.1, use_poll=True, map=channels, count=1)
    server.task_dispatcher.shutdown(timeout=0.5)


def close_the_door(server: BaseWSGIServer) -> None:
    """Let in whoever waits already, then accept no more: once every process has closed it, a caller is refused."""
    while select.select([server.socket], [], [], 0)[0]:
        server.handle_accept()
    wasyncore.dispatcher.close(server)


def busy(channel: HTTPChannel) -> bool:
    """Whether a connection has a request that is on its way, being worked on or answered."""
    said_nothing = channel.last_activity == channel.creation_time
    on_its_way = said_nothing and time.time() - channel.creation_time < FIRST_WORD_SECONDS
    return bool(on_its_way or channel.request or channel.requests or channel.total_outbufs_len)
