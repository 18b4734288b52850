"""The public page of an institution, and suggestions while typing (p-S4, T9)."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import scoped_session

from campaign.models import Institution
from campaign.public.views import institutions
from tests.factories import NOW, make_institution, make_letter, make_signature
from tests.support.pages import Page
from tests.support.tables import counted

Session = scoped_session[Any]


@pytest.fixture
def coimbra(session: Session) -> Institution:
    """An institution with an alias."""
    return make_institution("Universidade de Coimbra", ("University of Coimbra",), "PT", "https://uc.pt")


def test_public_signatories_of_open_letters_are_listed(
    client: FlaskClient, session: Session, coimbra: Institution
) -> None:
    """p-S4, T9: by their public face and nothing more; who is private, held or on a hidden letter is not there."""
    named = {"institution_id": coimbra.id, "affiliation": coimbra.name}
    letter = make_letter(kind="academics", title="Researchers on errors")
    make_signature(
        letter, "Ada Lovelace", "markeremail@example.org", title="Professor", comment="markercomment", **named
    )
    make_signature(letter, "Zoë Elsewhere", affiliation=coimbra.name)
    hidden: dict[str, dict[str, Any]] = {
        "markerprivate": {"is_private": True},
        "markerheld": {"moderation": "held"},
        "markerpending": {"verification": "pending"},
        "markerwithdrawn": {"withdrawn_at": NOW},
    }
    for name, state in hidden.items():
        make_signature(letter, name, **named, **state)
    for state_of_letter in ("draft", "scheduled", "withdrawn", "removed"):
        make_signature(make_letter(state_of_letter, state_of_letter), f"marker{state_of_letter}", **named)
    for number, state_of_letter in enumerate(("paused", "closed", "archived")):
        make_signature(make_letter(state_of_letter, state_of_letter), f"Grace {number}", **named)
    session.commit()
    answer = client.get("/institutions/universidade-de-coimbra")
    assert answer.status_code == 200
    words = Page(answer.text).text
    assert "for identification only" in words
    assert [name for name in ("Ada Lovelace", "Grace 0", "Grace 1", "Grace 2", "Professor") if name not in words] == []
    assert "Researchers on errors" in words
    assert "marker" not in answer.text
    assert "Zoë" not in words
    assert 'name="robots" content="noindex"' in answer.text


def test_pages_follow_one_another(
    client: FlaskClient, session: Session, coimbra: Institution, monkeypatch: pytest.MonkeyPatch, app: Flask
) -> None:
    """R7: keyset pages of one query each, every name once."""
    monkeypatch.setattr(institutions, "PAGE", 3)
    letter = make_letter()
    for number in range(7):
        make_signature(letter, f"Name {number}", institution_id=coimbra.id, affiliation=coimbra.name)
    session.commit()
    path, seen = "/institutions/universidade-de-coimbra", []
    while path:
        with counted(app) as statements:
            page = client.get(path).text
        assert len(statements) == 2
        seen += [f"Name {number}" for number in range(7) if f">Name {number}<" in page]
        path = next((link.replace("&amp;", "&") for link in page.split('"') if "after=" in link), "")
    assert seen == [f"Name {number}" for number in range(7)]


def test_nobody_yet_unknown_and_merged(client: FlaskClient, session: Session, coimbra: Institution) -> None:
    """An empty page says what will stand there; a merged institution's address leads on; nonsense is 404."""
    other = make_institution("Coimbra Uni")
    other.merged_into_id = coimbra.id
    session.commit()
    assert "Nobody yet" in client.get("/institutions/universidade-de-coimbra").text
    moved = client.get("/institutions/coimbra-uni")
    assert (moved.status_code, moved.location) == (301, "/institutions/universidade-de-coimbra")
    for path in ("/institutions/nowhere", "/institutions/universidade-de-coimbra?after=x"):
        assert client.get(path).status_code == 404
    assert client.post("/institutions/universidade-de-coimbra").status_code == 405


@pytest.mark.parametrize(
    ("q", "found"),
    [
        ("coi", [{"also": "", "country": "PT", "name": "Universidade de Coimbra"}]),
        (
            "university o",
            [{"also": "University of Coimbra", "country": "PT", "name": "Universidade de Coimbra"}],
        ),
        ("", []),
        ("nothing", []),
        ("\ud800", []),
        ("x" * 5000, []),
    ],
)
def test_suggestions_as_json(
    client: FlaskClient, session: Session, coimbra: Institution, q: str, found: list[dict[str, str]]
) -> None:
    """p-S4: cacheable by anybody, and nothing about a person."""
    session.commit()
    answer = client.get("/institutions.json", query_string={"q": q.encode("utf-8", "surrogatepass")})
    assert (answer.status_code, answer.json) == (200, {"institutions": found})
    assert answer.headers["Cache-Control"] == "public, max-age=3600"
    assert "Set-Cookie" not in answer.headers


def test_suggestions_take_no_post(client: FlaskClient) -> None:
    assert client.post("/institutions.json").status_code == 405


def test_same_page_for_everybody(client: FlaskClient, session: Session, coimbra: Institution) -> None:
    """A cache may keep it: the second reader with its tag gets 304."""
    session.commit()
    first = client.get("/institutions/universidade-de-coimbra")
    headers = {"If-None-Match": first.headers["ETag"]}
    assert client.get("/institutions/universidade-de-coimbra", headers=headers).status_code == 304
