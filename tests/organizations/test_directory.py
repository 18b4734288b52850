"""The directory: one row per organization, found by domain, else by name, whoever comes first."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import scoped_session

from campaign.extensions import db
from campaign.models import Organization
from campaign.organizations import rules
from campaign.organizations.operations import find_or_add_organization, forget_organization, know_organization
from tests.factories import NOW, make_letter, make_signature

Session = scoped_session[Any]


@pytest.mark.parametrize(
    ("website", "domain"),
    [
        ("https://www.aclu.org/about", "aclu.org"),
        ("https://norcal.aclu.org", "aclu.org"),
        ("https://www.city.gov.uk", "city.gov.uk"),
        ("https://group.github.io", None),
        ("https://group.wordpress.com", None),
        ("", None),
    ],
)
def test_identifying_domain(website: str, domain: str | None) -> None:
    """House 5: the registrable domain; none on a shared host or without a site."""
    assert rules.identifying_domain(website) == domain


def test_same_domain_is_the_same_organization(session: Session) -> None:
    """House 5: however it is spelt; the first name stands in the directory, typed names stay on signatures."""
    first = know_organization("Open Rights", "https://example.org", NOW)
    again = know_organization("Open Rights Group", "https://www.example.org/en", NOW)
    assert (first.organization, first.clashes, again.clashes) == (again.organization, set(), set())
    assert session.scalars(select(Organization.name)).all() == ["Open Rights"]


def test_without_domain_the_folded_name_counts(session: Session) -> None:
    """House 5: bodies without a site of their own are told apart by their name."""
    first = find_or_add_organization("Çevre Derneği", "", NOW)
    again = find_or_add_organization("ÇEVRE  DERNEGI", "https://cevre.wordpress.com", NOW)
    other = know_organization("Another Body", "", NOW)
    assert first.id == again.id != other.organization.id
    assert other.clashes == set()


def test_same_name_elsewhere_is_a_clash(session: Session) -> None:
    """T4: a name that another domain, or a body without one, has already."""
    find_or_add_organization("Open Rights", "https://example.org", NOW)
    assert know_organization("open rights", "https://example.net", NOW).clashes == {"name_clash"}
    assert know_organization("OPEN RIGHTS", "", NOW).clashes == {"name_clash"}
    assert know_organization("Open Rights", "https://example.org", NOW).clashes == {"name_clash"}
    assert know_organization("Closed Rights", "https://example.com", NOW).clashes == set()


def test_two_at_once_are_one_row(app: Flask, session: Session) -> None:
    """P4: four claims of one new organization at the same moment, with a domain and without."""
    session.commit()
    found: list[int] = []
    failed: list[BaseException] = []

    def work(website: str) -> None:
        try:
            with app.app_context():
                found.append(find_or_add_organization("Open Rights", website, NOW).id)
                db.session.commit()
        except BaseException as error:  # noqa: BLE001  shown by the assertion below
            failed.append(error)

    for website in ("https://example.org", ""):
        found.clear()
        threads = [threading.Thread(target=work, args=(website,)) for _number in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        assert failed == []
        assert len(found) == 4
        assert len(set(found)) == 1


def test_forgotten_only_when_nobody_names_it(session: Session) -> None:
    """R6: erasing the last signature takes the name out of the directory; another one keeps it."""
    letter, other = make_letter(), make_letter("other")
    site = {"website": "https://example.org"}
    first, second = make_signature(letter, "Open Rights", **site), make_signature(other, "Open Rights", **site)
    organization_id = first.organization_id
    first.organization_id = None
    session.flush()
    forget_organization(organization_id)
    assert session.scalars(select(Organization.name)).all() == ["Open Rights"]
    second.organization_id = None
    session.flush()
    forget_organization(organization_id)
    assert session.scalars(select(Organization.name)).all() == []
