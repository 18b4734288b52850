"""A letter of sixty organizations, as its organizers and they bring it about: through the pages and the mails."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from campaign.extensions import db
from campaign.models import Campaign
from tests.factories import make_letter
from tests.signing.acts import code, link
from tests.support.cast import Cast, desk_token, signed_in
from tests.support.mails import newest_by_address
from tests.support.pages import Page, send_form

Mails = Callable[..., list[dict[str, Any]]]
BOARD = "/desk/letters/sixty/coalition"
APPROVED, CONSIDERING, DECLINED, ASKED = 41, 6, 5, 3
FREE_MAIL = 5


def draft(app: Flask, cast: Cast) -> None:
    """The letter before anybody was asked."""
    with app.app_context():
        campaign = db.session.scalars(select(Campaign).where(Campaign.slug == cast.campaign)).one()
        make_letter("sixty", state="draft", campaign=campaign, kind="coalition", timezone="Europe/Berlin")
        db.session.commit()


def name_of(number: int) -> str:
    """The name of an organization on the list."""
    words = ("Rights", "Justice", "Privacy", "Liberty", "Open Courts", "Neighbours")
    return f"{words[number % len(words)]} Alliance {chr(65 + number // 10)}{chr(65 + number % 10)}"


def address_of(number: int) -> str:
    """The address of its contact; the first five have free mail."""
    return f"contact{number}@gmail.com" if number < FREE_MAIL else f"contact@alliance{number}.org"


def pasted() -> str:
    """The list as somebody copies it from a spreadsheet: a good many lines, and three bad ones."""
    lines = ["Organization\tContact person\tEmail\tWebsite"]
    for number in range(60):
        site = "" if number < FREE_MAIL else f"www.alliance{number}.org"
        lines.append(f"{name_of(number)}\tPerson {number}\t{address_of(number)}\t{site}")
    lines += [
        f"{name_of(7).upper()}\tSomebody\tother@alliance7.org\t",
        "Nobody's Address\tSomebody\tnot an address\t",
        "The Same Site\tSomebody\thello@elsewhere.org\talliance9.org/about",
    ]
    return "\n".join(lines)


def list_and_invite(desk: FlaskClient, mails: Mails) -> None:
    """The organizers set the deadline, look at the list they pasted, add what is good, and invite it."""
    settings = {"due_at": "2026-06-25T18:00", "shows_names": "y"}
    assert send_form(desk, BOARD, settings).status_code == 303
    preview = send_form(desk, f"{BOARD}/new", {"listed": pasted()}, "action=preview")
    words = Page(preview.text).text
    assert "3 lines are not taken" in words
    assert "60 organizations will be added" in words
    assert words.count("The same organization stands further up in this list") == 2
    assert "The email address cannot be read" in words
    listed = next(form for form in Page(preview.text).forms if form.fields.get("listed"))
    assert desk.post(f"{BOARD}/new", data={**listed.fields, "action": "add"}).status_code == 303
    assert mails() == []
    pressed = {"csrf_token": desk_token(desk), "action": "invite"}
    assert desk.post(f"{BOARD}/mail", data=pressed).status_code == 303
    invited = mails()
    assert sorted(mail["to"] for mail in invited) == sorted(address_of(number) for number in range(60))
    assert all("25 June 2026, 18:00 CEST" in mail["text"] for mail in invited)


def approve(client: FlaskClient, mails: Mails, paths: dict[int, str]) -> None:
    """Each contact opens the link, asks for the code, and types it."""
    for number, path in paths.items():
        entered = {"name": f"Person {number}", "role": "Director", "to": "1", "may_speak": "y"}
        assert send_form(client, path, entered, "action=ask_code").status_code == 303
    came = newest_by_address(mails())
    for number, path in paths.items():
        answer = send_form(client, path, {"code": code(came[address_of(number)])}, "action=approve")
        assert answer.status_code == 303, answer.text
        assert "has approved" in client.get(path).text


def answer_all(client: FlaskClient, mails: Mails) -> None:
    """Forty-one approve, six consider, five decline, three ask, five say nothing."""
    came = newest_by_address(mails())
    paths = {number: link(came[address_of(number)], "invitations") for number in range(60)}
    approve(client, mails, {number: paths[number] for number in range(APPROVED)})
    rest = iter(range(APPROVED, 60))
    for button, count, data in (
        ("consider", CONSIDERING, {"board_on": "2026-06-22"}),
        ("decline", DECLINED, {"reason": "Not our field."}),
        ("question", ASKED, {"text": "Who else is on?", "author": "Somebody"}),
    ):
        for _time in range(count):
            assert send_form(client, paths[next(rest)], data, f"action={button}").status_code == 303


def opened(desk: FlaskClient, client: FlaskClient, mails: Mails) -> dict[str, Any]:
    """Opens the letter at the desk, lets the worker count, and reads what everybody may know."""
    address = "/desk/letters/sixty/edit/life/open"
    assert desk.post(address, data={"csrf_token": desk_token(desk)}).status_code == 303
    mails()
    told: dict[str, Any] = client.get("/letters/sixty.json").get_json()
    return told


def coalition_approves(app: Flask, cast: Cast, client: FlaskClient, mails: Mails) -> FlaskClient:
    """Sixty are listed, invited and answer; 41 approve, and nothing of it is public. The desk's browser."""
    draft(app, cast)
    desk = signed_in(app, cast.owner)
    list_and_invite(desk, mails)
    answer_all(client, mails)
    figures = Page(desk.get(BOARD).text).text
    assert "Approved 41 Considering 6 Question 3 Declined 5 No answer 5" in figures
    assert client.get("/letters/sixty").status_code == 404
    return desk
