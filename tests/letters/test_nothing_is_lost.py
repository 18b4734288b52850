"""What somebody wrote is never lost to a session that ended or a page that was open for too long; and shut doors."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import delete

from campaign.extensions import db
from campaign.letters import queries
from campaign.models import DeskSession
from tests.support.cast import Cast, desk_token, signed_in
from tests.support.pages import Page

EDIT = "/desk/letters/draft/edit"
FROM_HERE = {"Sec-Fetch-Site": "same-origin"}
BODY = 'First line.\r\n\r\n"><script>alert(1)</script> & last.'
SQLITE = pytest.mark.parametrize("app", ["sqlite"], indirect=True)


def stored_body() -> str:
    """The draft's text."""
    letter = queries.letter_by_slug("draft")
    assert letter is not None
    return queries.version_of(letter).body


@SQLITE
@pytest.mark.parametrize(("ends", "status"), [(False, 400), (True, 401)])
def test_form_that_comes_too_late_is_kept(draft: Flask, cast: Cast, ends: bool, status: int) -> None:
    """A stale token, or a session that ended: everything typed stands on the page, and goes through once more."""
    owner = signed_in(draft, cast.owner)
    fields = {**Page(owner.get(EDIT).text).forms[0].fields, "body": BODY, "title": "Kept"}
    if ends:
        with draft.app_context():
            db.session.execute(delete(DeskSession))
            db.session.commit()
    else:
        fields["csrf_token"] = "stale"
    answer = owner.post(EDIT, data=fields, headers=FROM_HERE)
    assert (answer.status_code, answer.headers["Cache-Control"]) == (status, "no-store")
    assert "<script>alert" not in answer.text
    form = Page(answer.text).forms[0]
    kept = {name: value for name, value in form.fields.items() if name != "csrf_token"}
    assert (form.action, kept) == (EDIT, {name: value for name, value in fields.items() if name != "csrf_token"})
    with draft.app_context():
        assert stored_body() != BODY.replace("\r\n", "\n")
    again = signed_in(draft, cast.owner) if ends else owner
    token = desk_token(again) if ends else form.fields["csrf_token"]
    assert again.post(form.action, data={**kept, "csrf_token": token}, headers=FROM_HERE).status_code == 303
    with draft.app_context():
        assert stored_body() == BODY.replace("\r\n", "\n")


@SQLITE
@pytest.mark.parametrize("site", ["cross-site", "same-site", "none", ""])
def test_forms_of_other_sites_are_not_kept(draft: Flask, cast: Cast, site: str) -> None:
    """T19: a forged form gets no button that would send it, and neither does a stranger's on the account page."""
    owner = signed_in(draft, cast.owner)
    answer = owner.post(EDIT, data={"body": "Forged words"}, headers={"Sec-Fetch-Site": site} if site else {})
    assert (answer.status_code, "Forged words" in answer.text) == (400, False)
    secret = owner.post("/desk/account/password", data={"password": "long and secret"}, headers=FROM_HERE)
    assert (secret.status_code, "long and secret" in secret.text) == (400, False)


@SQLITE
def test_refusals_keep_the_desk_around_them(app: Flask, cast: Cast) -> None:
    """A shut door says so once, and leads back: to the letter, to the team, or to all letters."""
    viewer, owner = signed_in(app, cast.viewer), signed_in(app, cast.owner)
    shut = viewer.get("/desk/letters/stop/edit")
    page = Page(shut.text)
    assert (shut.status_code, 'class="desk"' in shut.text) == (403, True)
    assert page.text.count("Ask an owner of the campaign") == 1
    assert {"/desk", "/desk/letters/stop"} <= set(page.links)
    step = owner.get("/desk/letters/stop/edit/life/reopen")
    assert (step.status_code, "/desk/letters/stop" in Page(step.text).links) == (422, True)
    nothing = owner.get("/desk/letters/none")
    assert (nothing.status_code, 'class="desk"' in nothing.text) == (404, True)
    assert 'class="desk"' not in app.test_client().get("/letters/none").text


@SQLITE
@pytest.mark.parametrize("path", ["", "/queue", "/signatures", "/preview", "/edit/life", "/mail"])
def test_viewers_are_led_to_what_they_may_see(app: Flask, cast: Cast, path: str) -> None:
    """M5: no link on a viewer's pages of the letter answers 403; its words and its state are among them."""
    viewer = signed_in(app, cast.viewer)
    links = {link.partition("#")[0] for link in Page(viewer.get(f"/desk/letters/stop{path}").text).links}
    desk = sorted(link for link in links if link.startswith("/desk"))
    assert "/desk/letters/stop/preview" in desk
    assert [link for link in desk if viewer.get(link).status_code != 200] == []
    assert "/desk/letters/stop/edit" in Page(signed_in(app, cast.owner).get(f"/desk/letters/stop{path}").text).links
