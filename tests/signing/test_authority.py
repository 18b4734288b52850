"""Somebody else at the organization approves: its published contact, or a second person on its own domain."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import scoped_session
from werkzeug.test import TestResponse

from campaign.lib.emails import parse_address
from campaign.links import make_token
from campaign.models import AuthorityRequest, DomainCheck, Job, Letter, LogEntry, Proof, Signature
from campaign.signing import operations
from campaign.signing.queries import requests_of, signature_for_change
from campaign.states import Refused
from tests.factories import DAY, NOW, make_letter, make_organizer, make_signature
from tests.signing.acts import confirm, errors, form_of, link, my_path, sign_organization

Session = scoped_session[Any]
Mails = Callable[..., list[dict[str, Any]]]
SITE = "https://open-rights.org"


@pytest.fixture
def held(session: Session) -> Signature:
    """Open Rights, signed from another domain and held for it."""
    row = make_signature(
        make_letter(),
        "Open Rights",
        "rosa@elsewhere.net",
        website=SITE,
        moderation="held",
        reasons="address_not_exact",
    )
    session.commit()
    return row


def send(client: FlaskClient, row: Signature, action: str, **fields: str) -> TestResponse:
    """The representative fills a form of the own page and presses its button."""
    page = client.get(my_path(row))
    given = form_of(page, "/authority").fields
    return client.post(f"{my_path(row)}/authority", data={**given, **fields, "action": action})


def answer(client: FlaskClient, mail: dict[str, Any], action: str) -> TestResponse:
    """Somebody opens the link of the mail and presses a button."""
    path = link(mail, "authority")
    page = client.get(path)
    return client.post(path, data={**form_of(page).fields, "action": action})


def now_of(session: Session, row: Signature) -> tuple[str, str, list[str]]:
    """Moderation, reasons and methods as they stand."""
    session.rollback()
    session.expire_all()
    methods = list(session.scalars(select(Proof.method).where(Proof.signature_id == row.id).order_by(Proof.id)))
    return row.moderation, row.reasons, methods


def test_colleague_approves(client: FlaskClient, session: Session, mails: Mails, held: Signature) -> None:
    """p-V2: a second mailbox on the exact domain approves by a press; released with its date, no address kept."""
    signed_at = held.signed_at
    assert send(client, held, "colleague", colleague="max@mail.open-rights.org").status_code == 303
    mail = mails("max@mail.open-rights.org")[0]
    assert "Open Rights" not in mail["subject"]
    path = link(mail, "authority")
    before = form_of(client.get(path)).fields
    for _time in range(3):
        assert client.get(path).status_code == 200
        assert client.head(path).status_code == 200
    assert now_of(session, held) == ("held", "address_not_exact", ["mailbox"])
    assert answer(client, mail, "approve").status_code == 303
    assert now_of(session, held) == ("approved", "", ["mailbox", "second_person"])
    assert held.signed_at == signed_at
    seen = session.scalars(select(Proof.seen).where(Proof.method == "second_person")).one()
    assert seen == f"mail.open-rights.org = {SITE}"
    assert "Your organization has approved" in client.get(path).text
    done = session.scalars(select(LogEntry).where(LogEntry.act == "authority_proved")).one()
    assert (done.detail["before"], done.detail["after"]) == ("held", "approved")
    assert "Open Rights" in client.get("/letters/stop/names").text
    # Who signed was told of a check, and is told that it is over.
    assert "stands on the letter now" in mails("rosa@elsewhere.net")[0]["text"]
    # A page that was open since before: the first answer stands.
    assert client.post(path, data={**before, "action": "decline"}).status_code == 303
    assert now_of(session, held)[0] == "approved"


def whole(row: Signature) -> Signature:
    """The signature with its endorsement, as operations get it."""
    found = signature_for_change(row.id)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ("max@closed-rights.org", "Name an address on open-rights.org"),
        ("max@gmail.com", "Name an address on open-rights.org"),
        ("max@open-rights.org.evil.com", "Name an address on open-rights.org"),
        ("max@open-rights.com", "Name an address on open-rights.org"),
        ("nonsense", "Enter an email address with an @"),
    ],
)
def test_colleague_elsewhere_is_refused(
    client: FlaskClient, session: Session, held: Signature, address: str, sentence: str
) -> None:
    """T4: only the organization's own domain; what was typed stays."""
    page = send(client, held, "colleague", colleague=address)
    assert page.status_code == 422
    assert sentence in errors(page)[0][1]
    assert f'value="{address}"' in page.text
    assert session.scalars(select(AuthorityRequest)).all() == []


