"""Texts that are translated where they are read."""

from __future__ import annotations

import pytest
from flask import Flask, render_template_string

from campaign.languages import lazy


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_names_within_a_text_are_escaped(app: Flask) -> None:
    """T13, ASVS 1.2.1: a text with somebody's words in it is no markup, wherever a page shows it."""
    text = lazy("Send me news from %(sender)s", sender="<img src=x onerror=alert(1)>")
    with app.test_request_context():
        assert str(text) == "Send me news from <img src=x onerror=alert(1)>"
        for page in ("{{ text }}", "{{ text ~ '' }}", "<p title='{{ text }}'></p>", "{{ _('%(text)s', text=text) }}"):
            assert "<img" not in render_template_string(page, text=text), page
