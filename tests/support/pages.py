"""Pages as a browser without script reads them: their forms, their links, their text."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

from flask.testing import FlaskClient
from werkzeug.test import TestResponse


@dataclass
class Form:
    """One form of a page: where it posts, and the fields as they stand."""

    action: str
    method: str
    fields: dict[str, str] = field(default_factory=dict)


class Page(HTMLParser):
    """The forms, links and visible words of an HTML page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.links: list[str] = []
        self.words: list[str] = []
        self._area = self._select = ""
        self._hidden = 0
        self.feed(html)

    @property
    def text(self) -> str:
        """The words of the page with single spaces."""
        return " ".join(" ".join(self.words).split())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Collect forms, fields and links."""
        given = {name: value or "" for name, value in attrs}
        if tag in ("script", "style"):
            self._hidden += 1
        if tag == "a" and "href" in given:
            self.links.append(given["href"])
        if tag == "form":
            self.forms.append(Form(given.get("action", ""), given.get("method", "get").lower()))
        elif self.forms and given.get("name"):
            self._field(tag, given)
        elif tag == "option" and self._select and ("selected" in given or self._select not in self.forms[-1].fields):
            self.forms[-1].fields[self._select] = given.get("value", "")

    def _field(self, tag: str, given: dict[str, str]) -> None:
        name = given["name"]
        if tag == "input" and given.get("type") in ("checkbox", "radio"):
            if "checked" in given:
                self.forms[-1].fields[name] = given.get("value", "on")
        elif tag == "input" and given.get("type") != "submit":
            self.forms[-1].fields[name] = given.get("value", "")
        elif tag == "textarea":
            self._area = name
            self.forms[-1].fields[name] = ""
        elif tag == "select":
            self._select = name

    def handle_endtag(self, tag: str) -> None:
        """Leave what was open."""
        if tag == "textarea":
            # The first line break inside the tag is none of the text (HTML, 13.1.2.5).
            self.forms[-1].fields[self._area] = re.sub(r"\A\r?\n", "", self.forms[-1].fields[self._area])
            self._area = ""
        if tag == "select":
            self._select = ""
        if tag in ("script", "style"):
            self._hidden -= 1

    def handle_data(self, data: str) -> None:
        """Collect text."""
        if self._area:
            self.forms[-1].fields[self._area] += data
        elif not self._hidden:
            self.words.append(data)


def send_form(client: FlaskClient, address: str, data: dict[str, str], button: str = "") -> TestResponse:
    """Open a page, fill its form with `data` and send it, hidden fields and tokens included.

    The form is the first that posts and has every field of `data`; `button` is a submit button's `name=value`.
    """
    answer = client.get(address)
    assert answer.status_code in (200, 422), f"{address} answered {answer.status_code}"
    forms = [form for form in Page(answer.text).forms if form.method == "post"]
    form = next((one for one in forms if one.fields.keys() >= data.keys()), forms[0])
    pressed = dict([button.split("=", 1)]) if button else {}
    return client.post(form.action or address, data={**form.fields, **data, **pressed})
