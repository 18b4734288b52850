"""Which rooms there are: their pages and their job kinds. A new room is a line here."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from flask import Flask
from werkzeug.routing import IntegerConverter

# Rooms with pages, and modules whose import registers job kinds.
PAGES = (
    "campaign.mail.dev",
    "campaign.accounts.views",
    "campaign.letters.views",
    "campaign.organizations.views",
    "campaign.signing.views",
    "campaign.signing.views.employees_desk",
    "campaign.moderation.views",
    "campaign.exports.views",
    "campaign.delivery.views",
    "campaign.updates.views",
    "campaign.public.views",
)
JOBS = (
    "campaign.accounts.jobs",
    "campaign.letters.jobs",
    "campaign.organizations.jobs",
    "campaign.signing.jobs",
    "campaign.moderation.jobs",
    "campaign.exports.jobs",
    "campaign.delivery.jobs",
    "campaign.updates.jobs",
)


class RowNumber(IntegerConverter):
    """A number in an address that may be the id of a row; a larger one is no page of ours."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **{"max": 2**31 - 1, **options})


def register(app: Flask) -> None:
    """Adds every room's blueprint and job kinds to the app."""
    app.url_map.converters["int"] = RowNumber
    for name in JOBS:
        import_module(name)
    for name in PAGES:
        module = import_module(name)
        if name != "campaign.mail.dev" or app.config["ENV"] == "development":
            app.register_blueprint(module.bp)
