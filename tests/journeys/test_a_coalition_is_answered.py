"""A coalition writes to a company, hands over two letters, waits, and is answered: one story, by pages and mails.

Sixty organizations are invited and 41 approve. The letter opens, people sign, its text changes, everybody is asked. A
public letter of the same campaign goes to the company in the same delivery.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import time_machine
from flask import Flask
from flask.testing import FlaskClient

from tests.delivery.replying import ADDRESS, ask, code_in, path_of, said
from tests.journeys import organizing as desks
from tests.journeys.coalition import APPROVED, Mails, address_of, coalition_approves, name_of, opened
from tests.journeys.reading import (
    address,
    answer_about_text,
    counted,
    fresh,
    letter_id,
    names_in,
    receipt_is_good,
    root_of,
    sign_and_confirm,
    silent_days,
    words,
)
from tests.signing.acts import link, sign
from tests.support.cast import Cast, signed_in
from tests.support.pages import Page, send_form

COALITION, PUBLIC = LETTERS = ("/letters/sixty", "/letters/stop")
DELIVERY, COMPANY = "/campaigns/face-recognition/deliveries/1", "/companies/acme"
NEW_TEXT = "Stop selling face recognition to anybody.\n\nIt has no place on *our* streets."
# Who signs the coalition's letter, and which boxes they tick.
PEOPLE = {
    "Ada": {"wants_results": "y"},
    "Bea": {"wants_results": "y"},
    "Cleo": {},
    "Dan": {"wants_results": "y"},
    "Eve": {"wants_results": "y", "is_private": "y"},
}
# What people and organizations answer about the new text; the others say nothing.
ANSWERS = {"ada": "keep", "bea": "withdraw", "cleo": "keep"}
KEEPING_ORGANIZATIONS = (0, 20)
READERS = ("Gus", "Hal", "Ines")
LATE = ("Jan", "Kim")
LISTED = {name_of(number) for number in range(APPROVED)} | {"Ada Example", "Cleo Example", "Dan Example"}


def at(month: int, day: int, hour: int = 17) -> datetime:
    """A moment of the story."""
    return datetime(2026, month, day, hour, tzinfo=UTC)


def letter_is_open(app: Flask, cast: Cast, client: FlaskClient, mails: Mails) -> None:
    """It opens with the 41; five people confirm, one never does."""
    told = opened(signed_in(app, cast.owner), client, mails)
    assert (told["state"], told["counts"]["organizations"], told["counts"]["people"]) == ("open", APPROVED, 0)
    assert sign(client, "sixty", name="Fay Example", email=address("Fay"), wants_results="y").status_code == 303
    sign_and_confirm(client, mails, "sixty", PEOPLE)
    fresh(app)
    counts = counted(client, COALITION)["counts"]
    assert (counts["organizations"], counts["people"], counts["total"]) == (APPROVED, 5, 46)


def text_changes(app: Flask, cast: Cast, client: FlaskClient, mails: Mails) -> dict[str, str]:
    """Everybody confirmed is asked once; some keep, one withdraws, most say nothing. Each one's page, by address."""
    page = desks.publish_new_text(signed_in(app, cast.owner), "sixty", NEW_TEXT, "Three of us asked for it.")
    assert "46 mails leave at once" in page
    mails()
    asked = [mail for mail in mails() if mail["subject"].startswith("The text you signed has changed")]
    own = {mail["to"]: link(mail, "my") for mail in asked}
    organizations = [address_of(number) for number in range(APPROVED)]
    assert sorted(mail["to"] for mail in asked) == sorted([*organizations, *(address(name) for name in PEOPLE)])
    answers = {address(name): button for name, button in ANSWERS.items()}
    answers |= {address_of(number): "keep" for number in KEEPING_ORGANIZATIONS}
    for who, button in answers.items():
        answer_about_text(client, own[who], button)
    mails()
    fresh(app)
    counts = counted(client, COALITION)["counts"]
    assert (counts["organizations"], counts["people"], counts["total"]) == (APPROVED, 4, 45)
    return own


def both_are_frozen(app: Flask, cast: Cast, client: FlaskClient, mails: Mails) -> None:
    """Two editions with date and place and all their files, and no reader finds them."""
    sign_and_confirm(client, mails, "stop", {name: {} for name in READERS})
    desk = signed_in(app, cast.owner)
    for slug in ("sixty", "stop"):
        desks.freeze(desk, slug, "2026-06-22", "Seattle")
    mails()
    shown = words(desk, "/desk/letters/sixty/editions")
    assert "41 organizations and 4 people, first edition" in shown
    assert "45 lines · prints Seattle, 22 June 2026" in shown
    assert "3 people, first edition" in words(desk, "/desk/letters/stop/editions")
    for letter in LETTERS:
        for page in ("/editions/1", "/editions/1/package.zip", "/editions/1/letter.pdf"):
            assert client.get(letter + page).status_code == 404
    assert "Seattle, 22 June 2026" in desk.get("/desk/letters/sixty/editions/1/letter.txt").text
    assert client.get(DELIVERY).status_code == 404
    assert silent_days(app, client, LETTERS) == [None, None]


