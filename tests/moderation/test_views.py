"""The desk's pages, as an organizer's browser without script uses them."""

from __future__ import annotations

import re
import threading
from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from campaign.decisions import broken_links
from campaign.extensions import db
from campaign.lib import clock
from campaign.models import Decision, Job, Letter, Signature
from campaign.signing.queries import count_public
from tests.factories import NOW, make_signature
from tests.moderation.conftest import Press, state_of
from tests.support.cast import Cast, desk_token, signed_in
from tests.support.pages import Page
from tests.support.tables import counted

Desk = dict[str, int]
TABS = ("", "/queue", "/signatures", "/imports", "/mail")


def page_of(client: FlaskClient, cast: Cast, path: str) -> Page:
    """A page of the letter's desk."""
    answer = client.get(f"/desk/letters/{cast.letter}{path}")
    assert answer.status_code == 200
    # An address may break before its @.
    return Page(answer.text.replace("<wbr>", ""))


def test_queue_shows_who_waits_and_why(owner: FlaskClient, cast: Cast, desk: Desk) -> None:
    """O3: oldest first, opened on the oldest, each with its reason in words, nobody who is decided."""
    text = page_of(owner, cast, "/queue").text
    places = [text.index(name) for name in ("Ada Lovelace", "Grace Hopper", "Joan Clarke", "Bay Tenants")]
    assert places == sorted(places)
    assert "On the watch list" in text
    assert "Free mail address for an organization" in text
    assert "To review 4" in text
    assert "Shown Person" not in text
    assert "Pending Person" not in text


def test_approving_opens_the_next(app: Flask, cast: Cast, desk: Desk, owner: FlaskClient, press: Press) -> None:
    """One press per signature: the answer leads to the next row."""
    code, target, _page = press("approve", f"{desk['Ada Lovelace']}:held")
    assert (code, target) == (303, f"/desk/letters/{cast.letter}/queue?at={desk['Grace Hopper']}#one")
    assert state_of(app, desk["Ada Lovelace"]) == ("verified", "approved")
    text = Page(owner.get(target).text).text
    assert "1 signature approved." in text
    assert "To review 3" in text


def test_bulk_decides_on_the_chosen_rows(app: Flask, desk: Desk, owner: FlaskClient, press: Press) -> None:
    """Two chosen rows are two decisions; undo takes both back."""
    names = ("Ada Lovelace", "Joan Clarke")
    code, target, _page = press("reject:duplicate", *(f"{desk[name]}:held" for name in names), note="Wrote twice.")
    assert code == 303
    assert [state_of(app, desk[name])[1] for name in names] == ["rejected", "rejected"]
    page = Page(owner.get(target).text)
    assert "2 signatures rejected." in page.text
    (form,) = [form for form in page.forms if form.action.endswith("/undo")]
    with app.app_context():
        ids = list(db.session.scalars(select(Decision.id)))
    answer = owner.post(form.action, data={**form.fields, "decision": [str(number) for number in ids]})
    assert answer.status_code == 303
    assert [state_of(app, desk[name])[1] for name in names] == ["held", "held"]
    assert "2 decisions undone." in Page(owner.get(answer.location).text).text


def test_undo_restores_counts_exactly(app: Flask, cast: Cast, desk: Desk, owner: FlaskClient, press: Press) -> None:
    """O4: what the public sees is as it was."""
    letter_id = letter_of(app, cast)
    before = counts_of(app, letter_id)
    _code, target, _page = press("approve", f"{desk['Bay Tenants']}:held")
    assert counts_of(app, letter_id)["organizations"] == before["organizations"] + 1
    (form,) = [form for form in Page(owner.get(target).text).forms if form.action.endswith("/undo")]
    assert owner.post(form.action, data=form.fields).status_code == 303
    assert counts_of(app, letter_id) == before
    answer = owner.post(form.action, data=form.fields)
    assert answer.status_code == 422
    assert "nothing left to undo" in Page(answer.text).text


def test_what_was_left_alone_is_said_at_the_bottom(
    app: Flask, cast: Cast, desk: Desk, owner: FlaskClient, press: Press
) -> None:
    """O2: the line that no anchor scrolls away says what was done, and what was not, and why; once."""
    rows = [f"{desk[name]}:held" for name in ("Ada Lovelace", "Grace Hopper")]
    assert press("approve", rows[0], by=signed_in(app, cast.moderator))[0] == 303
    page = owner.get(press("approve", *rows)[1]).text
    left = "1 signature was left as it was. Somebody else decided on this signature in the meantime."
    assert f"<span>1 signature approved. {left}" in page
    assert page.count("was left as it was") == 1


