"""The desk's pages of updates: writing, looking, sending, stopping; and what readers see."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, select, text
from time_machine import Traveller

from campaign.extensions import db
from campaign.models import Letter, LogEntry, Update, UpdateMail
from tests.factories import DAY, NOW, make_consent, make_edition, make_signature, make_update
from tests.support.cast import Cast, desk_token, signed_in
from tests.support.pages import Page, send_form

Mails = Callable[..., list[dict[str, Any]]]
LIST = "/desk/letters/stop/updates"
WRITTEN = {"title": "They answered", "body": "They *stopped*."}


@pytest.fixture
def desk(app: Flask, cast: Cast, frozen: Traveller) -> None:
    """Two who ticked the box for news, one of them in Portugal; an edition."""
    with app.app_context():
        letter = db.session.scalars(select(Letter).where(Letter.slug == cast.letter)).one()
        make_consent(make_signature(letter, "Ada", "ada@example.org", country="PT"))
        make_consent(make_signature(letter, "Grace", "grace@example.org"))
        make_signature(letter, "Silent", "silent@example.org")
        make_edition(letter)
        db.session.commit()


@pytest.fixture
def owner(app: Flask, cast: Cast, desk: None) -> FlaskClient:
    """The owner's browser."""
    return signed_in(app, cast.owner)


def written(app: Flask, **changes: Any) -> None:
    """A draft, or an update in another state."""
    with app.app_context():
        letter = db.session.scalars(select(Letter).where(Letter.slug == "stop")).one()
        make_update(letter, **changes)
        db.session.commit()


def stored(app: Flask) -> Update:
    """The one update, as it is stored."""
    with app.app_context():
        return db.session.scalars(select(Update)).one()


def press(client: FlaskClient, step: str, number: int = 1) -> int:
    """Presses a button of the page; the status."""
    return client.post(f"{LIST}/{number}/{step}", data={"csrf_token": desk_token(client)}).status_code


def test_from_the_first_word_to_the_last_mail(app: Flask, owner: FlaskClient, mails: Mails) -> None:
    """p-D7: write, look, test, send; two mails leave, the page says so, and readers see it on the letter."""
    assert "Nothing told yet" in owner.get(LIST).text
    answer = send_form(owner, f"{LIST}/new", {**WRITTEN, "kind": "news"})
    assert (answer.status_code, answer.location) == (303, f"{LIST}/1")
    page = owner.get(f"{LIST}/1").text
    assert "Confirmed signatories who ticked the box for news." in page
    assert "2 mails will leave." in page
    assert "<em>stopped</em>" in page
    assert press(owner, "trial") == 303
    assert [mail["subject"] for mail in mails("owner@example.org")] == ["Test: They answered"]
    ask = owner.get(f"{LIST}/1/send").text
    assert "Send 2 mails" in ask
    assert send_form(owner, f"{LIST}/1/send", {"when": "now"}).location == f"{LIST}/1"
    assert sorted(mail["to"] for mail in mails()) == ["ada@example.org", "grace@example.org", "owner@example.org"]
    shown = Page(owner.get(f"{LIST}/1").text).text
    assert "Sent" in shown
    assert "2 sent" in Page(owner.get(LIST).text).text
    reader = app.test_client().get("/letters/stop/timeline").text
    assert 'id="update-1"' in reader
    assert "They <em>stopped</em>." in reader
    assert "/letters/stop/timeline#update-1" in app.test_client().get("/letters/stop").text
    acts = ["update_written", "update_sent"]
    with app.app_context():
        assert (
            list(db.session.scalars(select(LogEntry.act).where(LogEntry.act.in_(acts)).order_by(LogEntry.id))) == acts
        )


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"title": ""}, "Enter a title; it is the subject of the mail."),
        ({"body": ""}, "Write what there is to tell."),
        ({"body": "One.\n\nCited[^1]."}, "is cited in the paragraph that begins in line 3"),
        (
            {"body": "long words " * 400 + "\n\n" + "long words " * 400 + "\n\n" + "long words " * 400},
            "too long for a mail",
        ),
        ({"kind": "final_copy"}, "Choose the frozen edition"),
        ({"kind": "advertisement"}, "Not a valid choice"),
        ({"per_hour": "many"}, "Write a whole number from 1 to 100000"),
        ({"per_hour": "0"}, "Write a whole number from 1 to 100000"),
    ],
)
def test_what_cannot_stand_is_told_and_kept(
    app: Flask, owner: FlaskClient, changes: dict[str, str], words: str
) -> None:
    """x-S6: 422 with the sentence at its field; nothing typed is lost, nothing is stored."""
    typed = {**WRITTEN, "kind": "news", "version": "1", "country": "PT", **changes}
    answer = send_form(owner, f"{LIST}/new", typed)
    assert answer.status_code == 422
    assert words in answer.text
    fields = next(form.fields for form in Page(answer.text).forms if "body" in form.fields)
    kept = ("title", "body", "version", "country")
    assert {name: fields[name].strip() for name in kept} == {name: typed[name].strip() for name in kept}
    with app.app_context():
        assert db.session.scalars(select(Update)).all() == []


