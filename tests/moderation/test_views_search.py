"""The desk's search: by words, by address and by domain, in every state."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from campaign.extensions import db
from campaign.models import Letter
from tests.factories import NOW, make_signature
from tests.support.cast import Cast
from tests.support.pages import Page
from tests.support.tables import counted

Desk = dict[str, int]


def page_of(client: FlaskClient, cast: Cast, path: str) -> Page:
    """A page of the letter's desk."""
    answer = client.get(f"/desk/letters/{cast.letter}{path}")
    assert answer.status_code == 200
    return Page(answer.text)


def test_signatures_are_found(cast: Cast, owner: FlaskClient, desk: Desk) -> None:
    """By the beginning of a name, by an exact address in any spelling, by state and kind."""

    def names(query: str) -> set[str]:
        text = page_of(owner, cast, f"/signatures?{query}").text
        return {name for name in desk if name in text}

    assert names("") == set(desk)
    assert names("q=ada") == {"Ada Lovelace"}
    assert names("q=Ada%2Btag@EXAMPLE.org") == {"Ada Lovelace"}
    assert names("q=ad@example.org") == set()
    assert names("q=@example.org") == set(desk) - {"Bay Tenants"}
    assert names("q=@EXAM") == set(desk) - {"Bay Tenants"}
    assert names("q=@") == names("q=@xample") == names("q=%25") == names("q=_da") == set()
    assert names("state=pending") == {"Pending Person"}
    assert names("state=approved") == {"Shown Person"}
    assert names("kind=organization") == {"Bay Tenants"}
    assert names("kind=person&state=held") == {"Ada Lovelace", "Grace Hopper", "Joan Clarke"}
    assert names("state=rejected") == set()
    assert names("state=nonsense&kind=nonsense&before=nonsense") == set(desk)


def test_any_word_is_found_in_any_state(app: Flask, cast: Cast, owner: FlaskClient, desk: Desk) -> None:
    """x-W3, O6: by the beginning of each word of name and affiliation, public or not; those in sight come first."""
    states: dict[str, dict[str, Any]] = {
        "Zoë Ångström": {},
        "Ida Ångström": {"moderation": "held"},
        "Eva Quill": {"verification": "pending"},
        "Nina Quiet": {"is_private": True},
        "Olga Quince": {"withdrawn_at": NOW},
        "Vera Quartz": {"moderation": "rejected", "affiliation": "Harbour Institute"},
    }
    with app.app_context():
        letter = db.session.scalars(select(Letter).where(Letter.slug == cast.letter)).one()
        for name, changes in states.items():
            make_signature(letter, name, **{"affiliation": "Westmoor Records", **changes})
        db.session.commit()

    def found(query: str) -> set[str]:
        text = page_of(owner, cast, f"/signatures?{query}").text
        return {name for name in (*desk, *states) if name in text}

    assert found("q=lovelace") == {"Ada Lovelace"}
    assert found("q=ada%20love") == found("q=love%20ada") == {"Ada Lovelace"}
    assert found("q=velace") == found("q=ada%20hopper") == set()
    assert found("q=angstrom") == {"Zoë Ångström"}
    assert found("q=ångst") == {"Zoë Ångström", "Ida Ångström"}
    assert found("q=westmoor") == {"Zoë Ångström", "Ida Ångström"}
    assert found("q=qui") == {"Eva Quill", "Nina Quiet", "Olga Quince"}
    assert found("q=westmoor&state=pending") == {"Eva Quill"}
    assert found("q=harbour") == {"Vera Quartz"}
    assert found("q=westmoor&kind=organization") == set()


@pytest.mark.parametrize("query", ["?q=held", "?q=@b1"])
def test_search_pages_by_place(app: Flask, cast: Cast, owner: FlaskClient, query: str) -> None:
    """Keyset: each match stands on exactly one page, and the statements do not grow with them."""
    with app.app_context():
        letter = db.session.scalars(select(Letter).where(Letter.slug == cast.letter)).one()
        for number in range(120):
            make_signature(
                letter, f"Held {number:03}", f"a{number}@b1.example", moderation=("held", "approved")[number % 2]
            )
        db.session.commit()
    seen: Counter[str] = Counter()
    path, pages = f"/signatures{query}", 0
    while path and pages < 9:
        with counted(app) as statements:
            page = page_of(owner, cast, path)
        assert len(statements) == 3
        pages += 1
        seen.update(re.findall(r"Held \d{3}", page.text))
        following = [link for link in page.links if "before=" in link and "at=" not in link]
        path = following[0].partition(cast.letter)[2] if following else ""
    assert (pages, seen) == (3, Counter(f"Held {number:03}" for number in range(120)))