def test_history_keeps_why_a_signature_was_held(
    app: Flask, cast: Cast, desk: Desk, owner: FlaskClient, press: Press
) -> None:
    """M1: once it is approved its reasons are gone from the row; the decision still tells them."""
    press("approve", f"{desk['Bay Tenants']}:held")
    text = page_of(owner, cast, f"/signatures?at={desk['Bay Tenants']}").text
    assert "Before: Free mail address for an organization" in text.partition("Decisions")[2]


def test_queue_tells_the_age_it_is_ordered_by(app: Flask, cast: Cast, desk: Desk, owner: FlaskClient) -> None:
    """O1: oldest first by the time of signing, whenever somebody confirmed, and that time is what is shown."""
    now = clock.now()
    with app.app_context():
        for place, name in enumerate(("Ada Lovelace", "Grace Hopper", "Joan Clarke", "Bay Tenants")):
            row = db.session.get_one(Signature, desk[name])
            row.signed_at, row.verified_at = now - timedelta(days=9 - place), now - timedelta(hours=1 + place)
        db.session.commit()
    text = page_of(owner, cast, "/queue").text
    told = re.findall(r"(\d+) d(?:ays)?\b", text.partition("Signed ")[2].partition("Showing")[0])
    assert told == ["9", "8", "7", "6"]
    assert "The oldest was signed 9 d" in text
    assert "came 9 d" in page_of(owner, cast, "").text


def test_second_person_is_told_who_was_quicker(app: Flask, cast: Cast, desk: Desk, press: Press) -> None:
    """P14, O9: a clear refusal with a name, not a silent overwrite."""
    row = f"{desk['Ada Lovelace']}:held"
    assert press("approve", row)[0] == 303
    code, _target, page = press("reject:duplicate", row, by=signed_in(app, cast.moderator))
    assert code == 422
    assert "owner@example.org: Approved." in Page(page).text
    assert state_of(app, desk["Ada Lovelace"]) == ("verified", "approved")


@pytest.mark.parametrize(
    ("action", "rows", "says"),
    [
        ("approve", (), "Choose at least one signature first."),
        ("", ("{Ada Lovelace}:held",), "Use one of the buttons."),
        ("erase", ("{Ada Lovelace}:held",), "That action is not known here."),
        ("reject", ("{Ada Lovelace}:held",), "Give a reason"),
        ("reject:other", ("{Ada Lovelace}:held",), "Give a reason"),
        ("hold", ("{Ada Lovelace}:held",), "That step is not possible"),
        ("approve", ("nonsense",), ""),
        ("approve", ("0:held",), ""),
        ("approve", ("99999999999999999999:held",), ""),
        ("approve", ("{Pending Person}:waiting",), "not confirmed yet"),
        ("vouch", ("{Bay Tenants}:held",), "Give a reason"),
        ("approve", tuple(f"{n}:held" for n in range(1, 60)), "Decide on one page"),
    ],
)
@pytest.mark.parametrize("where", ["queue", "signatures"])
@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_bad_input_is_told_and_changes_nothing(
    app: Flask, desk: Desk, press: Press, action: str, rows: tuple[str, ...], says: str, where: str
) -> None:
    """422 with a sentence that says what to do; no decision is written."""
    code, _target, text = press(action, *(row.format(**desk) for row in rows), page=where, note=" ")
    assert code == 422
    assert says in Page(text).text
    with app.app_context():
        assert db.session.scalars(select(Decision)).all() == []


@pytest.mark.parametrize("where", ["queue", "signatures"])
@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_what_was_written_comes_back(desk: Desk, press: Press, where: str) -> None:
    """x-S6: a refused form keeps the note and the box, beside the signature it was about."""
    row = f"{desk['Grace Hopper']}:held"
    code, _target, text = press("reject:whim", row, page=where, note="Kept words", tell="y")
    assert code == 422
    form = next(form for form in Page(text).forms if form.fields.get("row") == row)
    assert (form.fields["note"], form.fields["tell"]) == ("Kept words", "y")


@pytest.mark.parametrize("path", ["/queue?at=", "/signatures?at="])
@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_foreign_and_odd_numbers_in_addresses(
    app: Flask, cast: Cast, owner: FlaskClient, desk: Desk, path: str
) -> None:
    """T18: another letter's signature is not found; what is no number opens nothing."""
    with app.app_context():
        other = db.session.scalars(select(Letter).where(Letter.slug == cast.other_letter)).one()
        foreign = make_signature(other, "Secret Person").id
        db.session.commit()
    answer = owner.get(f"/desk/letters/{cast.letter}{path}{foreign}")
    assert answer.status_code == 404
    assert "Secret Person" not in answer.text
    for odd in ("x", "-1", "99999999999999999999", "%00", "1;drop"):
        assert owner.get(f"/desk/letters/{cast.letter}{path}{odd}").status_code == 200