def both_are_handed_over(app: Flask, cast: Cast, client: FlaskClient) -> None:
    """One delivery of both, with its proof; the counts stand side by side and are not added up."""
    desk = signed_in(app, cast.owner)
    told = {"delivered_at": "2026-06-22T10:00", "timezone": "America/Los_Angeles", "place": "The Spheres"}
    people = {"handed_by": "Rosa Marín", "received_by": "The front desk", "answer_due_on": "2026-07-22"}
    page = desks.prepare(desk, 2, **told, **people)
    desks.keep_proof(desk, page)
    assert client.get(DELIVERY).status_code == 404
    assert desks.pressed(desk, f"{page}/deliver") == page
    fresh(app)
    text = words(client, DELIVERY)
    for part in (
        "When 22 June 2026, 10:00 PDT",
        "Place The Spheres",
        "Received by The front desk",
        "41 organizations 4 people, 1 of them not named",
        "3 people",
        "They are never added up",
        "stamped.pdf",
    ):
        assert part in text
    for total in ("7 people", "45 people", "48 people", "48 signatures"):
        assert total not in text
    assert client.get(f"{DELIVERY}/proof").data == desks.PROOF
    editions_are_public(client)


def editions_are_public(client: FlaskClient) -> None:
    """Exact counts, by the text they accepted, and the root that the delivery names too."""
    text = words(client, f"{COALITION}/editions/1")
    for part in ("Organizations 41", "People 4", "Total 45", "Version 1 39 2", "Version 2 2 2"):
        assert part in text
    assert names_in(client, COALITION, 1) == LISTED
    assert root_of(client, COALITION, 1) in words(client, DELIVERY)
    assert root_of(client, PUBLIC, 1) in words(client, DELIVERY)


def receipts_are_checked(client: FlaskClient, own: dict[str, str], folder: Path) -> None:
    """A person, a private one and an organization prove their line with the public package; who left has none."""
    for who in (address("Ada"), address("Eve"), address_of(20)):
        receipt_is_good(client, own[who], COALITION, 45, folder / who)
    assert client.get(f"{own[address('Bea')]}/receipts/1").status_code == 404


def company_is_silent(app: Flask, cast: Cast, client: FlaskClient) -> None:
    """Forty days without a word; then one to the press, which moves a demand and stops nothing."""
    assert silent_days(app, client, LETTERS) == [40, 40]
    assert words(client, COMPANY).count("40 days without a reply to the signatories") == 2
    assert "Statement only" not in words(client, COMPANY)
    demand = f"about-{letter_id(app, 'sixty')}-1"
    statement = {"kind": "statement", "audience": "press", "happened": "2026-07-30", "actor": "A spokesperson"}
    told = {"text": "We listen.", "source": "Example Post", demand: "statement"}
    desks.record_statement(signed_in(app, cast.owner), demand, **statement, **told)
    assert silent_days(app, client, LETTERS) == [40, 40]
    text = words(client, COMPANY)
    assert text.count("40 days without a reply to the signatories") == 2
    assert text.count("1. Stop selling face recognition to governments. Statement only") == 1
    assert text.count("1. Stop selling face recognition to governments. Silent") == 1
    assert "We listen." in text


def company_answers(app: Flask, cast: Cast, client: FlaskClient, mails: Mails) -> str:
    """At its own link, with a code to its own domain; nothing is public yet. The page at the desk."""
    desk, company = signed_in(app, cast.owner), app.test_client()
    delivery = f"{desks.CAMPAIGN}/deliveries/1"
    desks.pressed(desk, f"{delivery}/reply-link", action="make", domain="acme.com")
    place = path_of(desk)
    desks.pressed(desk, f"{delivery}/reply-link", action="mail", email=ADDRESS)
    assert link(mails(ADDRESS)[0], "reply") == place
    assert ask(company, place, "counsel@acme.example") == 422
    assert mails("counsel@acme.example") == []
    assert ask(company, place) == 303
    answer = company.post(place, data=said(company, place, code_in(mails)))
    assert answer.status_code == 303, answer.text
    assert "Thank you. It was received." in words(company, answer.location)
    assert "For good." not in words(client, COMPANY)
    assert silent_days(app, client, LETTERS) == [42, 42]
    found = re.search(r"/desk/campaigns/face-recognition/responses/\d+", mails(cast.owner)[0]["text"])
    assert found is not None
    return found[0]


def answer_is_published(app: Flask, cast: Cast, client: FlaskClient, response: str) -> None:
    """Whole, by an organizer, days later; the clock stands where the answer came, and stays there."""
    met = {f"about-{letter_id(app, slug)}-1": "met" for slug in ("sixty", "stop")}
    assert send_form(signed_in(app, cast.owner), response, met, "action=publish").location == response
    assert silent_days(app, client, LETTERS) == [42, 42]
    text = words(client, COMPANY)
    assert "We stop. For good." in text
    assert text.count("42 days from delivery to the first reply") == 2
    assert text.count("1. Stop selling face recognition to governments. Met") == 2
    assert text.count("2. Publish which agencies have bought it. Silent") == 2


