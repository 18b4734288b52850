"""Public addresses of our own pages, for mails and metadata: from BASE_URL, never from a request."""

from __future__ import annotations

from flask import current_app
from werkzeug.routing import MapAdapter


def _adapter() -> MapAdapter:
    adapter: MapAdapter | None = current_app.extensions.get("undersigned_links")
    if adapter is None:
        adapter = current_app.url_map.bind("localhost", script_name="/")
        current_app.extensions["undersigned_links"] = adapter
    return adapter


def external(endpoint: str, **values: object) -> str:
    """The full public address of an endpoint, e.g. `external("signing.confirm", token=...)`."""
    return f"{current_app.config['BASE_URL']}{_adapter().build(endpoint, values)}"
