"""What organizations do on their page, as a browser without script does it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import scoped_session
from werkzeug.test import TestResponse

from campaign.links import make_token
from campaign.models import Invitation, Signature
from tests.factories import make_invitation, make_letter
from tests.signing.acts import code, errors
from tests.support.pages import Page, send_form

Session = scoped_session[Any]
Mails = Callable[..., list[dict[str, Any]]]

ENTERED = {"name": "Rosa Marín", "role": "Director", "to": "1", "may_speak": "y"}


def path_of(row: Invitation) -> str:
    """The address of an organization's page, as the mails have it."""
    return f"/invitations/{make_token('invitation', row.id, row.generation)}"


def invited(session: Session, state: str = "draft", letter: dict[str, Any] | None = None, **changes: Any) -> str:
    """The page of Open Rights, invited to a letter in a state."""
    row = make_invitation(make_letter(state=state, **(letter or {})), **changes)
    session.commit()
    return path_of(row)


def ask(client: FlaskClient, path: str, **changes: str) -> TestResponse:
    """Fills the form of the approval, and asks for the code."""
    forms = [form for form in Page(client.get(path).text).forms if "words" in form.fields]
    return client.post(path, data={**forms[0].fields, **ENTERED, **changes, "action": "ask_code"})


def approve(client: FlaskClient, mails: Mails, path: str, to: str = "rosa@open-rights.org") -> TestResponse:
    """Asks for the code, reads it, and types it."""
    answer = ask(client, path)
    assert answer.status_code == 303, errors(answer)
    return send_form(client, path, {"code": code(mails(to)[0])}, "action=approve")


def row_of(session: Session) -> Invitation:
    """The one invitation as it stands."""
    session.rollback()
    return session.scalars(select(Invitation).execution_options(populate_existing=True)).one()


def signatures(session: Session) -> list[Signature]:
    """Every signature there is."""
    session.rollback()
    return list(session.scalars(select(Signature).execution_options(populate_existing=True)))