def test_viewer_sees_domains_and_no_buttons(app: Flask, cast: Cast, desk: Desk) -> None:
    """K2: addresses are for those who decide; a viewer's search by address finds nothing."""
    viewer = signed_in(app, cast.viewer)
    for path in ("/queue", "/signatures", f"/signatures?at={desk['Ada Lovelace']}"):
        page = page_of(viewer, cast, path)
        assert "@example.org" in page.text
        assert "ada@example.org" not in page.text
        assert not [form for form in page.forms if {"row", "action"} & form.fields.keys()]
        assert "Approve" not in page.text
    assert "Nothing found" in page_of(viewer, cast, "/signatures?q=ada@example.org").text
    assert "ada@example.org" in page_of(signed_in(app, cast.owner), cast, "/queue").text


def test_signature_is_decided_in_the_list(app: Flask, cast: Cast, desk: Desk, owner: FlaskClient, press: Press) -> None:
    """An approved one is taken off again; its history says by whom and why."""
    number = desk["Shown Person"]
    note = "Their office called."
    code, target, _page = press("reject:impersonation", f"{number}:approved", page="signatures", note=note)
    assert (code, target) == (303, f"/desk/letters/{cast.letter}/signatures?at={number}#one")
    text = Page(owner.get(target).text).text
    for words in ("Rejected", cast.owner, "Signed in somebody else's name", note):
        assert words in text


def test_vouching_from_the_panel(app: Flask, desk: Desk, owner: FlaskClient, press: Press) -> None:
    """An organizer's knowledge becomes evidence on the panel."""
    code, _target, _page = press("vouch", f"{desk['Bay Tenants']}:held", note="Called the number on their site.")
    assert code == 303
    assert state_of(app, desk["Bay Tenants"]) == ("verified", "approved")


def test_failed_mails_are_sent_again(app: Flask, cast: Cast, desk: Desk, owner: FlaskClient) -> None:
    """P7: dead and parked mails of this letter with their error; one press gives another round."""
    ids = failed_jobs(app, cast, desk["Ada Lovelace"])
    text = page_of(owner, cast, "/mail").text
    assert "the mail server answered 550" in text
    assert "May have been sent" in text
    assert "Elsewhere mail" not in text
    url, token = f"/desk/letters/{cast.letter}/mail", desk_token(owner)
    statuses = [owner.post(url, data={"job": str(job), "csrf_token": token}).status_code for job in (*ids, 10**9, "x")]
    assert statuses == [303, 303, 422, 404, 404, 404]
    with app.app_context():
        states = list(db.session.scalars(select(Job.state).order_by(Job.id)))
    assert states == ["ready", "ready", "done", "dead"]


def failed_jobs(app: Flask, cast: Cast, signature_id: int) -> list[int]:
    """A dead, a parked and a done job of the letter, and a dead one of another letter."""
    with app.app_context():
        letter_id = db.session.scalar(select(Letter.id).where(Letter.slug == cast.letter))
        other_id = db.session.scalar(select(Letter.id).where(Letter.slug == cast.other_letter))
        for number, (state, error, owner_id) in enumerate(
            [
                ("dead", "the mail server answered 550", letter_id),
                ("parked", "sender died while sending", letter_id),
                ("done", "", letter_id),
                ("dead", "Elsewhere mail", other_id),
            ]
        ):
            job = Job(
                kind="signing.confirm",
                key=f"k{number}",
                payload={"signature": signature_id, "number": 9},
                state=state,
                run_at=NOW,
                created_at=NOW,
                done_at=NOW,
                error=error,
                letter_id=owner_id,
            )
            db.session.add(job)
        db.session.commit()
        return list(db.session.scalars(select(Job.id).order_by(Job.id)))


def test_overview_counts_and_leads_on(app: Flask, cast: Cast, desk: Desk, owner: FlaskClient) -> None:
    """O10: what waits and since when, and the next step; an empty letter says what will appear."""
    text = page_of(owner, cast, "").text
    assert "4 signatures wait for a decision" in text
    assert "Not confirmed yet 1" in text.replace("1 Not confirmed yet", "Not confirmed yet 1")
    other = signed_in(app, cast.stranger).get(f"/desk/letters/{cast.other_letter}")
    assert "Nobody has signed yet" in other.text
    assert "Pass its address on" in other.text


