"""One's own signature: see, correct, hide, take a copy, withdraw, erase, whatever state it is in."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import scoped_session
from time_machine import Traveller

from campaign.models import Consent, Job, SearchWord, Signature
from tests.factories import NOW, make_letter, make_signature, make_version, watch
from tests.signing.acts import confirm, errors, form_of, link, my_path, press, sign, sign_organization
from tests.support.tables import everything

Session = scoped_session[Any]
Mails = Callable[..., list[dict[str, Any]]]


def save(client: FlaskClient, path: str, **changes: str) -> Any:
    """Open the page, change fields of its form, press Save, and see where that leads."""
    fields = form_of(client.get(path)).fields
    return client.post(path, data={**fields, **changes, "action": "save"}, follow_redirects=True)


def test_links_to_all_signatures_come_by_mail(client: FlaskClient, session: Session, mails: Mails) -> None:
    """p-S8: one mail lists whatever is kept of the mailbox, tags and case included; nothing of others."""
    first, second = make_letter(), make_letter("other", title="Another letter")
    make_signature(first, email="ada@example.org")
    make_signature(second, "Analytical Society", email="Ada+work@example.org", website="https://society.example")
    make_signature(second, "Ada Old", email="ada@example.org", withdrawn_at=NOW)
    make_signature(first, "Imported Ada", email="ada@example.org", kind="imported")
    make_signature(first, "Grace Hopper", email="grace@example.org")
    page = form_of(client.get("/my"))
    answer = client.post("/my", data={**page.fields, "email": "ADA@example.org"})
    assert answer.status_code == 303
    assert "ADA@example.org" in client.get(answer.location).text
    assert "example.org" not in answer.location
    assert len(mails()) == 1
    mail = mails("ada@example.org")[0]
    assert len([address for address in mail["links"] if "/my/" in address]) == 4
    assert "Ada Lovelace" in mail["text"]
    assert "Analytical Society" in mail["text"]
    assert "Ada Old" in mail["text"]
    assert "Imported Ada" in mail["text"]
    assert "Grace" not in mail["text"]


def test_links_come_once_in_ten_minutes_and_never_to_strangers(
    client: FlaskClient, session: Session, mails: Mails, frozen: Traveller
) -> None:
    """x-S12, T6: the answer is the same, the mail is not."""
    make_signature(make_letter(), email="ada@example.org")
    fields = form_of(client.get("/my")).fields
    for _time in range(3):
        client.post("/my", data={**fields, "email": "ada@example.org"})
        client.post("/my", data={**fields, "email": "stranger@example.org"})
    assert [mail["to"] for mail in mails()] == ["ada@example.org"]
    frozen.shift(timedelta(minutes=10))
    client.post("/my", data={**fields, "email": "ada@example.org"})
    assert [mail["to"] for mail in mails()] == ["ada@example.org", "ada@example.org"]


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_my_says_what_to_mend(client: FlaskClient, session: Session) -> None:
    """x-S6: no address, no token."""
    fields = form_of(client.get("/my")).fields
    answer = client.post("/my", data={**fields, "email": "ada"})
    assert answer.status_code == 422
    assert errors(answer) == [("email", "Enter an email address with an @, like name@example.org")]
    assert client.post("/my", data={"email": "ada@example.org"}).status_code == 422


def test_save_corrects_the_entry(client: FlaskClient, session: Session, mails: Mails) -> None:
    """p-S8: new words on the list and in the search at once; what was typed first stays on the row; the tally holds."""
    letter = make_letter(asks_title=True)
    row = make_signature(letter, affiliation="Analytical Society", email="ada@example.org")
    answer = save(
        client, my_path(row), name="Ada King", affiliation="Royal Society", title="Countess", wants_results="y"
    )
    assert answer.status_code == 200
    assert "Your changes are saved." in answer.text
    session.expire_all()
    assert (row.name, row.name_typed, row.title, row.affiliation) == (
        "Ada King",
        "Ada Lovelace",
        "Countess",
        "Royal Society",
    )
    words = session.scalars(select(SearchWord.word).order_by(SearchWord.word)).all()
    assert words == ["ada", "king", "royal", "society"]
    assert session.execute(select(Consent.kind, Consent.source)).one() == ("wants_results", "my")
    save(client, my_path(row), name="Ada King")
    mails()
    assert client.get("/letters/stop.json").json["counts"]["people"] == 1


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_boxes_are_taken_back(client: FlaskClient, session: Session) -> None:
    """p-S6: unticking ends the consent and keeps its row as proof; ticking again gives it anew."""
    row = make_signature(make_letter(), email="ada@example.org")
    path = my_path(row)
    save(client, path, wants_results="y")
    fields = form_of(client.get(path)).fields
    assert fields["wants_results"] == "y"
    del fields["wants_results"]
    client.post(path, data={**fields, "action": "save"})
    consent = session.scalars(select(Consent)).one()
    assert consent.ended_at == NOW
    save(client, path, wants_results="y")
    session.expire_all()
    assert consent.ended_at is None


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_save_says_what_to_mend(client: FlaskClient, session: Session) -> None:
    """x-S6: nothing is stored, all typed comes back."""
    row = make_signature(make_letter(), email="ada@example.org")
    answer = save(client, my_path(row), name="", affiliation="Royal Society")
    assert answer.status_code == 422
    assert errors(answer) == [("name", "Enter your name")]
    assert form_of(answer).fields["affiliation"] == "Royal Society"
    session.expire_all()
    assert (row.name, row.affiliation) == ("Ada Lovelace", "")


@pytest.mark.parametrize(
    ("name", "moderation", "reasons"),
    [
        ("Grace Hopper", "approved", ""),
        ("Jeffrey Bezos", "held", "addressee"),
        ("Cher", "held", "watched_name"),
    ],
)
def test_changed_name_is_judged_again(
    client: FlaskClient, session: Session, name: str, moderation: str, reasons: str
) -> None:
    """T1: nobody confirms as Ada and becomes an addressee afterwards."""
    letter = make_letter()
    watch(letter, "Cher")
    row = make_signature(letter, email="ada@example.org")
    assert save(client, my_path(row), name=name).status_code == 200
    session.expire_all()
    assert (row.name, row.moderation, row.reasons) == (name, moderation, reasons)
    assert bool(session.scalars(select(SearchWord)).all()) is (moderation == "approved")


def test_changed_website_is_judged_again(client: FlaskClient, session: Session, mails: Mails) -> None:
    """T4: an endorsement that proved its domain cannot move to another one."""
    make_letter()
    sign_organization(client)
    mail = mails()[0]
    confirm(client, mail)
    row = session.scalars(select(Signature)).one()
    assert row.moderation == "approved"
    path = link(mail, "my")
    assert save(client, path, organization="Greenpeace", website="example.net").status_code == 200
    session.expire_all()
    assert (row.name, row.moderation, row.reasons) == ("Greenpeace", "held", "address_not_exact")


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_rejected_stays_rejected(client: FlaskClient, session: Session) -> None:
    """A changed name does not undo an organizer's decision."""
    row = make_signature(make_letter(), email="ada@example.org", moderation="rejected", reasons="impersonation")
    save(client, my_path(row), name="Grace Hopper")
    session.expire_all()
    assert row.moderation == "rejected"


