"""The desk on an organization's right to sign: its level in words, and whom one can ask."""

from __future__ import annotations

from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import scoped_session
from werkzeug.test import TestResponse

from campaign.models import AuthorityRequest, DomainCheck, Job, Letter, Organization, OrganizationAlias, Signature
from campaign.verification.domain_value import make_value
from campaign.verification.operations import record_proof
from tests.factories import NOW, make_letter, make_signature
from tests.support.cast import Cast, desk_token, signed_in

Session = scoped_session[Any]
Mails = Callable[..., list[dict[str, Any]]]
SITE = "https://open-rights.org"


@pytest.fixture
def row(app: Flask, cast: Cast, session: Session) -> Signature:
    """Open Rights on the cast's letter, held for its address."""
    letter = session.scalars(select(Letter).where(Letter.slug == cast.letter)).one()
    made = make_signature(
        letter, "Open Rights", "rosa@elsewhere.net", website=SITE, moderation="held", reasons="address_not_exact"
    )
    session.commit()
    return made


@pytest.fixture
def owner(app: Flask, cast: Cast, row: Signature) -> FlaskClient:
    """The owner's browser."""
    return signed_in(app, cast.owner)


def press(client: FlaskClient, row: Signature, action: str, slug: str = Cast.letter, **fields: str) -> TestResponse:
    """Sends a form of the panel."""
    path = f"/desk/letters/{slug}/signatures/{row.id}/authority?at={row.id}"
    return client.post(path, data={"csrf_token": desk_token(client), "action": action, **fields})


def panel(client: FlaskClient, row: Signature) -> str:
    """The page with the signature open."""
    page = client.get(f"/desk/letters/{Cast.letter}/signatures?at={row.id}")
    assert page.status_code == 200
    return unescape(page.text)


@pytest.mark.parametrize(
    ("method", "words"),
    [
        ("", "Only claimed: nothing shows yet that the organization signs"),
        ("vouched", "Vouched for by an organizer"),
        ("work_domain", "Signed from an address on the organization's own domain"),
        ("second_person", "Approved by a second person at the organization"),
        ("published_contact", "Approved by an address that the organization publishes"),
        ("invitation", "Approved by an address that the organization publishes"),
        ("dns_txt", "Shown by the organization's own domain"),
        ("well_known", "Shown by the organization's own domain"),
    ],
)
def test_level_is_told_in_words(session: Session, owner: FlaskClient, row: Signature, method: str, words: str) -> None:
    """p-V2: how far it was shown that the organization signs."""
    if method:
        record_proof(row.id, method, seen="it", by_id=None, now=NOW)
        session.commit()
    assert words in panel(owner, row)


def test_people_have_no_level(session: Session, owner: FlaskClient, row: Signature) -> None:
    """The panel of a person says nothing of organizations."""
    person = make_signature(session.get_one(Letter, row.letter_id))
    session.commit()
    assert "May it sign for the organization?" not in panel(owner, person)
    assert press(owner, person, "check").status_code == 422


def test_what_it_is_near_to_is_told(session: Session, owner: FlaskClient, row: Signature) -> None:
    """T4: which organization the website can be taken for, and how."""
    make_signature(make_letter("other"), "Open Right Foundation", website="https://open-right.com")
    session.commit()
    page = panel(owner, row)
    assert "open-right.com" in page
    assert "(one letter apart)" in page
    assert "Open Right Foundation" in page


def test_published_contact_is_asked_at_once(session: Session, owner: FlaskClient, row: Signature, mails: Mails) -> None:
    """p-V2: an organizer entered it with the page where it was found."""
    answer = press(owner, row, "contact", contact="office@open-rights.org", page="open-rights.org/contact")
    assert (answer.status_code, f"at={row.id}" in answer.location) == (303, True)
    asked = session.scalars(select(AuthorityRequest)).one()
    assert (asked.way, asked.page) == ("published_contact", "https://open-rights.org/contact")
    assert asked.by_id is not None
    assert len(mails("office@open-rights.org")) == 1
    assert "asked, no answer yet" in panel(owner, row)


