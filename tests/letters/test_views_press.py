"""The press at the desk, and previews under embargo: made, read by who has the link, ended and revoked."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from campaign.extensions import db
from campaign.letters import operations, queries
from campaign.lib import tokens
from campaign.models import Campaign, Evidence, Letter, LogEntry, PreviewLink
from tests.factories import NOW, make_letter, make_signature
from tests.support.cast import Cast, desk_token, signed_in
from tests.support.pages import Page, send_form
from tests.support.tables import everything

pytestmark = pytest.mark.usefixtures("frozen")
PRESS = "/desk/letters/stop/press"
PREVIEWS = "/desk/letters/draft/previews"
CONTACT = {
    "press_name": "Rosa Marín",
    "press_phone": "+351 21 000 00 00",
    "press_email": "press@open-courts.example",
    "press_languages": "English, Portuguese",
}


def previewed(app: Flask, slug: str = "draft", given_to: str = "Ana Reporter, Example Times", **changes: Any) -> str:
    """The address of a preview of the letter."""
    with app.app_context():
        letter = db.session.scalars(select(Letter).where(Letter.slug == slug)).one()
        values = {"expires_at": NOW + timedelta(days=2), **changes}
        link = operations.give_preview(letter, given_to=given_to, by_id=None, now=NOW, **values)
        token = operations.preview_token(link)
        db.session.commit()
    return f"/letters/{slug}/preview/{token}"


def change(app: Flask, slug: str, **changes: Any) -> None:
    """Sets columns of the letter."""
    with app.app_context():
        letter = db.session.scalars(select(Letter).where(Letter.slug == slug)).one()
        for name, value in changes.items():
            setattr(letter, name, value)
        db.session.commit()


# The press contact


def test_press_says_what_is_lacking_until_it_is_there(app: Flask, cast: Cast) -> None:
    """x-O16: the desk shows the sentence, what the page lacks, and the one press that opens it."""
    owner = signed_in(app, cast.owner)
    page = Page(owner.get(PRESS).text)
    assert "no signatures, 16 June 2026, 17:00 UTC" in page.text
    assert "Nobody is named whom reporters can ask. There is neither a telephone number nor an address." in page.text
    assert any(link.endswith("/letters/stop/press") for link in page.links)
    answer = send_form(owner, PRESS, CONTACT)
    assert (answer.status_code, answer.location) == (303, PRESS)
    text = Page(owner.get(PRESS).text).text
    assert "The press contact is saved." in text
    assert "It still lacks something" not in text
    assert (
        "Person Rosa Marín For Open Courts Telephone +351 21 000 00 00"
        in Page(app.test_client().get("/letters/stop/press").text).text
    )
    with app.app_context():
        assert db.session.scalars(select(LogEntry.act)).all()[-1] == "press_contact_saved"


def test_press_contact_to_mend_keeps_what_was_typed(app: Flask, cast: Cast) -> None:
    """x-S6: 422 with the sentence at its field; nothing is stored, nothing is lost."""
    owner = signed_in(app, cast.owner)
    answer = send_form(owner, PRESS, {**CONTACT, "press_email": "nowhere"})
    assert answer.status_code == 422
    assert "Enter an email address with an @" in answer.text
    assert 'value="Rosa Marín"' in answer.text
    with app.app_context():
        campaign = db.session.scalars(select(Campaign).where(Campaign.slug == cast.campaign)).one()
        assert campaign.press_name == ""


def test_press_contact_of_a_colleague_is_not_overwritten(app: Flask, cast: Cast) -> None:
    """Whoever comes second is shown both."""
    owner, moderator = signed_in(app, cast.owner), signed_in(app, cast.moderator)
    opened = next(form for form in Page(owner.get(PRESS).text).forms if "press_name" in form.fields)
    assert send_form(moderator, PRESS, {"press_name": "Grace"}).status_code == 303
    answer = owner.post(PRESS, data={**opened.fields, "press_name": "Rosa"})
    assert answer.status_code == 422
    assert "What is saved now" in answer.text
    assert "Grace" in answer.text


def test_press_is_for_the_team(app: Flask, cast: Cast) -> None:
    """A viewer looks and sees no form; a stranger finds nothing; no other method."""
    viewer, stranger = signed_in(app, cast.viewer), signed_in(app, cast.stranger)
    page = viewer.get(PRESS)
    assert page.status_code == 200
    assert "press_name" not in page.text
    assert viewer.post(PRESS, data={"csrf_token": desk_token(viewer)}).status_code == 403
    assert stranger.get(PRESS).status_code == 404
    assert signed_in(app, cast.owner).put(PRESS).status_code == 405


def test_press_of_a_draft_points_to_previews(draft: Flask, cast: Cast) -> None:
    """Before opening there is no press page to open."""
    page = Page(signed_in(draft, cast.owner).get("/desk/letters/draft/press").text)
    assert "The press page opens with the letter." in page.text
    assert not any(link.endswith("/letters/draft/press") and "/desk" not in link for link in page.links)


# Previews


def test_preview_from_the_desk_to_the_reader(draft: Flask, cast: Cast) -> None:
    """p-D8: made with whom it is for and until when, on the clocks of the letter; the link shows the marked letter."""
    change(draft, "draft", timezone="America/Los_Angeles")
    owner = signed_in(draft, cast.owner)
    assert "No preview was given away" in owner.get(PREVIEWS).text
    typed = {"given_to": "Ana Reporter, Example Times", "expires_at": "2026-06-20T09:00"}
    answer = send_form(owner, PREVIEWS, typed)
    assert (answer.status_code, answer.location) == (303, PREVIEWS)
    page = owner.get(PREVIEWS).text
    assert "works until 20 June 2026, 09:00 PDT" in page
    address = re.findall(r">http://[^/]+(/letters/draft/preview/[\w-]+)<", page)[0]
    shown = draft.test_client().get(address)
    text = Page(shown.text).text
    assert shown.status_code == 200
    assert "Embargoed until the letter is published." in text
    assert "Given to Ana Reporter, Example Times, and to nobody else." in text
    assert "This link works until 20 June 2026, 09:00 PDT." in text
    assert "Stop selling face recognition to the police." in text
    assert text.count("Preview for Ana Reporter, Example Times") == 4


def test_preview_is_private_and_writes_nothing(draft: Flask, cast: Cast) -> None:
    """R1: however often it is opened; no name, no number, no form, nothing kept on the way."""
    with draft.app_context():
        letter = db.session.scalars(select(Letter).where(Letter.slug == "draft")).one()
        make_signature(letter, "Hidden Hanna")
        db.session.add(Evidence(letter_id=letter.id, number=1, title="A manual", file_name="manual.pdf"))
        db.session.commit()
    address, client = previewed(draft), draft.test_client()
    with draft.app_context():
        before = everything()
    for method in ("GET", "HEAD", "GET"):
        answer = client.open(address, method=method)
        assert answer.status_code == 200
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert answer.headers["X-Robots-Tag"] == "noindex"
        assert "Set-Cookie" not in answer.headers
    assert "Hidden Hanna" not in answer.text
    assert "A manual" in answer.text
    assert "Download the file" not in answer.text
    assert Page(answer.text).forms == []
    assert client.post(address).status_code == 405
    with draft.app_context():
        assert everything() == before


def test_preview_says_when_the_embargo_ends(draft: Flask, cast: Cast) -> None:
    """The hour and zone of a scheduled letter; once it is public, the way to it."""
    address, client = previewed(draft), draft.test_client()
    change(draft, "draft", state="scheduled", opens_at=NOW + timedelta(days=1), timezone="America/Los_Angeles")
    assert "Embargoed until 19 June 2026, 10:00 PDT." in client.get(address).text
    change(draft, "draft", state="open", opened_at=NOW)
    page = Page(client.get(address).text)
    assert "The embargo is over." in page.text
    assert "Embargoed" not in page.text
    assert "/letters/draft" in page.links


def test_preview_ends(draft: Flask, cast: Cast, frozen: Any) -> None:
    """T11: expired and revoked links say so, and show nothing of the letter."""
    address, other, client = previewed(draft), previewed(draft, given_to="Ben"), draft.test_client()
    owner = signed_in(draft, cast.owner)
    links = Page(owner.get(PREVIEWS).text).forms
    revoke = [form.action for form in links if form.action.endswith("/revoke")]
    assert len(revoke) == 2
    for _twice in range(2):
        assert owner.post(revoke[0], data={"csrf_token": desk_token(owner)}).status_code == 303
    ended = client.get(other)
    assert ended.status_code == 410
    assert "This preview has ended. Ask whoever gave you the link for a new one." in ended.text
    assert "face recognition" not in ended.text
    assert "Revoked" in owner.get(PREVIEWS).text
    assert client.get(address).status_code == 200
    frozen.move_to(NOW + timedelta(days=2))
    assert client.get(address).status_code == 410
    assert "Ended" in owner.get(PREVIEWS).text


def test_preview_of_a_letter_that_was_taken_down(draft: Flask, cast: Cast) -> None:
    address = previewed(draft)
    change(draft, "draft", state="withdrawn", state_before="draft", reason="Not ready.")
    answer = draft.test_client().get(address)
    assert answer.status_code == 410
    assert "face recognition" not in answer.text


def test_preview_link_is_good_for_nothing_else(draft: Flask, cast: Cast) -> None:
    """T11: another letter, another purpose, a changed sign, other doors: 404, the same as for nonsense."""
    address, client = previewed(draft), draft.test_client()
    token = address.rpartition("/")[2]
    with draft.app_context():
        key = tokens.derive_key(draft.config["SECRET_KEY"], "link")
        link_id = db.session.scalars(select(PreviewLink.id)).one()
        wrong = [tokens.link_token(key, "confirm", link_id, 0), tokens.link_token(key, "preview", link_id + 1, 0)]
    for bad in (*wrong, token[:-1] + ("A" if token[-1] != "A" else "B"), "x", "\u00e9"):
        assert client.get(f"/letters/draft/preview/{bad}").status_code == 404, bad
    assert client.get(f"/letters/stop/preview/{token}").status_code == 404
    for door in ("confirm", "my", "not-me", "sign-in"):
        assert client.get(f"/{door}/{token}").status_code in (404, 410), door


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"given_to": "", "expires_at": "2026-06-20T09:00"}, "Write whom you give the preview to"),
        ({"given_to": "Ana", "expires_at": ""}, "Write a day and a time as 2026-05-22 18:00."),
        ({"given_to": "Ana", "expires_at": "tomorrow"}, "Write a day and a time as 2026-05-22 18:00."),
        ({"given_to": "Ana", "expires_at": "2026-06-18T17:00"}, "That moment lies in the past."),
    ],
)
def test_preview_form_to_mend(draft: Flask, cast: Cast, typed: dict[str, str], words: str) -> None:
    """x-S6: 422, the sentence, what was typed, and no link."""
    answer = send_form(signed_in(draft, cast.owner), PREVIEWS, typed)
    assert answer.status_code == 422
    assert words in answer.text
    assert typed["given_to"] in answer.text
    with draft.app_context():
        letter = db.session.scalars(select(Letter).where(Letter.slug == "draft")).one()
        assert queries.previews_of(letter.id) == []


def test_previews_are_for_who_may_edit(draft: Flask, cast: Cast) -> None:
    """The links open the letter, so a viewer does not see them; a stranger finds nothing."""
    previewed(draft)
    with draft.app_context():
        link_id = db.session.scalars(select(PreviewLink.id)).one()
    revoke = f"{PREVIEWS}/{link_id}/revoke"
    assert signed_in(draft, cast.moderator).get(PREVIEWS).status_code == 200
    viewer, stranger = signed_in(draft, cast.viewer), signed_in(draft, cast.stranger)
    for client, code in ((viewer, 403), (stranger, 404)):
        token = desk_token(client)
        assert client.get(PREVIEWS).status_code == code
        assert client.post(PREVIEWS, data={"csrf_token": token}).status_code == code
        assert client.post(revoke, data={"csrf_token": token}).status_code == code
    owner = signed_in(draft, cast.owner)
    token = desk_token(owner)
    assert owner.put(PREVIEWS).status_code == 405
    assert owner.post(f"{PREVIEWS}/{link_id + 1}/revoke", data={"csrf_token": token}).status_code == 404
    with draft.app_context():
        make_letter("third", "draft", db.session.scalars(select(Campaign).where(Campaign.slug == cast.campaign)).one())
        db.session.commit()
    elsewhere = f"/desk/letters/third/previews/{link_id}/revoke"
    assert owner.post(elsewhere, data={"csrf_token": token}).status_code == 404


def test_stranger_names_are_shown_as_text(draft: Flask, cast: Cast, client: FlaskClient) -> None:
    """T13: whom it was given to is text on the page."""
    answer = client.get(previewed(draft, given_to="<script>alert(1)</script>"))
    assert "<script>alert" not in answer.text
    assert "&lt;script&gt;alert" in answer.text
