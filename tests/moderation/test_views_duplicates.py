"""The desk's pages of possible duplicates: side by side, in the queue, merged, told apart, undone."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from campaign.extensions import db
from campaign.models import Letter, Pair, Signature
from campaign.moderation import operations
from tests.factories import NOW, make_signature
from tests.support.cast import Cast, desk_token, signed_in

LIST = "/desk/letters/stop/duplicates"
ONE = pytest.mark.parametrize("app", ["sqlite"], indirect=True)


@pytest.fixture
def pair(app: Flask, cast: Cast) -> dict[str, int]:
    """Ada twice: shown from home, held from work; ids of the pair and of both."""
    with app.app_context():
        letter = db.session.scalars(select(Letter).where(Letter.slug == cast.letter)).one()
        shown = make_signature(letter, email="ada@home.org", affiliation="Society", place="London")
        held = make_signature(
            letter, email="lovelace@work.org", affiliation="Society", moderation="held", reasons="watched_name"
        )
        make_signature(letter, "Grace Hopper", "grace@navy.org", moderation="held", reasons="watched_name")
        operations.look_on(NOW)
        db.session.commit()
        return {"pair": db.session.scalars(select(Pair.id)).one(), "shown": shown.id, "held": held.id}


def send(client: FlaskClient, **fields: object) -> tuple[int, str, str]:
    """Posts a decision on a pair; status, target and page."""
    answer = client.post(LIST, data={"csrf_token": desk_token(client), **fields})
    return answer.status_code, answer.location or "", answer.text


def stands(app: Flask, pair: dict[str, int]) -> tuple[str, int | None]:
    """The state of the pair, and what the held one is merged into."""
    with app.app_context():
        held = db.session.get_one(Signature, pair["held"])
        return db.session.get_one(Pair, pair["pair"]).state, held.merged_into_id


def test_list_shows_both_with_their_differences(app: Flask, cast: Cast, pair: dict[str, int]) -> None:
    """x-O7: both entries side by side, what differs is marked, and the one that is shown is proposed to stay."""
    page = signed_in(app, cast.owner).get(LIST).text
    assert re.findall(r"<mark>(.*?)</mark>", page) == ["London", "ada<wbr>@home.org", "lovelace<wbr>@work.org"]
    assert ("The same name and the same affiliation" in page, "merge:first" in page, "merge:second" in page) == (
        True,
        True,
        False,
    )


def test_merge_and_undo_from_the_list(app: Flask, cast: Cast, pair: dict[str, int]) -> None:
    """p-V4: pressed, merged, in the list of the merged, and taken back with one press."""
    client = signed_in(app, cast.owner)
    assert send(client, pair=pair["pair"], action="merge:first")[:2] == (303, LIST)
    assert stands(app, pair) == ("merged", pair["shown"])
    page = client.get(f"{LIST}?state=merged").text
    number = re.findall(r'name="decision" value="(\d+)"', page)[0]
    assert ("Undo the merge" in page, "The two are one now" in page) == (True, True)
    data = {"csrf_token": desk_token(client), "decision": number, "back": "duplicates"}
    undone = client.post("/desk/letters/stop/undo", data=data)
    assert (undone.status_code, undone.location) == (303, LIST)
    assert stands(app, pair) == ("suggested", None)


def test_keys_of_the_open_signature(app: Flask, cast: Cast, pair: dict[str, int]) -> None:
    """x-O1: where the open signature has a suggestion, M and N are buttons; after them the next one is open."""
    client = signed_in(app, cast.owner)
    page = client.get(f"/desk/letters/stop/queue?at={pair['held']}").text
    assert (page.count('data-key="m"'), page.count('data-key="n"')) == (1, 1)
    other = client.get("/desk/letters/stop/queue?at=3").text
    assert (other.count('data-key="m"'), "May be the same" in other) == (0, False)
    status, target, _page = send(client, pair=pair["pair"], action="apart", at=pair["held"])
    assert (status, target) == (303, f"/desk/letters/stop/queue?at={pair['held']}#one")
    assert stands(app, pair) == ("not_the_same", None)
    page = client.get(f"{LIST}?state=not_the_same").text
    assert "Suggest them again" in page


def test_merging_in_the_queue_opens_the_next(app: Flask, cast: Cast, pair: dict[str, int]) -> None:
    """x-O2: the merged one left the queue, so that the next one is open."""
    client = signed_in(app, cast.owner)
    status, target, _page = send(client, pair=pair["pair"], action="merge:first", at=pair["held"], kind="person")
    assert (status, target) == (303, f"/desk/letters/stop/queue?at={pair['held'] + 1}&kind=person#one")


def test_refusals_say_why(app: Flask, cast: Cast, pair: dict[str, int]) -> None:
    """x-O9: of two at once the second is told; a foreign or broken number finds nothing."""
    client = signed_in(app, cast.owner)
    status, _target, page = send(client, pair=pair["pair"], action="merge:second")
    assert (status, "keep that one" in page) == (422, True)
    assert send(client, pair=pair["pair"], action="apart")[0] == 303
    status, _target, page = send(client, pair=pair["pair"], action="merge:first")
    assert (status, "Somebody else" in page) == (422, True)
    status, _target, page = send(client, pair=pair["pair"], action="merge:first", at=pair["held"])
    assert (status, "Somebody else" in page, 'class="queue"' in page) == (422, True, True)
    assert [send(client, pair=number, action="apart")[0] for number in ("999", "x", "0")] == [404, 404, 404]
    assert send(client, pair=pair["pair"], action="delete")[0] == 422
    assert send(client, action="apart")[0] == 422


@ONE
def test_who_may(app: Flask, cast: Cast, pair: dict[str, int]) -> None:
    """T18: a colleague may, a viewer may look at masked addresses, a stranger finds nothing."""
    page = signed_in(app, cast.viewer).get(LIST)
    assert (page.status_code, "ada<wbr>@" in page.text, "@home.org" in page.text) == (200, False, True)
    assert ("Not the same</button>" in page.text, 'name="action"' in page.text) == (False, False)
    assert send(signed_in(app, cast.viewer), pair=pair["pair"], action="apart")[0] == 403
    assert signed_in(app, cast.stranger).get(LIST).status_code == 404
    assert send(signed_in(app, cast.stranger), pair=pair["pair"], action="apart")[0] == 404
    assert signed_in(app, cast.owner).delete(LIST).status_code in (400, 405)
    assert send(signed_in(app, cast.moderator), pair=pair["pair"], action="merge:first")[0] == 303


@ONE
def test_empty_pages_say_what_will_appear(app: Flask, cast: Cast) -> None:
    """x-O17: every view of the list without a pair says what belongs there."""
    client = signed_in(app, cast.owner)
    pages = [client.get(f"{LIST}?state={state}").text for state in ("", "merged", "not_the_same", "nonsense")]
    words = ("No two signatures look like one", "Nothing was merged", "Nobody was told apart", "No two signatures")
    assert [text in page for text, page in zip(words, pages, strict=True)] == [True] * 4
