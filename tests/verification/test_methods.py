"""Ways to prove a signature: what each one shows, and what can never prove anything."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import scoped_session

from campaign.lib.emails import DomainMatch
from campaign.lib.tokens import BadToken
from campaign.links import make_token, read_token
from campaign.models import Proof
from campaign.sentences import METHODS as SENTENCES
from campaign.sentences.authority import LEVELS as SENTENCES_OF_LEVELS
from campaign.states import Refused
from campaign.verification import email_link, vouched, work_domain
from campaign.verification.domain_value import make_value
from campaign.verification.methods import LEVELS, METHODS, OF_CLAIM, authority_level, has_authority
from campaign.verification.operations import record_proof
from campaign.verification.queries import methods_of
from tests.factories import NOW, make_letter, make_organizer, make_signature

Session = scoped_session[Any]


def test_table_of_methods_has_a_sentence_for_each() -> None:
    """p-V1: a badge comes from the table, and each method can be said to people."""
    assert set(METHODS) == set(SENTENCES)
    assert [name for name, method in METHODS.items() if method.shows_badge] == [
        "work_domain",
        "invitation",
        "published_contact",
        "second_person",
        "dns_txt",
        "well_known",
        "vouched",
    ]


def test_only_the_organization_itself_has_authority() -> None:
    """p-V2: what appears by itself beside an exact address; a mailbox, a word or an import never."""
    assert [name for name in METHODS if has_authority([name])] == [
        "invitation",
        "published_contact",
        "second_person",
        "dns_txt",
        "well_known",
    ]
    assert has_authority([]) is False
    # Whatever shows it goes with the claim it was about.
    assert {name for name in METHODS if has_authority([name])} < set(OF_CLAIM)
    assert "mailbox" not in OF_CLAIM


@pytest.mark.parametrize(
    ("methods", "level"),
    [
        ([], "claimed"),
        (["mailbox"], "claimed"),
        (["imported"], "claimed"),
        (["mailbox", "vouched"], "vouched"),
        (["mailbox", "vouched", "work_domain"], "work_address"),
        (["work_domain", "second_person"], "two_people"),
        (["second_person", "published_contact"], "contact"),
        (["invitation"], "contact"),
        (["invitation", "well_known"], "domain"),
        (["dns_txt"], "domain"),
    ],
)
def test_strongest_level_is_told(methods: list[str], level: str) -> None:
    """p-V2: how far an organization's right to sign was shown, in one sentence."""
    assert authority_level(methods) == level
    assert set(LEVELS) == set(SENTENCES_OF_LEVELS)
    assert {method.level for method in METHODS.values()} - {""} <= set(LEVELS)


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_value_is_of_one_signature_and_domain(app: Flask) -> None:
    """p-V2, D2: derived, the same each time, and of nothing else."""
    with app.app_context():
        value = make_value(7, "open-rights.org")
        assert re.fullmatch(r"undersigned=[a-z2-7]{26}", value)
        assert make_value(7, "open-rights.org") == value
        others = {make_value(8, "open-rights.org"), make_value(7, "open-rights.com")}
        assert value not in others
        app.config["SECRET_KEY"] = "another" * 10
        assert make_value(7, "open-rights.org") != value


@pytest.mark.parametrize(
    ("email", "website", "match"),
    [
        ("rosa@aclu.org", "https://www.aclu.org/about", DomainMatch.EXACT),
        ("rosa@mail.aclu.org", "https://aclu.org", DomainMatch.EXACT),
        ("rosa@city.gov.uk", "https://www.city.gov.uk", DomainMatch.EXACT),
        ("rosa@other.gov.uk", "https://city.gov.uk", DomainMatch.DIFFERENT),
        ("rosa@aclu.org.evil.com", "https://aclu.org", DomainMatch.DIFFERENT),
        ("rosa@notaclu.org", "https://aclu.org", DomainMatch.DIFFERENT),
        ("rosa@аclu.org", "https://aclu.org", DomainMatch.DIFFERENT),
        ("rosa@aclu.org", "https://aclu.com", DomainMatch.DIFFERENT),
        ("rosa@gmail.com", "https://gmail.com", DomainMatch.FREE_MAIL),
        ("rosa@gmail.com", "https://aclu.org", DomainMatch.FREE_MAIL),
        ("rosa@group.github.io", "https://group.github.io", DomainMatch.SHARED_HOST),
        ("rosa@aclu.org", "https://aclu.wordpress.com", DomainMatch.SHARED_HOST),
        ("rosa@aclu.org", "", DomainMatch.NO_SITE),
    ],
)
def test_work_domain_proves_only_the_exact_domain(email: str, website: str, match: DomainMatch) -> None:
    """p-V2, T4: registrable domain by the Public Suffix List; look-alikes, siblings, hosts and free mail never."""
    assert work_domain.match(email, website) is match


def test_evidence_holds_no_address() -> None:
    """p-V1, T9: what is kept of a work address are the two domains."""
    seen = work_domain.seen("rosa@aclu.org", "https://aclu.org")
    assert seen == "aclu.org = https://aclu.org"


def test_vouching_needs_a_reason() -> None:
    """p-V1: an organizer's word is evidence only with its reason."""
    assert vouched.seen("  named in the letter of 22 May ") == "named in the letter of 22 May"
    assert len(vouched.seen("x" * 900)) == 300
    with pytest.raises(Refused, match="needs_reason"):
        vouched.seen(" \n ")


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_links_and_codes_are_bound(app: Flask) -> None:
    """T11, D2: a token is of one purpose, row and generation; a code of one row and mail; nothing is stored."""
    with app.app_context():
        token = make_token("confirm", 7, 2)
        assert read_token("confirm", token) == (7, 2)
        for purpose in ("not_me", "my", "", "CONFIRM"):
            with pytest.raises(BadToken):
                read_token(purpose, token)
        codes = {email_link.make_code(row, mail, answers) for row in range(30) for mail in (1, 2) for answers in (1, 2)}
        assert len(codes) > 115
        assert {len(code) for code in codes} == {6}
        assert email_link.make_code(7, 1, 1) == email_link.make_code(7, 1, 1)
        app.config["SECRET_KEY"] = "another" * 10
        with pytest.raises(BadToken):
            read_token("confirm", token)


def test_first_proof_of_a_method_stands(session: Session) -> None:
    """p-V1: method, what was seen, by whom and when; a later one of the same method changes nothing."""
    row = make_signature(make_letter())
    owner = make_organizer()
    record_proof(row.id, "vouched", seen="first", by_id=owner.id, now=NOW)
    record_proof(row.id, "vouched", seen="second", by_id=None, now=NOW)
    kept = session.scalars(select(Proof).where(Proof.method == "vouched")).one()
    assert (kept.seen, kept.by_id, kept.proved_at) == ("first", owner.id, NOW)
    with pytest.raises(KeyError):
        record_proof(row.id, "typed_text", seen="", by_id=None, now=NOW)


def test_methods_in_the_order_they_came(session: Session) -> None:
    """The page and the export say by which ways each was verified."""
    letter = make_letter()
    rows = [make_signature(letter) for _number in range(3)]
    record_proof(rows[0].id, "work_domain", seen="", by_id=None, now=NOW)
    record_proof(rows[0].id, "vouched", seen="", by_id=None, now=NOW)
    assert methods_of([rows[0].id, rows[1].id]) == {
        rows[0].id: ["mailbox", "work_domain", "vouched"],
        rows[1].id: ["mailbox"],
    }
    assert methods_of([]) == {}