@pytest.mark.parametrize("path", TABS)
def test_query_counts_do_not_grow(app: Flask, cast: Cast, owner: FlaskClient, desk: Desk, path: str) -> None:
    """R7: the same statements for 6 signatures and for 120, on every page of the desk."""
    owner.get(f"/desk/letters/{cast.letter}{path}")
    with counted(app) as few:
        page_of(owner, cast, path)
    with app.app_context():
        letter = db.session.scalars(select(Letter).where(Letter.slug == cast.letter)).one()
        for number in range(60):
            make_signature(letter, f"Held {number}", moderation="held", reasons="watched_name")
            make_signature(
                letter,
                f"Body {number}",
                f"a@b{number}.example",
                website=f"https://b{number}.example",
                moderation="held",
            )
        db.session.commit()
    with counted(app) as many:
        page_of(owner, cast, path)
    assert len(many) == len(few) == {"": 6, "/queue": 9, "/signatures": 3, "/imports": 3, "/mail": 4}[path]


def test_queue_pages_by_place(app: Flask, cast: Cast, owner: FlaskClient, desk: Desk) -> None:
    """Keyset: each waiting signature stands on exactly one page."""
    with app.app_context():
        letter = db.session.scalars(select(Letter).where(Letter.slug == cast.letter)).one()
        for number in range(120):
            make_signature(letter, f"Held {number:03}", moderation="held", reasons="watched_name")
        db.session.commit()
    seen: Counter[str] = Counter()
    path: str | None = "/queue"
    pages = 0
    while path is not None:
        page = page_of(owner, cast, path)
        pages += 1
        table = page.text.partition("Email Signed ")[2]
        seen.update(
            f"Held {number:03}" for number in range(120) if table.partition("Showing")[0].count(f"Held {number:03}")
        )
        following = [link for link in page.links if "after=" in link and "at=" not in link]
        path = following[0].partition(cast.letter)[2] if following else None
    assert pages == 3
    assert seen == Counter(f"Held {number:03}" for number in range(120))


def test_two_moderators_at_once(app: Flask, cast: Cast, desk: Desk) -> None:
    """P14: of two presses at the same moment one stands, one is told, and one row is written."""
    names = ("Ada Lovelace", "Grace Hopper", "Joan Clarke")
    browsers = [
        (signed_in(app, email), action)
        for email, action in ((cast.owner, "approve"), (cast.moderator, "reject:abusive"))
    ]
    tokens = [desk_token(client) for client, _action in browsers]
    answers: dict[str, list[int]] = {name: [] for name in names}

    def press(client: FlaskClient, token: str, action: str, name: str, gate: threading.Barrier) -> None:
        gate.wait(10)
        data = {"csrf_token": token, "row": f"{desk[name]}:held", "action": action}
        answers[name].append(client.post(f"/desk/letters/{cast.letter}/queue", data=data).status_code)

    for name in names:
        gate = threading.Barrier(2)
        both: list[Any] = [
            threading.Thread(target=press, args=(client, token, action, name, gate))
            for (client, action), token in zip(browsers, tokens, strict=True)
        ]
        for thread in both:
            thread.start()
        for thread in both:
            thread.join(30)
    assert {name: sorted(codes) for name, codes in answers.items()} == {name: [303, 422] for name in names}
    with app.app_context():
        assert db.session.scalar(select(func.count(Decision.id))) == 3
        letter_id = db.session.scalar(select(Letter.id).where(Letter.slug == cast.letter))
        assert broken_links(letter_id or 0) == []


def letter_of(app: Flask, cast: Cast) -> int:
    """The id of the cast's letter."""
    with app.app_context():
        return db.session.scalars(select(Letter.id).where(Letter.slug == cast.letter)).one()


def counts_of(app: Flask, letter_id: int) -> dict[str, int]:
    """The public counts as they are now."""
    with app.app_context():
        return count_public(letter_id)


def test_erased_person_leaves_an_empty_row(app: Flask, cast: Cast, desk: Desk, owner: FlaskClient) -> None:
    """T23: the desk shows that somebody was erased, and nothing of them."""
    with app.app_context():
        from campaign.signing.operations import erase_signature

        row = db.session.get_one(Signature, desk["Ada Lovelace"])
        erase_signature(row, NOW)
        db.session.commit()
    text = page_of(owner, cast, f"/signatures?at={desk['Ada Lovelace']}").text
    assert "Erased" in text
    assert "Lovelace" not in text
    assert "ada@" not in text