def result_is_mailed(app: Flask, cast: Cast, client: FlaskClient, mails: Mails) -> None:
    """To the three still there who asked for results, once each; the final copy to the 41, once each."""
    desk, root = signed_in(app, cast.owner), root_of(client, COALITION, 1)
    result = {"kind": "result", "title": "They stop", "body": "Acme stops selling it."}
    desks.send_update(desk, "sixty", 3, **result)
    final = {"kind": "final_copy", "edition": "1", "title": "The final list", "body": "Here it is."}
    desks.send_update(desk, "sixty", APPROVED, **final)
    for _again in range(3):
        mails()
    results = {address(name) for name in ("Ada", "Dan", "Eve")}
    for title, circle in (("They stop", results), ("The final list", {address_of(n) for n in range(APPROVED)})):
        sent = [mail for mail in mails() if mail["subject"] == title]
        assert sorted(mail["to"] for mail in sent) == sorted(circle)
        assert all(f"Merkle root: {root}" in mail["text"] for mail in sent)
    assert words(desk, "/desk/letters/sixty/updates").count("3 sent") == 1


def late_ones_come(client: FlaskClient, mails: Mails, own: dict[str, str]) -> None:
    """Two more sign, and one who was handed over leaves."""
    sign_and_confirm(client, mails, "sixty", {name: {} for name in LATE})
    answer_about_text(client, own[address("Dan")], "withdraw")
    mails()


def errata_are_listed(app: Flask, client: FlaskClient, mails: Mails) -> None:
    """The delivered list keeps its counts and says as a number who left; its files are without the name."""
    mails()
    fresh(app)
    text = words(client, f"{COALITION}/editions/1")
    assert "1 withdrew their signature." in text
    assert "Total 45" in text
    assert names_in(client, COALITION, 1) == LISTED - {"Dan Example"}


def late_ones_are_handed_over(app: Flask, cast: Cast, client: FlaskClient, mails: Mails) -> None:
    """The second edition has who is on now, is public once delivered, and the clock does not begin anew."""
    desk = signed_in(app, cast.owner)
    desks.freeze(desk, "sixty", "2026-08-10", "Seattle")
    mails()
    assert client.get(f"{COALITION}/editions/2").status_code == 404
    page = desks.prepare(desk, 1, delivered_at="2026-08-10T09:00", timezone="UTC", handed_by="Rosa Marín")
    desks.pressed(desk, f"{page}/deliver")
    fresh(app)
    text = words(client, f"{COALITION}/editions/2")
    for part in ("Organizations 41", "People 5", "Total 46", "Version 1 39 1", "Version 2 2 4"):
        assert part in text
    assert root_of(client, COALITION, 2) != root_of(client, COALITION, 1)
    assert silent_days(app, client, LETTERS) == [42, 42]


def editions_are_compared(client: FlaskClient) -> None:
    """Who joined, by name; who left, as a number; the second edition's page leads there."""
    page = f"{COALITION}/editions/2?since=1"
    assert page in Page(client.get(f"{COALITION}/editions/2").text).links
    text = words(client, page)
    assert "2 joined and 1 left between the two lists." in text
    assert [name for name in (*PEOPLE, *LATE) if f"{name} Example" in text] == list(LATE)
    rows = client.get(f"{COALITION}/editions/2/since-edition-1.csv").data.decode("utf-8-sig").split("\r\n")
    assert rows[1:] == ["joined,person,Jan Example,,,", "joined,person,Kim Example,,,", ""]


def test_a_coalition_is_answered(
    app: Flask,
    cast: Cast,
    client: FlaskClient,
    mails: Mails,
    frozen: time_machine.Traveller,
    tmp_path: Path,
) -> None:
    """p-S10, p-D1, p-D3, p-D5, p-D6, p-D7: from a pasted list to the second edition, each number exact."""
    coalition_approves(app, cast, client, mails)
    frozen.move_to(at(6, 19))
    letter_is_open(app, cast, client, mails)
    frozen.move_to(at(6, 20))
    own = text_changes(app, cast, client, mails)
    frozen.move_to(at(6, 22))
    both_are_frozen(app, cast, client, mails)
    frozen.move_to(at(6, 22, 19))
    both_are_handed_over(app, cast, client)
    receipts_are_checked(client, own, tmp_path / "package")
    frozen.move_to(at(8, 1))
    company_is_silent(app, cast, client)
    frozen.move_to(at(8, 3))
    response = company_answers(app, cast, client, mails)
    frozen.move_to(at(8, 5))
    answer_is_published(app, cast, client, response)
    result_is_mailed(app, cast, client, mails)
    frozen.move_to(at(8, 10))
    late_ones_come(client, mails, own)
    frozen.shift(60)
    errata_are_listed(app, client, mails)
    receipts_are_checked(client, own, tmp_path / "once-more")
    late_ones_are_handed_over(app, cast, client, mails)
    editions_are_compared(client)
