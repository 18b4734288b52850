"""What a company does on the page of its own link, as a browser without script does it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from flask.testing import FlaskClient

from tests.support.pages import Page

Mails = Callable[..., list[dict[str, Any]]]
DESK = "/desk/campaigns/face-recognition/deliveries/1"
ADDRESS = "counsel@legal.acme.com"


def path_of(owner: FlaskClient) -> str:
    """The link as the desk shows it."""
    found = re.search(r"/reply/[\w-]+", owner.get(DESK).text)
    assert found is not None
    return found[0]


def form(client: FlaskClient, place: str, field: str) -> dict[str, Any]:
    """The fields of the form that has this field."""
    return next(form.fields for form in Page(client.get(place).text).forms if field in form.fields)


def ask(client: FlaskClient, place: str, address: str = ADDRESS) -> int:
    """Asks for a code; the status of the answer."""
    return client.post(place, data={**form(client, place, "email"), "email": address, "action": "code"}).status_code


def code_in(mails: Mails, address: str = ADDRESS) -> str:
    """The code of the newest mail to an address."""
    return re.findall(r"^\d{6}$", mails(address)[0]["text"], re.MULTILINE)[0]


def said(client: FlaskClient, place: str, code: str, **changes: Any) -> dict[str, Any]:
    """An answer with everything in it."""
    words = {"kind": "answer", "actor": "Office of the General Counsel", "text": "We stop.\nFor good."}
    return {**form(client, place, "code"), "code": code, "action": "answer", **words, **changes}
