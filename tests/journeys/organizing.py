"""What organizers do at the desk after a letter is signed, from the new text to the last mail, without script."""

from __future__ import annotations

import re
from io import BytesIO
from typing import Any

from flask.testing import FlaskClient

from tests.support.cast import desk_token
from tests.support.pages import Page, send_form

CAMPAIGN = "/desk/campaigns/face-recognition"
PROOF = b"%PDF-1.7 stamped by the front desk"


def pressed(desk: FlaskClient, url: str, **data: Any) -> str:
    """Sends a form of one button, with the desk's token; where that leads."""
    answer = desk.post(url, data={"csrf_token": desk_token(desk), **data})
    assert (url, answer.status_code) == (url, 303), answer.text
    return str(answer.location)


def publish_new_text(desk: FlaskClient, slug: str, body: str, reason: str) -> str:
    """Changes the text at the editor and says that it is a new version; the words of the page that asks."""
    asked = send_form(desk, f"/desk/letters/{slug}/edit", {"body": body}, "action=save")
    form = next(one for one in Page(asked.text).forms if "how" in one.fields)
    answer = desk.post(form.action, data={**form.fields, "how": "new_text", "reason": reason})
    assert answer.status_code == 303, answer.text
    return Page(asked.text).text


def freeze(desk: FlaskClient, slug: str, day: str, place: str) -> None:
    """Asks for the next edition, with the date and place it prints."""
    url = f"/desk/letters/{slug}/editions"
    answer = send_form(desk, url, {"dated_on": day, "place": place})
    assert (answer.status_code, answer.location) == (303, url)


def prepare(desk: FlaskClient, editions: int, **said: str) -> str:
    """Prepares a delivery of the editions the form offers as newest; the address of its page."""
    url = f"{CAMPAIGN}/deliveries/new"
    page = desk.get(url).text
    ticked = [tag for tag in re.findall(r'<input[^>]*name="editions"[^>]*>', page) if "checked" in tag]
    assert len(ticked) == editions
    numbers = [found[1] for tag in ticked if (found := re.search(r'value="(\d+)"', tag))]
    form = next(form for form in Page(page).forms if "handed_by" in form.fields)
    answer = desk.post(url, data={**form.fields, **said, "editions": numbers})
    assert answer.status_code == 303, answer.text
    return str(answer.location)


def keep_proof(desk: FlaskClient, delivery: str) -> None:
    """Stores the stamped copy."""
    assert pressed(desk, f"{delivery}/proof", file=(BytesIO(PROOF), "stamped.pdf")) == delivery


def record_statement(desk: FlaskClient, about: str, **said: str) -> str:
    """Notes what a company said, with the demand it moves; the address of its page at the desk."""
    url = f"{CAMPAIGN}/responses/new"
    form = next(form for form in Page(desk.get(url).text).forms if "happened" in form.fields)
    assert about in form.fields
    answer = desk.post(url, data={**form.fields, **said})
    assert answer.status_code == 303, answer.text
    return str(answer.location)


def send_update(desk: FlaskClient, slug: str, mails: int, **written: str) -> None:
    """Writes an update and sends it now, after the desk said how many mails will leave."""
    made = send_form(desk, f"/desk/letters/{slug}/updates/new", {"edition": "", **written})
    assert made.status_code == 303, made.text
    assert f"Send {mails} mails" in desk.get(f"{made.location}/send").text
    assert send_form(desk, f"{made.location}/send", {"when": "now"}).location == made.location