def test_choices_are_stored_and_shown_again(app: Flask, owner: FlaskClient) -> None:
    """Everything chosen comes back in the form, and the circle is said aloud."""
    chosen = {"kind": "final_copy", "edition": "1", "version": "1", "country": "PT", "per_hour": "500"}
    send_form(owner, f"{LIST}/new", {**WRITTEN, **chosen})
    update = stored(app)
    assert (update.kind, update.segment, update.per_hour) == ("final_copy", {"version": 1, "country": "PT"}, 500)
    page = owner.get(f"{LIST}/1").text
    assert "Organizations of edition 1, who accepted version 1, in Portugal." in page
    assert "At most 500 in an hour, evenly spread." in page
    fields = next(form.fields for form in Page(owner.get(f"{LIST}/1/edit").text).forms if "body" in form.fields)
    assert {name: fields[name] for name in chosen} == chosen


def test_foreign_choices_are_not_taken(app: Flask, owner: FlaskClient) -> None:
    """T18: a version or country the letter does not have counts as none chosen."""
    send_form(owner, f"{LIST}/new", {**WRITTEN, "kind": "news", "version": "99", "country": "XX"})
    assert stored(app).segment == {}


def test_second_of_two_at_one_page_is_shown_both(app: Flask, owner: FlaskClient) -> None:
    """Nothing a colleague saved is replaced unseen."""
    written(app)
    page = Page(owner.get(f"{LIST}/1/edit").text)
    form = next(form for form in page.forms if "body" in form.fields)
    send_form(owner, f"{LIST}/1/edit", {"title": "Theirs"})
    answer = owner.post(form.action, data={**form.fields, "title": "Mine"})
    assert answer.status_code == 422
    assert "Theirs" in answer.text
    assert "Mine" in answer.text
    assert stored(app).title == "Theirs"