@pytest.mark.parametrize(
    ("action", "fields", "words"),
    [
        ("contact", {"contact": "office", "page": SITE}, "Enter an email address with an @"),
        ("contact", {"contact": "office@open-rights.org", "page": ""}, "Enter the address of the page"),
        ("colleague", {"colleague": "max@closed-rights.org"}, "Name an address on open-rights.org"),
    ],
)
def test_bad_input_keeps_what_was_typed(
    session: Session, owner: FlaskClient, row: Signature, action: str, fields: dict[str, str], words: str
) -> None:
    """House 4: 422, with a sentence, and nothing lost."""
    answer = press(owner, row, action, **fields)
    assert (answer.status_code, words in answer.text) == (422, True)
    assert all(f'value="{value}"' in answer.text for value in fields.values() if value)
    assert session.scalars(select(AuthorityRequest)).all() == []


def test_contact_of_the_representative_is_looked_at(
    session: Session, owner: FlaskClient, row: Signature, mails: Mails
) -> None:
    """p-V2: it stands there and is asked, or it does not; two organizers at once decide once."""
    made = [
        AuthorityRequest(
            signature_id=row.id, way="published_contact", email=email, page=SITE, generation=7, created_at=NOW
        )
        for email in ("one@open-rights.org", "two@open-rights.org")
    ]
    session.add_all(made)
    session.commit()
    assert "does it stand on the page?" in panel(owner, row)
    assert press(owner, row, "stands", request=str(made[0].id)).status_code == 303
    assert press(owner, row, "absent", request=str(made[1].id)).status_code == 303
    assert press(owner, row, "absent", request=str(made[0].id)).status_code == 422
    assert press(owner, row, "stands", request="999").status_code == 422
    assert press(owner, row, "stands", request="x").status_code == 422
    assert (len(mails("one@open-rights.org")), mails("two@open-rights.org")) == (1, [])


def test_check_is_a_job(session: Session, owner: FlaskClient, row: Signature) -> None:
    """T16: pressing writes a job; the value stands on the page."""
    assert make_value(row.id, "open-rights.org") in panel(owner, row)
    assert press(owner, row, "check", back="queue").location.endswith(f"queue?at={row.id}#one")
    assert press(owner, row, "check").status_code == 422
    assert session.scalars(select(Job.kind).where(Job.kind == "signing.check_domain")).all() == ["signing.check_domain"]
    assert session.scalars(select(DomainCheck.asked_count)).one() == 1


def test_who_may_ask(app: Flask, session: Session, cast: Cast, row: Signature) -> None:
    """T18: a colleague may, a viewer sees no address, a stranger finds nothing, and ids stay in their letter."""
    session.commit()
    people = (cast.moderator, cast.viewer, cast.stranger, cast.owner)
    moderator, viewer, stranger, owner = (signed_in(app, address) for address in people)
    assert press(moderator, row, "colleague", colleague="m@open-rights.org").status_code == 303
    assert press(viewer, row, "colleague", colleague="n@open-rights.org").status_code == 403
    assert "m@open-rights.org" not in panel(viewer, row)
    assert press(stranger, row, "check").status_code == 404
    assert press(stranger, row, "check", slug=cast.other_letter).status_code == 404
    assert press(owner, row, "nothing").status_code == 422
    assert owner.get(f"/desk/letters/stop/signatures/{row.id}/authority").status_code == 405


def organization_path(row: Signature, slug: str = Cast.letter) -> str:
    """The page of the organization in the directory."""
    return f"/desk/letters/{slug}/organizations/{row.organization_id}"


def send(client: FlaskClient, path: str, **fields: str) -> TestResponse:
    """Posts a form of that page."""
    return client.post(path, data={"csrf_token": desk_token(client), **fields})


