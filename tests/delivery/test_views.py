"""The desk's page of editions: who may freeze, and what the page says."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from io import BytesIO
from typing import Any

from flask import Flask

from campaign.extensions import db
from campaign.models import Edition, Letter
from tests.delivery.sealed import home
from tests.factories import make_signature
from tests.support.cast import Cast, desk_token, signed_in

PAGE = "/desk/letters/stop/editions"


def test_owner_freezes_the_list(app: Flask, cast: Cast, mails: Callable[..., list[dict[str, Any]]]) -> None:
    """From the button to the frozen edition with its citable sentence."""
    with app.app_context():
        make_signature(db.session.scalars(db.select(Letter).where(Letter.slug == cast.letter)).one())
        db.session.commit()
    owner = signed_in(app, cast.owner)
    assert "No edition yet" in owner.get(PAGE).text
    answer = owner.post(PAGE, data={"csrf_token": desk_token(owner)})
    assert (answer.status_code, answer.headers["Location"]) == (303, PAGE)
    assert "Being frozen" in owner.get(PAGE).text
    mails()
    shown = owner.get(PAGE).text
    assert "1 person, first edition," in shown
    assert "Not sealed" not in shown


def test_colleague_may_freeze_too(app: Flask, cast: Cast) -> None:
    """A second owner has the same right."""
    moderator = signed_in(app, cast.moderator)
    assert moderator.post(PAGE, data={"csrf_token": desk_token(moderator)}).status_code == 303


def test_viewer_may_look_and_not_freeze(app: Flask, cast: Cast) -> None:
    """A viewer sees the page without the button, and is refused."""
    viewer = signed_in(app, cast.viewer)
    page = viewer.get(PAGE)
    assert page.status_code == 200
    assert "Freeze the list" not in page.text
    assert viewer.post(PAGE, data={"csrf_token": desk_token(viewer)}).status_code == 403


def test_stranger_learns_nothing(app: Flask, cast: Cast) -> None:
    """An organizer of another campaign gets 404, and nobody signed in goes to the door."""
    stranger = signed_in(app, cast.stranger)
    assert stranger.get(PAGE).status_code == 404
    assert stranger.post(PAGE, data={"csrf_token": desk_token(stranger)}).status_code == 404
    assert app.test_client().get(PAGE).status_code == 303


def signed(app: Flask, cast: Cast, name: str = "Ada Lovelace") -> None:
    """The cast's letter has one public signature."""
    with app.app_context():
        make_signature(db.session.scalars(db.select(Letter).where(Letter.slug == cast.letter)).one(), name)
        db.session.commit()


def test_form_takes_date_and_place(app: Flask, cast: Cast, mails: Callable[..., list[dict[str, Any]]]) -> None:
    """p-D1: what the edition prints is chosen at the desk, and a day that is none is told, with nothing lost."""
    signed(app, cast)
    owner = signed_in(app, cast.owner)
    token = {"csrf_token": desk_token(owner), "number": "1"}
    shown = owner.get(PAGE).text
    assert "It will hold about:" in shown
    wrong = owner.post(PAGE, data={**token, "dated_on": "yesterday", "place": "Seattle"})
    assert (wrong.status_code, 'value="Seattle"' in wrong.text, 'value="yesterday"' in wrong.text) == (422, True, True)
    assert owner.post(PAGE, data={**token, "dated_on": "2026-06-18", "place": "Seattle"}).status_code == 303
    with app.app_context():
        row = db.session.scalars(db.select(Edition)).one()
        assert (row.dated_on, row.place, row.is_current_only) == (date(2026, 6, 18), "Seattle", False)
    same = owner.post(PAGE, data={**token, "dated_on": "2026-06-18", "place": "Seattle"})
    other = owner.post(PAGE, data={**token, "dated_on": "2026-06-19", "place": "Seattle"})
    assert (same.status_code, other.status_code) == (303, 422)
    assert "A colleague has just frozen edition 1 with another date" in other.text


ATTESTED = {
    "name": "Ruth Notary",
    "office": "Notary",
    "shown": "The list and 50 mails.",
    "drawn": "",
    "found": "All 50 agree.",
    "attested_on": "2026-06-19",
}


def test_attestation_stands_in_the_statement(
    app: Flask, cast: Cast, mails: Callable[..., list[dict[str, Any]]]
) -> None:
    """p-D4: from the form, with a document, to the integrity statement of the package."""
    signed(app, cast)
    owner, page = signed_in(app, cast.owner), f"{PAGE}/1"
    token = desk_token(owner)
    owner.post(PAGE, data={"csrf_token": token})
    mails()
    with app.app_context():
        folder = home(db.session.scalars(db.select(Edition.id)).one()) / "files"
    assert "not checked by anyone outside the campaign" in (folder / "integrity.html").read_text(encoding="utf-8")
    data = {**ATTESTED, "csrf_token": token}
    missing = owner.post(f"{page}/attestations", data={**data, "found": "", "attested_on": "soon"})
    assert (missing.status_code, "The list and 50 mails." in missing.text) == (422, True)
    wrong = owner.post(f"{page}/attestations", data={**data, "file": (BytesIO(b"MZ"), "proof.pdf")})
    assert (wrong.status_code, "PDF, PNG, JPEG" in wrong.text) == (422, True)
    assert "Ruth Notary" in wrong.text
    good = owner.post(f"{page}/attestations", data={**data, "file": (BytesIO(b"%PDF-1.7"), "proof.pdf")})
    assert (good.status_code, good.headers["Location"]) == (303, page)
    assert "Ruth Notary" in owner.get(page).text
    mails()
    statement = (folder / "integrity.html").read_text(encoding="utf-8")
    assert ("Ruth Notary" in statement, "not checked by anyone" in statement) == (True, False)


def test_files_at_the_desk(app: Flask, cast: Cast, mails: Callable[..., list[dict[str, Any]]]) -> None:
    """Organizers have the files before the delivery; viewers, strangers and made-up names have none."""
    signed(app, cast)
    owner, page = signed_in(app, cast.owner), f"{PAGE}/1"
    assert owner.get(page).status_code == 404
    owner.post(PAGE, data={"csrf_token": desk_token(owner)})
    assert "It is being frozen." in owner.get(page).text
    mails()
    answer = owner.get(f"{page}/letter.txt")
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")
    assert signed_in(app, cast.moderator).get(f"{page}/letter.txt").status_code == 200
    viewer, stranger = signed_in(app, cast.viewer), signed_in(app, cast.stranger)
    assert [viewer.get(page).status_code, viewer.get(f"{page}/letter.txt").status_code] == [200, 403]
    assert viewer.post(f"{page}/attestations", data={"csrf_token": desk_token(viewer)}).status_code == 403
    assert [stranger.get(page).status_code, stranger.get(f"{page}/letter.txt").status_code] == [404, 404]
    assert owner.get(f"{page}/signatures.txt").status_code == 404
    assert owner.get(f"{page}/attestations").status_code == 404


def test_freezing_needs_the_form_and_a_post(app: Flask, cast: Cast) -> None:
    """Without the token nothing happens; other methods are refused."""
    owner = signed_in(app, cast.owner)
    assert owner.post(PAGE).status_code == 400
    assert owner.put(PAGE).status_code == 405
    assert "No edition yet" in owner.get(PAGE).text