@pytest.mark.parametrize("app", ["postgresql"], indirect=True)
def test_colleague_who_saves_at_the_same_moment_is_seen(app: Flask, owner: FlaskClient) -> None:
    """What is stored is looked at under the lock: what was saved while the second one waited for it is not replaced."""
    written(app)
    page = Page(owner.get(f"{LIST}/1/edit").text)
    form = next(form for form in page.forms if "body" in form.fields)
    saved: list[str] = []

    def colleague(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        """Has the lock first, and lets go of it when the second one asks for it."""
        if "FOR NO KEY UPDATE" in statement and not saved:
            saved.append("Theirs")
            with engine.begin() as first:
                first.execute(text("UPDATE \"update\" SET title = 'Theirs'"))

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", colleague)
    try:
        answer = owner.post(form.action, data={**form.fields, "title": "Mine"})
    finally:
        event.remove(engine, "before_cursor_execute", colleague)
    assert (saved, answer.status_code) == (["Theirs"], 422)
    assert "Theirs" in answer.text
    assert "Mine" in answer.text
    assert stored(app).title == "Theirs"


def test_words_are_fixed_once_mails_are_due(app: Flask, owner: FlaskClient) -> None:
    """The editor and the press are closed for what is being sent."""
    written(app, state="sending", begun_at=NOW)
    assert owner.get(f"{LIST}/1/edit").status_code == 422
    answer = owner.post(
        f"{LIST}/1/edit", data={**WRITTEN, "kind": "news", "title": "Other", "csrf_token": desk_token(owner)}
    )
    assert answer.status_code == 422
    assert "Other" in answer.text
    assert stored(app).title == "They answered"
    assert owner.get(f"{LIST}/1/send").status_code == 422


def test_scheduling_on_the_clocks_of_the_letter(app: Flask, owner: FlaskClient) -> None:
    """A time of the letter's zone; a missing or past one is told, and what was chosen is kept."""
    written(app)
    with app.app_context():
        db.session.scalars(select(Letter).where(Letter.slug == "stop")).one().timezone = "Europe/Lisbon"
        db.session.commit()
    address = f"{LIST}/1/send"
    assert "Write the day and time" in send_form(owner, address, {"when": "later", "at": ""}).text
    past = send_form(owner, address, {"when": "later", "at": "2026-06-18T09:00"})
    assert (past.status_code, "That time lies in the past" in past.text) == (422, True)
    assert "2026-06-18T09:00" in past.text
    assert send_form(owner, address, {"when": "later", "at": "2026-06-19T09:00"}).status_code == 303
    update = stored(app)
    assert (update.state, update.scheduled_at) == ("scheduled", NOW.replace(day=19, hour=8))
    assert "19 June 2026, 09:00 WEST" in owner.get(f"{LIST}/1").text
    assert press(owner, "unschedule") == 303
    assert (stored(app).state, stored(app).scheduled_at) == ("draft", None)


def test_pause_resume_and_cancel(app: Flask, owner: FlaskClient) -> None:
    """Each button moves the state once; a move that is not possible is told, and nothing happens."""
    written(app)
    send_form(owner, f"{LIST}/1/send", {"when": "now"})
    for step, state in (("pause", "paused"), ("resume", "sending"), ("pause", "paused"), ("cancel", "cancelled")):
        assert press(owner, step) == 303
        assert stored(app).state == state
    press(owner, "resume")
    assert "That step is not possible" in owner.get(f"{LIST}/1").text
    assert stored(app).state == "cancelled"
    assert press(owner, "explode") == 404


def test_posting_without_mailing(app: Flask, owner: FlaskClient) -> None:
    """Posted and taken down again; readers see it in between, and no mail leaves."""
    written(app, is_public=False)
    timeline = "/letters/stop/timeline"
    assert "They answered" not in app.test_client().get(timeline).text
    assert press(owner, "post") == 303
    assert "They answered" in app.test_client().get(timeline).text
    assert press(owner, "take-down") == 303
    assert "They answered" not in app.test_client().get(timeline).text
    with app.app_context():
        assert db.session.scalars(select(UpdateMail)).all() == []


def test_drafts_and_final_copies_leak_nowhere(app: Flask, owner: FlaskClient, mails: Mails) -> None:
    """What was not posted is on no page of readers, also after its mails left."""
    written(app, title="Secret draft")
    written(app, title="Secret mail", number=2, is_public=False)
    send_form(owner, f"{LIST}/2/send", {"when": "now"})
    assert len(mails()) == 2
    for address in ("/letters/stop", "/letters/stop/timeline", "/campaigns/face-recognition", "/companies/acme", "/"):
        assert "Secret" not in app.test_client().get(address).text


def test_parked_mails_are_listed(app: Flask, owner: FlaskClient, cast: Cast) -> None:
    """P3: who is in doubt, by name and domain, with the risk beside the button; a viewer sees no address."""
    written(app, state="sent", begun_at=NOW - DAY, sent_at=NOW)
    with app.app_context():
        update = db.session.scalars(select(Update)).one()
        row = UpdateMail(update_id=update.id, signature_id=1, state="parked", queued_at=NOW)
        db.session.add(row)
        db.session.commit()
    page = owner.get(f"{LIST}/1").text
    assert "Send this 1 mail again" in page
    assert "those who did get the first one get it twice" in page
    viewed = signed_in(app, cast.viewer).get(f"{LIST}/1").text
    assert "Ada" in viewed
    assert "ada@example.org" not in viewed
    assert "Send this 1 mail again" not in viewed
    assert press(owner, "again") == 303
    with app.app_context():
        assert db.session.scalars(select(UpdateMail.state)).all() == ["waiting"]


def test_nobody_would_get_it(app: Flask, owner: FlaskClient) -> None:
    """The page says it, and the press is refused with the sentence."""
    written(app, kind="result")
    assert "None has gone out before this one." in owner.get(f"{LIST}/1").text
    assert "Nobody would get this mail." in owner.get(f"{LIST}/1/send").text
    answer = send_form(owner, f"{LIST}/1/send", {"when": "now"})
    assert answer.status_code == 422
    assert "no confirmed signatory who asked for it is in this circle" in answer.text


def test_rights(app: Flask, cast: Cast, owner: FlaskClient) -> None:
    """T18: a colleague may, a viewer looks, a stranger finds nothing, nobody is sent to the door."""
    written(app)
    colleague, viewer, stranger = (signed_in(app, who) for who in (cast.moderator, cast.viewer, cast.stranger))
    assert send_form(colleague, f"{LIST}/1/edit", {"title": "Hers"}).status_code == 303
    assert (viewer.get(LIST).status_code, viewer.get(f"{LIST}/1").status_code) == (200, 200)
    assert "Write an update" not in viewer.get(LIST).text
    pages = ("", "/new", "/1", "/1/edit", "/1/send")
    assert [viewer.get(LIST + page).status_code for page in pages] == [200, 403, 200, 403, 403]
    assert [stranger.get(LIST + page).status_code for page in pages] == [404] * 5
    assert [app.test_client().get(LIST + page).status_code for page in pages] == [303] * 5
    for step in ("trial", "again", "send", "edit", "pause", "post"):
        assert (press(viewer, step), press(stranger, step)) == (403, 404)
        assert owner.post(f"{LIST}/1/{step}").status_code == 400
    assert owner.get(f"{LIST}/9").status_code == 404
    assert owner.put(f"{LIST}/1").status_code == 405
