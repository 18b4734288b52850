"""Public addresses of our own pages, for mails and metadata: from BASE_URL, never from a request.

What makes a mailed link secret is derived here too: from SECRET_KEY and the row's numbers, never stored.
"""

from __future__ import annotations

from flask import current_app
from werkzeug.routing import MapAdapter

from campaign.lib import tokens


def _adapter() -> MapAdapter:
    adapter: MapAdapter | None = current_app.extensions.get("undersigned_links")
    if adapter is None:
        adapter = current_app.url_map.bind("localhost", script_name="/")
        current_app.extensions["undersigned_links"] = adapter
    return adapter


def external(endpoint: str, **values: object) -> str:
    """The full public address of an endpoint, e.g. `external("signing.confirm", token=...)`."""
    return f"{current_app.config['BASE_URL']}{_adapter().build(endpoint, values)}"


def key_of(purpose: str) -> bytes:
    """The key of one purpose, from SECRET_KEY."""
    return tokens.derive_key(current_app.config["SECRET_KEY"], purpose)


def make_token(purpose: str, row_id: int, generation: int) -> str:
    """The token of a mailed link; `purpose` (confirm, my, reply) names its door, and no other takes it."""
    return tokens.link_token(key_of("link"), purpose, row_id, generation)


def read_token(purpose: str, token: str) -> tuple[int, int]:
    """Row and generation of a link's token. Raises `tokens.BadToken`."""
    read = tokens.read_link_token(key_of("link"), purpose, token)
    return read.row_id, read.generation
