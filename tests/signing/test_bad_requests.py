"""Whatever is posted to a form, it is answered with what to mend: never with a crash."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import scoped_session

from campaign.models import Endorsement, Signature
from tests.factories import make_letter
from tests.signing.acts import ORGANIZATION, PERSON, form_of, sign_organization

Session = scoped_session[Any]

FORMS = [
    "/letters/stop/sign",
    "/letters/stop/sign/organization",
    "/letters/stop/sign/another-way",
    "/letters/stop/sign/code",
    "/letters/stop/sign/resend",
    "/letters/stop/share",
    "/my",
]
FILE = b'--x\r\nContent-Disposition: form-data; name="name"; filename="a.txt"\r\n\r\nAda\r\n--x--\r\n'


@pytest.mark.parametrize("address", FORMS)
@pytest.mark.parametrize(
    "sent",
    [
        {"json": {"name": 1, "email": ["a"], "csrf_token": None}},
        {"json": ["no", "object"]},
        {"data": FILE, "content_type": "multipart/form-data; boundary=x"},
        {"data": b"name=Ada", "content_type": "text/plain"},
        {"data": b"name=Ada", "content_type": "multipart/form-data"},
        {"data": b"name=%FF%FE&code=%00&way=%00&server=%00", "content_type": "application/x-www-form-urlencoded"},
        {"data": {}},
    ],
    ids=["json", "list", "files", "plain", "no boundary", "broken bytes", "nothing"],
)
def test_other_bodies_are_forms_to_mend(
    client: FlaskClient, session: Session, address: str, sent: dict[str, Any]
) -> None:
    """p-S1: a body no browser sends gets 422 like an empty form, and stores nothing."""
    make_letter()
    answer = client.post(address, **sent)
    assert answer.status_code == 422
    assert session.scalar(select(func.count()).select_from(Signature)) == 0


@pytest.mark.parametrize("address", FORMS)
def test_token_alone_is_a_form_to_mend(client: FlaskClient, session: Session, address: str) -> None:
    """A good token and not one other field: 422, the page says what is missing."""
    make_letter()
    page = "/my" if address == "/my" else "/letters/stop/sign"
    token = form_of(client.get(page)).fields["csrf_token"]
    answer = client.post(address, data={"csrf_token": token})
    assert answer.status_code == 422
    asks_anew = "Which address did you sign with?" if address.endswith("/code") else 'class="error-summary"'
    assert asks_anew in answer.text


def test_file_in_place_of_a_name_is_no_name(client: FlaskClient, session: Session) -> None:
    """Fields that are right beside one that is a file are kept, and the file is asked for anew."""
    make_letter()
    fields = form_of(client.get("/letters/stop/sign")).fields
    sent = {**fields, **PERSON, "name": (BytesIO(b"Ada"), "name.txt")}
    answer = client.post("/letters/stop/sign", data=sent, content_type="multipart/form-data")
    assert answer.status_code == 422
    assert "Enter your name" in answer.text
    assert PERSON["email"] in answer.text


@pytest.mark.parametrize("kind", ["", None])
def test_kind_of_organization_may_be_left_out(client: FlaskClient, session: Session, kind: str | None) -> None:
    """The kind is no required field: absent or empty, it is an organization like most."""
    make_letter()
    fields = {**form_of(client.get("/letters/stop/sign/organization")).fields, **ORGANIZATION}
    del fields["type"]
    if kind is not None:
        fields["type"] = kind
    assert client.post("/letters/stop/sign/organization", data=fields).status_code == 303
    assert session.scalars(select(Endorsement)).one().type == "ngo"
    assert sign_organization(client, email="eva@example.org", type="guild").status_code == 422