def test_hide_takes_the_name_off(client: FlaskClient, session: Session, mails: Mails) -> None:
    """p-S5: counted, never shown: not on the page, in the search, in the JSON."""
    row = make_signature(make_letter(), email="ada@example.org")
    answer = press(client, my_path(row), "hide")
    assert answer.status_code == 303
    answer = client.get(answer.location)
    assert "Your name is hidden; you are still counted." in answer.text
    mails()
    counts = client.get("/letters/stop.json").json["counts"]
    assert (counts["people"], counts["private"]) == (1, 1)
    assert "Lovelace" not in client.get("/letters/stop").text
    assert client.get("/letters/stop/names.json").json == {"names": [], "next": None}
    assert session.scalars(select(SearchWord)).all() == []


def test_withdraw_takes_the_signature_back(client: FlaskClient, session: Session, mails: Mails) -> None:
    """p-S8: off pages and counts, consents end, waiting mails are not sent; twice is friendly; signing anew works."""
    make_letter()
    sign(client, wants_results="y")
    mail = mails()[0]
    confirm(client, mail)
    path = link(mail, "my")
    fields = form_of(client.get(path)).fields
    for _time in range(2):
        answer = client.post(path, data={**fields, "action": "withdraw", "reason": "I read it again."})
        assert answer.status_code == 303
        assert "Your signature is withdrawn" in client.get(answer.location).text
    row = session.scalars(select(Signature)).one()
    assert (row.withdrawn_at, row.withdraw_reason, row.erased_at) == (NOW, "I read it again.", None)
    assert session.scalars(select(Consent.ended_at)).all() == [NOW]
    mails()
    assert client.get("/letters/stop.json").json["counts"]["total"] == 0
    assert "Lovelace" not in client.get("/letters/stop").text
    assert client.get(path).status_code == 200
    assert client.get(link(mail, "confirm")).status_code == 410
    sign(client)
    assert session.scalars(select(Signature.verification).order_by(Signature.id)).all() == ["verified", "pending"]