def test_own_mailbox_is_no_second_person(session: Session) -> None:
    """p-V2: however its address is spelt."""
    row = make_signature(make_letter(), "Open Rights", "rosa@open-rights.org", website=SITE)
    owner = make_organizer()
    with pytest.raises(Refused, match="colleague_same_mailbox"):
        operations.name_colleague(whole(row), parse_address("Rosa+two@open-rights.org"), by_id=owner.id, now=NOW)


def test_published_contact_named_by_the_representative_waits_for_an_organizer(
    client: FlaskClient, session: Session, mails: Mails, held: Signature
) -> None:
    """p-V2: no mail before an organizer saw the contact on its page; then whoever reads it approves."""
    owner = make_organizer()
    session.commit()
    page = f"{SITE}/contact"
    assert send(client, held, "contact", contact="office@gmail.com", page=page).status_code == 303
    assert mails("office@gmail.com") == []
    row = requests_of(held.id)[0]
    session.rollback()
    operations.settle_contact(whole(held), row.id, True, by_id=owner.id, now=NOW)
    session.commit()
    mail = mails("office@gmail.com")[0]
    assert page in mail["text"]
    assert answer(client, mail, "approve").status_code == 303
    assert now_of(session, held) == ("approved", "", ["mailbox", "published_contact"])
    proof = session.scalars(select(Proof).where(Proof.method == "published_contact")).one()
    assert (proof.seen, proof.by_id) == (f"@gmail.com, {page}", owner.id)


@pytest.mark.parametrize("page", ["https://open-rights.com/contact", "https://evil.org/?open-rights.org", "nowhere"])
def test_contact_must_stand_on_the_own_website(client: FlaskClient, held: Signature, page: str) -> None:
    """T4: a page of somebody else proves nothing."""
    assert send(client, held, "contact", contact="office@gmail.com", page=page).status_code == 422


def test_contact_that_is_not_there_is_not_asked(client: FlaskClient, session: Session, held: Signature) -> None:
    """p-V2: the organizer looked, and it is over."""
    owner = make_organizer()
    operations.name_contact(whole(held), parse_address("eve@evil.org"), f"{SITE}/x", by_id=None, now=NOW)
    row = requests_of(held.id)[0]
    operations.settle_contact(whole(held), row.id, False, by_id=owner.id, now=NOW)
    with pytest.raises(Refused, match="already_decided"):
        operations.settle_contact(whole(held), row.id, True, by_id=owner.id, now=NOW)
    assert session.scalars(select(Job).where(Job.kind == "signing.ask_authority")).all() == []


def test_organization_that_says_no_is_held(
    client: FlaskClient, session: Session, mails: Mails, held: Signature
) -> None:
    """T4: a no holds it, also where it was shown; the address is not asked again, and a new name does not forget it."""
    held.moderation, held.reasons = "approved", ""
    owner = make_organizer()
    session.commit()
    operations.name_contact(whole(held), parse_address("office@open-rights.org"), SITE, by_id=owner.id, now=NOW)
    assert answer(client, mails("office@open-rights.org")[0], "decline").status_code == 303
    assert now_of(session, held)[:2] == ("held", "address_not_exact;authority_declined")
    assert "Open Rights" not in client.get("/letters/stop/names").text
    fell = session.scalars(select(LogEntry).where(LogEntry.act == "count_fell")).one()
    assert fell.detail["rule"] == "held_again"
    other = make_signature(
        session.get_one(Letter, held.letter_id),
        "Open Rights Fund",
        "eve@elsewhere.net",
        website="https://open-rights.org",
        moderation="held",
        reasons="address_not_exact",
    )
    with pytest.raises(Refused, match="request_declined"):
        operations.name_colleague(whole(other), parse_address("office@open-rights.org"), by_id=None, now=NOW)
    path = my_path(held)
    page = client.get(path)
    client.post(path, data={**form_of(page).fields, "organization": "Open Rights Union", "action": "save"})
    assert now_of(session, held)[1] == "address_not_exact;authority_declined"


