"""Printing needs translations and templates, and no database."""

from collections.abc import Iterator

import pytest
from flask import Flask

from campaign import languages
from config import ROOT


@pytest.fixture
def printing() -> Iterator[Flask]:
    """An application context with the words and templates of the product."""
    app = Flask("campaign", template_folder=str(ROOT / "templates"))
    app.config["FONT_DIRS"] = ()
    languages.init_app(app)
    with app.app_context():
        yield app
