"""What is measured, as real processes: `python -m bench.server KIND PORT`, the web half of `undersigned serve`.

KIND is `site`; `rendered`, where no page's bytes are kept; `recounted`, where each page is made as after a new count;
`cold`, where nothing is kept; or `hello`, a bare Flask page under the very same processes, threads and sockets.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Hashable
from typing import Any

import click
from flask import Flask

from campaign import create_app
from campaign.cli.processes import Child, leave_code, supervise
from campaign.cli.serve import bind, serve_pages, web_children
from campaign.pagecache import PageCache


class Rendered(PageCache):
    """Puts each page together anew from its parts, which are kept as always."""

    def page(self, key: Hashable, render: Callable[[], bytes]) -> bytes:
        """The page, rendered."""
        return render()


class Recounted(Rendered):
    """As if the letter's count were new at each request: it is looked up, and counts and names are made anew."""

    def checked(self, name: Hashable, load: Callable[[], Any]) -> Any:
        """The answer of `load`."""
        return load()

    def frame(self, key: Hashable, make: Callable[[], Any]) -> Any:
        """The part, made anew where it holds names."""
        return make() if isinstance(key, tuple) and key[0] == "names" else super().frame(key, make)


class Cold(Recounted):
    """Keeps nothing at all."""

    def frame(self, key: Hashable, make: Callable[[], Any]) -> Any:
        """The part, made anew."""
        return make()


CACHES = {"site": PageCache, "rendered": Rendered, "recounted": Recounted, "cold": Cold}


def hello() -> Flask:
    """The page everything is compared with."""
    app = Flask("hello")
    app.add_url_rule("/", view_func=lambda: "Hello, world")
    return app


def main(kind: str, port: int) -> None:
    """Serve until a signal."""
    app = hello() if kind == "hello" else create_app()
    app.config.update(HOST="127.0.0.1", PORT=port, WEB_PROCESSES=2)
    listener = bind(app)
    if kind == "hello":
        app.config["TRUSTED_PROXIES"] = 0

        def work(stop: threading.Event, ready: Callable[[], None]) -> None:
            serve_pages(app, listener, stop, ready)

        children = [Child(f"web {number}", work) for number in (1, 2)]
    else:
        app.extensions["undersigned_pages"] = CACHES[kind]()
        children = web_children(app, listener)
    supervise(children, lambda: click.echo("answers at", err=True))


if __name__ == "__main__":
    sys.exit(leave_code(lambda: main(sys.argv[1], int(sys.argv[2]))))