@pytest.mark.parametrize("change", [{"website": "closed-courts.org"}, {"organization": "Greenpeace"}])
def test_proof_goes_with_the_claim(
    client: FlaskClient, session: Session, mails: Mails, held: Signature, change: dict[str, str]
) -> None:
    """p-V1, T4: an approval was of a name and a website; the link of a request that is open ends with them, too."""
    send(client, held, "colleague", colleague="max@open-rights.org")
    first = mails("max@open-rights.org")[0]
    answer(client, first, "approve")
    assert now_of(session, held)[0] == "approved"
    page = client.get(my_path(held))
    client.post(my_path(held), data={**form_of(page).fields, **change, "action": "save"})
    assert now_of(session, held) == ("held", "address_not_exact", ["mailbox"])
    assert client.get(link(first, "authority")).status_code == 404


def test_entry_changed_meanwhile_is_shown_first(
    client: FlaskClient, session: Session, mails: Mails, held: Signature
) -> None:
    """p-V2: nobody approves what they have not seen."""
    send(client, held, "colleague", colleague="max@open-rights.org")
    path = link(mails("max@open-rights.org")[0], "authority")
    fields = form_of(client.get(path)).fields
    page = client.get(my_path(held))
    client.post(my_path(held), data={**form_of(page).fields, "role": "King", "action": "save"})
    again = client.post(path, data={**fields, "action": "approve"})
    assert (again.status_code, "King" in again.text) == (422, True)
    assert client.post(path, data={**form_of(again).fields, "action": "approve"}).status_code == 303
    assert now_of(session, held)[0] == "approved"


def test_what_else_holds_stays_held(client: FlaskClient, session: Session, mails: Mails, held: Signature) -> None:
    """p-V2, T4: an approval answers for the address alone; a look-alike stays with a person."""
    make_signature(make_letter("other"), "The real one", website="https://open-right.org")
    session.commit()
    send(client, held, "colleague", colleague="max@open-rights.org")
    answer(client, mails("max@open-rights.org")[0], "approve")
    assert now_of(session, held)[:2] == ("held", "look_alike")


def test_what_was_found_at_signing_stays_found(
    client: FlaskClient, session: Session, mails: Mails, held: Signature
) -> None:
    """p-V2: a proof does not make good what a script filled in."""
    held.reasons = "honeypot;address_not_exact"
    session.commit()
    send(client, held, "colleague", colleague="max@open-rights.org")
    answer(client, mails("max@open-rights.org")[0], "approve")
    assert now_of(session, held) == ("held", "honeypot", ["mailbox", "second_person"])


def test_link_is_of_one_request(client: FlaskClient, session: Session, mails: Mails, held: Signature) -> None:
    """T11: another purpose, number or generation opens nothing."""
    send(client, held, "colleague", colleague="max@open-rights.org")
    row = requests_of(held.id)[0]
    assert client.get(f"/authority/{make_token('authority', row.id, row.generation)}").status_code == 200
    for wrong in (
        make_token("authority", row.id, row.generation ^ 1),
        make_token("authority", row.id + 1, row.generation),
        make_token("my", row.id, row.generation),
        "x",
    ):
        assert client.get(f"/authority/{wrong}").status_code == 404
    token = make_token("authority", row.id, row.generation)
    assert client.get(f"/my/{token}").status_code == 404
    assert client.post(f"/authority/{token}", data={"action": "approve"}).status_code == 422
    assert client.put(f"/authority/{token}").status_code == 405


