"""What the pages about one signature say, by where it stands."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import scoped_session

from campaign.links import make_token
from campaign.models import Endorsement, Signature
from tests.factories import DAY, NOW, make_letter, make_signature
from tests.signing.acts import my_path, press
from tests.support.pages import Page, send_form

Session = scoped_session[Any]
Mails = Callable[..., list[dict[str, Any]]]


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("changes", "said", "ending"),
    [
        ({"verification": "pending"}, "Unless you confirm, nothing is signed.", "use the link in the mail."),
        ({"verification": "expired"}, "It was never confirmed, so nothing is signed.", "nothing changes."),
        ({}, "It was confirmed by a mail to this address, so the letter is signed.", "nothing changes."),
        ({"withdrawn_at": NOW}, "That signature was withdrawn.", "nothing changes."),
    ],
)
def test_not_me_says_what_is_true(
    client: FlaskClient, session: Session, changes: dict[str, Any], said: str, ending: str
) -> None:
    """p-S9: whoever did not sign reads where the signature stands before the button is pressed."""
    row = make_signature(make_letter(), email="ada@example.org", **changes)
    text = Page(client.get(f"/not-me/{make_token('not_me', row.id, row.generation)}").text).text
    told = ["Unless you confirm", "It was never confirmed", "It was confirmed", "That signature was withdrawn"]
    assert [words for words in told if words in text] == [words for words in told if said.startswith(words)]
    assert said in text
    assert ending in text
    assert ("take the signature off the letter" in text) is (changes == {})


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("changes", "state"),
    [
        ({}, "Shown"),
        ({"is_private": True}, "Counted, name hidden"),
        ({"is_private": True, "moderation": "held"}, "Held"),
        ({"verification": "pending", "is_private": True}, "Not confirmed"),
    ],
)
def test_my_page_says_where_the_signature_stands(
    client: FlaskClient, session: Session, changes: dict[str, Any], state: str
) -> None:
    """x-S12: a hidden name is never called shown."""
    row = make_signature(make_letter(), email="ada@example.org", **changes)
    text = Page(client.get(my_path(row)).text).text
    assert f"State {state}" in text
    assert ("State Shown" in text) is (state == "Shown")


ONLY_FOR_ORGANIZERS = "Only for the organizers: London · Stop it now."


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("is_private", "kept"),
    [
        (False, f"{ONLY_FOR_ORGANIZERS} Only in the files of the list: United Kingdom"),
        (True, "Only for the organizers: London · United Kingdom · Stop it now."),
    ],
)
@pytest.mark.parametrize("verification", ["pending", "verified"])
def test_entry_is_what_the_list_shows(
    client: FlaskClient, session: Session, mails: Mails, is_private: bool, kept: str, verification: str
) -> None:
    """x-S11: exactly the words of the public list; what no page of it shows stands apart and says so."""
    typed = {"title": "Countess", "affiliation": "Analytical Society", "is_private": is_private}
    typed |= {"place": "London", "country": "GB", "comment": "Stop it now."}
    row = make_signature(make_letter(), verification=verification, **typed)
    mails()
    pages = {name: make_token(name, row.id, row.generation) for name in ("confirm", "my")}
    paths = [f"/{name}/{token}" for name, token in pages.items()] + [f"/confirm/{pages['confirm']}?signed=1"]
    for path in paths:
        text = Page(client.get(path).text).text
        assert f"Ada Lovelace Countess, Analytical Society {kept}" in text, path
    listed = "Ada Lovelace Countess, Analytical Society" in Page(client.get("/letters/stop").text).text
    assert listed is (verification == "verified" and not is_private)


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
@pytest.mark.parametrize("shows", [True, False])
def test_entry_of_an_organization_is_what_the_list_shows(
    client: FlaskClient, session: Session, mails: Mails, shows: bool
) -> None:
    """x-S4, x-S11: the representative stands there as on the list, or nowhere."""
    row = make_signature(make_letter(), "Open Rights", website="https://example.org")
    session.get(Endorsement, row.id).show_representative = shows
    mails()
    paths = ("/letters/stop", my_path(row), f"/confirm/{make_token('confirm', row.id, row.generation)}?signed=1")
    found = ["Open Rights Rosa Marín, Director" in Page(client.get(path).text).text for path in paths]
    assert found == [shows] * 3


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("changes", "first"),
    [
        ({}, "Your signature is on the public list within a minute."),
        ({"is_private": True}, "You are counted within a minute. Your name is on no public list."),
        ({"moderation": "held"}, "An organizer looks at your signature; then it counts,"),
    ],
)
def test_signed_page_says_what_happens_next(
    client: FlaskClient, session: Session, changes: dict[str, Any], first: str
) -> None:
    """x-S11: also where no closing date is set; dates for a calendar only where there are any."""
    for slug, closes_at in (("endless", None), ("ending", NOW + DAY), ("over", NOW - DAY)):
        letter = make_letter(slug, "closed" if slug == "over" else "open", closes_at=closes_at)
        row = make_signature(letter, **changes)
        page = Page(client.get(f"/confirm/{make_token('confirm', row.id, row.generation)}?signed=1").text)
        assert f"What happens next {first}" in page.text
        assert "You can change or remove your signature at any time." in page.text
        assert (f"/letters/{slug}/dates.ics" in page.links) is (slug == "ending")


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_withdrawing_takes_a_reason(client: FlaskClient, session: Session) -> None:
    """x-S12: the reason is optional, and kept; the page then says for how long, and how to sign again."""
    row = make_signature(make_letter(), email="ada@example.org")
    answer = send_form(client, my_path(row), {"reason": "I read it again."}, "action=withdraw")
    assert session.scalars(select(Signature.withdraw_reason)).all() == ["I read it again."]
    page = Page(client.get(answer.location).text)
    assert "stays with the organizers for 30 days after you withdrew" in page.text
    assert "/letters/stop#sign" in page.links
    other = make_signature(make_letter("other"), email="grace@example.org")
    assert press(client, my_path(other), "withdraw").status_code == 303