def test_merged_entry_promises_nothing_of_the_other(client: FlaskClient, session: Session) -> None:
    """p-V4, p-S8: whoever takes back an entry that is counted with another is told that this stays, while it does."""
    letter = make_letter()
    top, middle = make_signature(letter, "Ada Lovelace"), make_signature(letter, "Ada King")
    row = make_signature(letter, "Ada Byron")
    middle.merged_into_id, row.merged_into_id = top.id, middle.id
    session.commit()
    path, leaves = my_path(row), "Your name leaves the public pages"
    page = client.get(path).text
    assert ("which stays as it is" in page, leaves in page, "Withdraws your signature" in page) == (True, False, False)
    done = client.get(press(client, path, "withdraw").location).text
    assert ("The entry with which this one was counted stays as it is." in done, leaves in done) == (True, False)
    top.withdrawn_at = NOW
    page = client.get(my_path(middle)).text
    assert ("which stays as it is" in page, leaves in page) == (False, True)


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_withdrawn_can_still_be_taken_and_erased(client: FlaskClient, session: Session) -> None:
    """p-S8: what is kept after withdrawing can be seen and erased from the page that says so."""
    row = make_signature(make_letter(), email="ada@example.org", withdrawn_at=NOW)
    assert b"ada@example.org" in press(client, my_path(row), "export").data
    answer = press(client, my_path(row), "erase")
    session.expire_all()
    assert (row.name, row.email, row.erased_at) == ("", None, NOW)
    assert "Everything is erased" in client.get(answer.location).text


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_erasing_twice_is_friendly(client: FlaskClient, session: Session) -> None:
    """p-S8: a second press of the same button leads to the same page, and changes nothing."""
    row = make_signature(make_letter(), email="ada@example.org")
    path = my_path(row)
    fields = form_of(client.get(path)).fields
    first = client.post(path, data={**fields, "action": "erase"})
    before = everything()
    second = client.post(path, data={**fields, "action": "erase"})
    assert (first.status_code, first.location) == (303, second.location)
    assert "Everything is erased" in client.get(second.location).text
    assert everything() == before


def test_withdrawing_while_a_mail_waits(client: FlaskClient, session: Session, mails: Mails) -> None:
    """A mail that has not left is not sent any more, and expiry never touches the row."""
    make_letter()
    sign(client)
    row = session.scalars(select(Signature)).one()
    press(client, my_path(row), "withdraw")
    assert session.scalars(select(Job)).all() == []
    assert mails() == []


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_export_holds_what_is_kept(client: FlaskClient, session: Session, mails: Mails) -> None:
    """p-S8, T23: a file with everything about this signature, never stored on the way."""
    make_letter(asks_title=True)
    sign(client, title="Countess", wants_results="y")
    mail = mails()[0]
    confirm(client, mail)
    answer = press(client, link(mail, "my"), "export")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="my-signature-stop.json"'
    assert answer.headers["Cache-Control"] == "no-store"
    copy = json.loads(answer.data)
    assert copy["entry"]["name"] == "Ada Lovelace"
    assert copy["entry"]["email"] == "ada@example.org"
    assert copy["proofs"] == [{"method": "mailbox", "seen": "example.org", "proved_at": "2026-06-18T17:00:00Z"}]
    assert [row["kind"] for row in copy["consents"]] == ["wants_results"]
    assert (copy["letter"], copy["version"], copy["signed_at"]) == ("stop", 1, "2026-06-18T17:00:00Z")
    assert copy["organization"] is None


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_export_of_an_endorsement_names_its_claim_and_its_version(client: FlaskClient, session: Session) -> None:
    """T21, T23: who signed for the organization and by what right, and the wording that was signed, not today's."""
    letter = make_letter()
    row = make_signature(letter, "Open Rights", website="https://example.org", withdrawn_at=NOW, withdraw_reason="Why")
    letter.version_id = make_version(letter, 2, "Another wording.").id
    copy = json.loads(press(client, my_path(row), "export").data)
    assert (copy["version"], copy["withdraw_reason"]) == (1, "Why")
    claim = {"website": "https://example.org", "representative": "Rosa Marín", "role": "Director"}
    assert claim.items() <= copy["organization"].items()


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_my_page_is_private(client: FlaskClient, session: Session) -> None:
    """T9, T11: never stored, never named to others, never indexed."""
    row = make_signature(make_letter(), email="ada@example.org")
    for answer in (client.get(my_path(row)), client.get("/my")):
        headers = [answer.headers[name] for name in ("Cache-Control", "Referrer-Policy", "X-Robots-Tag")]
        assert headers == ["no-store", "no-referrer", "noindex"]
        assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
@pytest.mark.parametrize("action", ["save", "hide", "withdraw", "erase", "export", "", "approve"])
def test_no_act_without_token(client: FlaskClient, session: Session, action: str) -> None:
    """T19: without the page's token nothing changes, whatever the button."""
    row = make_signature(make_letter(), email="ada@example.org")
    before = everything()
    answer = client.post(my_path(row), data={"action": action, "name": "Grace Hopper"})
    assert answer.status_code == 422
    assert "ada@example.org" not in answer.text
    assert everything() == before