def test_links_end(client: FlaskClient, session: Session, mails: Mails, held: Signature, frozen: Any) -> None:
    """p-V2: after two weeks, and with the signature; who was named is forgotten with it."""
    send(client, held, "colleague", colleague="max@open-rights.org")
    path = link(mails("max@open-rights.org")[0], "authority")
    fields = form_of(client.get(path)).fields
    frozen.shift(14 * 86400)
    assert "not good any more" in client.get(path).text
    assert client.post(path, data={**fields, "action": "approve"}).status_code == 422
    page = client.get(my_path(held))
    client.post(my_path(held), data={**form_of(page).fields, "action": "withdraw"})
    session.rollback()
    assert session.scalars(select(AuthorityRequest)).all() == []
    assert client.get(path).status_code == 404


def test_so_many_may_be_named(client: FlaskClient, session: Session, held: Signature) -> None:
    """T6: three at most, each once; and nothing once it is shown."""
    for number in range(3):
        assert send(client, held, "colleague", colleague=f"max{number}@open-rights.org").status_code == 303
    token = form_of(client.get(my_path(held)), "/authority").fields
    for address in ("max1@open-rights.org", "max4@open-rights.org"):
        again = client.post(f"{my_path(held)}/authority", data={**token, "colleague": address, "action": "colleague"})
        assert again.status_code == 422
    held.moderation, held.reasons = "approved", ""
    session.commit()
    done = client.post(f"{my_path(held)}/authority", data={**token, "action": "check"})
    assert (done.status_code, "Nothing more is needed" in done.text) == (422, True)
    assert "Show that your organization signs" not in client.get(my_path(held)).text


def test_names_that_nobody_answered_for_are_forgotten(session: Session, held: Signature) -> None:
    """K2: an address that was named and never answered goes after 30 days."""
    operations.name_contact(whole(held), parse_address("office@open-rights.org"), SITE, by_id=None, now=NOW)
    assert operations.forget_unanswered(NOW) == 0
    assert operations.forget_unanswered(NOW + 31 * DAY) == 1


@pytest.mark.parametrize("kind", ["addresses", "names"])
def test_who_was_asked_goes_with_the_address(session: Session, held: Signature, kind: str) -> None:
    """K2: the addresses of a contact and a colleague are kept no longer than that of who signed."""
    owner = make_organizer()
    operations.name_colleague(whole(held), parse_address("max@open-rights.org"), by_id=owner.id, now=NOW)
    row = requests_of(held.id)[0]
    row.approved_at = NOW
    session.flush()
    operations.take(kind, [held.id], NOW)
    session.expire_all()
    assert (held.email, session.scalars(select(AuthorityRequest)).all()) == (None, [])


def test_erasing_takes_who_was_asked(session: Session, held: Signature) -> None:
    """T23, R6: nothing of a colleague or a contact outlives the signature they were asked about."""
    operations.name_contact(whole(held), parse_address("office@open-rights.org"), SITE, by_id=None, now=NOW)
    operations.ask_check(whole(held), by_id=None, now=NOW)
    operations.erase_signature(whole(held), NOW)
    assert session.scalars(select(AuthorityRequest)).all() == []
    assert session.scalars(select(DomainCheck)).all() == []
    assert session.scalars(select(Proof)).all() == []


def test_exact_address_needs_nothing(client: FlaskClient, session: Session, mails: Mails) -> None:
    """p-V2: an exact match appears by itself, and its page asks for nothing more."""
    make_letter()
    session.commit()
    sign_organization(client, website="open-rights.org", email="rosa@open-rights.org")
    confirm(client, mails()[0])
    row = session.scalars(select(Signature)).one()
    assert now_of(session, row) == ("approved", "", ["mailbox", "work_domain"])
    assert "Show that your organization signs" not in client.get(my_path(row)).text
