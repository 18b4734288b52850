"""Complaints at the desk (T24): the list by deadline, a case, and every act on it."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from campaign.extensions import db
from campaign.models import Complaint, Letter, Signature
from campaign.moderation import operations
from campaign.moderation.cases import Filing
from tests.factories import DAY, NOW, make_signature
from tests.support.cast import Cast, desk_token, signed_in
from tests.support.pages import Page

LIST = "/desk/letters/stop/complaints"
ONE = pytest.mark.parametrize("app", ["sqlite"], indirect=True)


@pytest.fixture
def filed(app: Flask, cast: Cast, frozen: object) -> dict[str, int]:
    """Ada is on the letter, and somebody says that they did not sign as her; another complaint names nobody."""
    with app.app_context():
        letter = db.session.scalars(select(Letter).where(Letter.slug == cast.letter)).one()
        row = make_signature(letter, "Ada Lovelace", "ada@example.org", affiliation="Society")
        make_signature(letter, "Grace Hopper")
        first = Filing("not_me", "Ada Lovelace", "A. Lovelace", "countess@example.org", "Not me <b>at all</b>.")
        second = Filing("other", "", "Somebody", "somebody@example.org", "The list is wrong.")
        ids = [
            operations.file_complaint(letter, given, NOW - 8 * DAY * place).id
            for place, given in ((0, first), (1, second))
        ]
        db.session.commit()
        return {"not_me": ids[0], "other": ids[1], "ada": row.id}


def send(client: FlaskClient, case_id: int, **fields: object) -> tuple[int, str]:
    """Posts an act; status and page (of the case again where it was done)."""
    url = f"{LIST}/{case_id}"
    answer = client.post(url, data={"csrf_token": desk_token(client), **fields})
    if answer.status_code == 303:
        assert answer.location == url
    return answer.status_code, client.get(url).text if answer.status_code == 303 else answer.text


def state_of(app: Flask, case_id: int) -> tuple[str, str]:
    """State and outcome of a case."""
    with app.app_context():
        case = db.session.get_one(Complaint, case_id)
        return case.state, case.outcome


def test_list_shows_deadline_and_age(app: Flask, cast: Cast, filed: dict[str, int]) -> None:
    """T24: what is due first stands first, and what is overdue says so."""
    page = signed_in(app, cast.owner).get(LIST).text
    assert re.findall(r"complaints/(\d+)", page) == [str(filed["other"]), str(filed["not_me"])]
    assert (page.count("Overdue"), "17 June 2026" in page, "25 June 2026" in page) == (1, True, True)
    assert "No complaint was decided yet" in signed_in(app, cast.owner).get(f"{LIST}?state=decided").text


def test_case_shows_what_was_written_and_whom_it_may_mean(app: Flask, cast: Cast, filed: dict[str, int]) -> None:
    """T13, T24: words are escaped, signatures of that name are found, others are not."""
    page = signed_in(app, cast.owner).get(f"{LIST}/{filed['not_me']}").text
    assert ("Not me &lt;b&gt;at all&lt;/b&gt;." in page, "Remove the signature of Ada Lovelace" in page) == (True, True)
    assert ("Grace Hopper" in page, "countess@example.org" in page) == (False, True)
    other = signed_in(app, cast.owner).get(f"{LIST}/{filed['other']}").text
    assert "Nobody with this name is on the letter." in other


def test_every_act_is_done_and_said(app: Flask, cast: Cast, filed: dict[str, int]) -> None:
    """T24: note, answer, dismissal and a second look, then the removal; each says what it did."""
    client, case_id = signed_in(app, cast.owner), filed["not_me"]
    assert send(client, case_id, action="note", words="Called her")[0] == 303
    status, page = send(client, case_id, action="answer", words="We look into it.")
    assert (status, "Called her" in page, "We look into it." in page, "Answer, mailed" in page) == (
        303,
        True,
        True,
        True,
    )
    assert send(client, case_id, action="dismiss", outcome="confirmed")[0] == 303
    assert state_of(app, case_id) == ("dismissed", "confirmed")
    status, page = send(client, case_id, action="reopen")
    assert (status, "The case is open again." in page) == (303, True)
    status, page = send(client, case_id, action="remove", row=f"{filed['ada']}:approved")
    assert (status, state_of(app, case_id)) == (303, ("upheld", "removed"))
    assert "Upheld: the signature was removed." in page
    with app.app_context():
        assert db.session.get_one(Signature, filed["ada"]).name == ""
    assert str(filed["not_me"]) in client.get(f"{LIST}?state=decided").text


def test_correction_from_the_case(app: Flask, cast: Cast, filed: dict[str, int]) -> None:
    """T24, x-O8: name, title and affiliation as they are to stand."""
    fields = {"row": f"{filed['ada']}:approved", "name": "Ada King", "title": "Countess", "affiliation": ""}
    status, _page = send(signed_in(app, cast.owner), filed["other"], action="correct", **fields)
    assert (status, state_of(app, filed["other"])) == (303, ("upheld", "corrected"))
    page = signed_in(app, cast.owner).get(f"/desk/letters/stop/signatures?at={filed['ada']}").text
    assert ("Ada King" in page, "Corrected after a complaint" in page, "Typed as" in page) == (True, True, True)


@pytest.mark.parametrize(
    ("fields", "status", "sentence"),
    [
        ({"action": "dismiss"}, 422, "Choose the sentence that everybody reads"),
        ({"action": "dismiss", "outcome": "other", "words": "Lovelace signed"}, 422, "leave out the names"),
        ({"action": "note", "words": ""}, 422, "Write something first."),
        ({"action": "remove", "row": "x"}, 404, ""),
        ({"action": "remove", "row": "999:approved"}, 404, ""),
        ({"action": "correct", "row": "1:approved", "name": ""}, 422, "Change the name"),
        ({"action": "nonsense"}, 422, ""),
        ({"action": "answer", "words": "x" * 3000}, 422, "too long"),
    ],
)
@ONE
def test_bad_acts_say_why(
    app: Flask, cast: Cast, filed: dict[str, int], fields: dict[str, str], status: int, sentence: str
) -> None:
    """x-S6: 422 with what to do; what was written is still there."""
    found, page = send(signed_in(app, cast.owner), filed["not_me"], **fields)
    assert (found, sentence in page, state_of(app, filed["not_me"])) == (status, True, ("open", ""))
    if fields.get("words", "").startswith("Lovelace"):
        assert "Lovelace signed</textarea>" in page


@ONE
def test_who_may(app: Flask, cast: Cast, filed: dict[str, int]) -> None:
    """T18: owners only; a viewer is refused, a stranger finds nothing, not even of another letter's case."""
    one = f"{LIST}/{filed['not_me']}"
    viewer, stranger, moderator = (signed_in(app, who) for who in (cast.viewer, cast.stranger, cast.moderator))
    assert [viewer.get(url).status_code for url in (LIST, one)] == [403, 403]
    assert [stranger.get(url).status_code for url in (LIST, one)] == [404, 404]
    assert send(viewer, filed["not_me"], action="note", words="x")[0] == 403
    assert send(stranger, filed["not_me"], action="note", words="x")[0] == 404
    assert stranger.get(f"/desk/letters/{cast.other_letter}/complaints/{filed['not_me']}").status_code == 404
    assert moderator.get(one).status_code == 200
    assert moderator.put(one).status_code in (400, 405)
    assert ("Complaints</a>" in viewer.get("/desk/letters/stop").text) is False


def test_undo_of_something_else_is_not_offered(app: Flask, cast: Cast, filed: dict[str, int]) -> None:
    """x-O5: beside the words of a case stands its own undo, never that of what was decided elsewhere before."""
    owner = signed_in(app, cast.owner)
    sent = {"csrf_token": desk_token(owner), "action": "hold", "row": f"{filed['ada']}:approved"}
    assert owner.post(f"/desk/letters/{cast.letter}/signatures", data=sent).status_code == 303
    status, page = send(owner, filed["other"], action="dismiss", outcome="no_ground")
    assert (status, state_of(app, filed["other"])[0]) == (303, "dismissed")
    assert [form.action for form in Page(page).forms if form.action.endswith("/undo")] == []