def test_aliases_are_added_and_removed(session: Session, owner: FlaskClient, row: Signature) -> None:
    """T4: the other names of an organization, with or without a website of their own."""
    path = organization_path(row)
    assert "No other names so far" in owner.get(path).text
    assert send(owner, path, name="ORG", website="").status_code == 303
    assert send(owner, path, name="ORG Deutschland", website="offene-rechte.de").status_code == 303
    page = owner.get(path).text
    assert ("ORG Deutschland" in page, "offene-rechte.de" in page) == (True, True)
    for fields, words in (
        ({"name": "", "website": ""}, "Enter the other name"),
        ({"name": "org", "website": ""}, "known by this already"),
        ({"name": "Open Rights", "website": "open-rights.org"}, "known by this already"),
        ({"name": "ORG", "website": "org.wordpress.com"}, "shared host"),
        ({"name": "X", "website": "no website"}, "Check the website"),
    ):
        answer = send(owner, path, **fields)
        assert (answer.status_code, words in answer.text) == (422, True), fields
    added = session.scalars(select(OrganizationAlias).order_by(OrganizationAlias.id)).all()
    assert [(alias.name, alias.domain) for alias in added] == [("ORG", None), ("ORG Deutschland", "offene-rechte.de")]
    first = str(added[0].id)
    assert [send(owner, f"{path}/aliases", alias=first).status_code for _time in range(2)] == [303, 404]
    session.rollback()
    assert session.scalars(select(OrganizationAlias.name)).all() == ["ORG Deutschland"]


def test_website_of_another_row_is_taken_in(session: Session, owner: FlaskClient, row: Signature) -> None:
    """T4: two rows of the directory that are one organization; what others collected is not ours to move."""
    letter = session.get_one(Letter, row.letter_id)
    second = make_signature(
        letter, "ORG", website="https://org-uk.net", moderation="held", reasons="look_alike", verification="verified"
    )
    session.commit()
    path, other = organization_path(row), second.organization_id
    assert send(owner, path, name="ORG", website="org-uk.net").status_code == 303
    session.rollback()
    session.expire_all()
    assert (second.organization_id, session.get(Organization, other)) == (row.organization_id, None)
    make_signature(
        session.scalars(select(Letter).where(Letter.slug == Cast.other_letter)).one(),
        "Theirs",
        website="https://theirs.org",
    )
    session.commit()
    answer = send(owner, path, name="Theirs", website="theirs.org")
    assert (answer.status_code, "other campaigns know too" in answer.text) == (422, True)


def test_two_that_stand_on_one_letter_stay_two(session: Session, owner: FlaskClient, row: Signature) -> None:
    """P4: first one of the two has to go."""
    letter = session.get_one(Letter, row.letter_id)
    row.moderation, row.reasons = "approved", ""
    make_signature(letter, "ORG", website="https://org-uk.net")
    session.commit()
    answer = send(owner, organization_path(row), name="ORG", website="org-uk.net")
    assert (answer.status_code, "Take one of the two off first" in answer.text) == (422, True)


def test_who_may_name_an_organization(app: Flask, session: Session, cast: Cast, row: Signature) -> None:
    """T18: a viewer may look; a stranger finds nothing, also under a letter of their own."""
    people = (cast.moderator, cast.viewer, cast.stranger, cast.owner)
    moderator, viewer, stranger, owner = (signed_in(app, address) for address in people)
    path = organization_path(row)
    assert (viewer.get(path).status_code, "Add another name" in viewer.get(path).text) == (200, False)
    assert send(viewer, path, name="X").status_code == 403
    assert send(viewer, f"{path}/aliases", alias="1").status_code == 403
    for where in (path, organization_path(row, cast.other_letter)):
        assert stranger.get(where).status_code == 404
        assert send(stranger, where, name="X").status_code == 404
    for number in ("0", "2147483648", "9" * 25):
        assert owner.get(f"/desk/letters/{cast.letter}/organizations/{number}").status_code == 404
        assert (
            send(owner, f"/desk/letters/{cast.letter}/signatures/{number}/authority", action="check").status_code == 404
        )
        assert send(owner, f"{path}/aliases", alias=number).status_code == 404
    assert moderator.get(path).status_code == 200
    assert owner.put(path).status_code in (400, 405)
