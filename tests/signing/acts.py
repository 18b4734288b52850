"""What signatories do on the pages, as a browser without script does it."""

from __future__ import annotations

import re
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from campaign.links import make_token
from campaign.models import Signature
from campaign.signing.operations.confirm import digest_of
from campaign.signing.queries import signature_with_endorsement
from tests.support.pages import Form, Page, send_form

PERSON = {"name": "Ada Lovelace", "email": "ada@example.org"}
ORGANIZATION = {
    "organization": "Open Rights",
    "website": "example.org",
    "name": "Rosa Marín",
    "role": "Director",
    "email": "rosa@example.org",
    "may_speak": "y",
}


def sign(client: FlaskClient, slug: str = "stop", **fields: str) -> TestResponse:
    """A person fills the form and presses the button."""
    return send_form(client, f"/letters/{slug}/sign", {**PERSON, **fields})


def sign_organization(client: FlaskClient, slug: str = "stop", **fields: str) -> TestResponse:
    """A representative fills the form and presses the button."""
    return send_form(client, f"/letters/{slug}/sign/organization", {**ORGANIZATION, **fields})


def link(mail: dict[str, Any], purpose: str) -> str:
    """The path of the link of a mail that leads to `/<purpose>/...`: confirm, not-me or my."""
    found = [re.sub(r"^https?://[^/]+", "", address) for address in mail["links"] if f"/{purpose}/" in address]
    assert len(found) == 1, f"{purpose}: {mail['links']}"
    return found[0]


def code(mail: dict[str, Any]) -> str:
    """The six digits of a mail."""
    found = re.findall(r"\b\d{6}\b", mail["text"])
    assert len(found) == 1, mail["text"]
    return str(found[0])


def press(client: FlaskClient, path: str, button: str) -> TestResponse:
    """Open a page and press the button that sends `action=button`, with everything hidden in its form."""
    answer = client.get(path)
    assert answer.status_code == 200, f"{path} answered {answer.status_code}"
    return client.post(path, data={**form_of(answer).fields, "action": button})


def confirm(client: FlaskClient, mail: dict[str, Any]) -> TestResponse:
    """Open the link of a mail and press its button."""
    return press(client, link(mail, "confirm"), "confirm")


def form_of(answer: TestResponse, action: str = "") -> Form:
    """The first form of a page that posts, or the one that posts to an address that ends like that."""
    forms = [form for form in Page(answer.text).forms if form.method == "post" and form.action.endswith(action)]
    assert forms, "the page has no form that posts"
    return forms[0]


def errors(answer: TestResponse) -> list[tuple[str, str]]:
    """The error summary: the field each line leads to, and its sentence."""
    summary = answer.text.partition('class="error-summary"')[2].partition("</div>")[0]
    lines = re.findall(r'<li>(?:<a href="#([^"]*)">)?([^<]*)', summary)
    return [(field, sentence) for field, sentence in lines]


def my_path(row: Signature) -> str:
    """The address of one's own page, as the mails have it."""
    return f"/my/{make_token('my', row.id, row.generation)}"


def as_seen(signature_id: int) -> str:
    """The digest of an entry as its owner sees it now, for confirming without the page."""
    signature = signature_with_endorsement(signature_id)
    assert signature is not None
    return digest_of(signature)
