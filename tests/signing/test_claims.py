"""What a claim is near to holds it: look-alikes, names and aliases, in the directory and on the board."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import event, select
from sqlalchemy.orm import scoped_session

from campaign.extensions import db
from campaign.models import Letter, Organization, OrganizationAlias, Signature
from campaign.organizations.operations import add_alias
from campaign.signing import operations
from campaign.signing.queries import signature_to_confirm, stands_on
from tests.factories import NOW, endorsing, make_invitation, make_letter, make_signature
from tests.signing.acts import as_seen

Session = scoped_session[Any]
KNOWN = "https://open-rights.org"


@pytest.fixture
def letter(session: Session) -> Letter:
    """A letter, with Open Rights known from another one."""
    make_signature(make_letter("before"), "Open Rights", "rosa@open-rights.org", website=KNOWN)
    return make_letter()


def confirmed(letter: Letter, name: str, website: str, email: str) -> Signature:
    """An endorsement that is confirmed."""
    operations.sign_letter(letter.id, endorsing(name, email, website), NOW)
    row = db.session.scalars(select(Signature).where(Signature.letter_id == letter.id).order_by(Signature.id)).all()[-1]
    operations.confirm_signature(signature_to_confirm(row.id), row.generation, as_seen(row.id), NOW)
    db.session.flush()
    return row


@pytest.mark.parametrize(
    ("host", "reasons"),
    [
        ("open-rights.com", "look_alike"),
        ("openrights.org", "look_alike"),
        ("0pen-rights.org", "look_alike"),
        ("open-right.org", "look_alike"),
        ("open-rights-help.org", "look_alike"),
        ("open-rights.evil.com", "look_alike"),
        ("xn--pen-rights-0hg.org", "look_alike"),
        ("closed-courts.org", ""),
        ("open-source.org", ""),
        ("www.open-rights.org", ""),
    ],
)
def test_exact_address_on_a_look_alike_is_held(session: Session, letter: Letter, host: str, reasons: str) -> None:
    """T4, p-V2: an address that lies exactly on the domain proves nothing where the domain only looks right."""
    domain = ".".join(host.split(".")[-2:])
    row = confirmed(letter, "A New Name", f"https://{host}", f"eve@{domain}")
    assert (row.moderation, row.reasons) == ("held" if reasons else "approved", reasons)


def test_shared_host_that_bears_a_known_name_is_told_twice(session: Session, letter: Letter) -> None:
    """T4: a page on a shared host under somebody else's name."""
    row = confirmed(letter, "A New Name", "https://open-rights.wordpress.com", "eve@gmail.com")
    assert row.reasons == "free_mail;look_alike"


def test_board_of_the_letter_is_known(session: Session, letter: Letter) -> None:
    """T4: who is invited to this letter is known before it ever signed; on another letter it is not."""
    make_invitation(letter, "Tenants of the Bay", website="https://bay-tenants.org")
    near = confirmed(letter, "Somebody", "https://bay-tenants.com", "eve@bay-tenants.com")
    assert near.reasons == "look_alike"
    named = confirmed(letter, "TENANTS of the bay", "https://elsewhere.net", "eve@elsewhere.net")
    assert named.reasons == "name_clash"
    other = make_letter("other")
    assert confirmed(other, "Nobody else", "https://bay-tenant.com", "eve@bay-tenant.com").reasons == "look_alike"
    session.rollback()


def test_board_of_another_letter_is_not(session: Session) -> None:
    """T4: a board is private to its letter."""
    make_invitation(make_letter("private"), "Tenants of the Bay", website="https://bay-tenants.org")
    letter = make_letter()
    row = confirmed(letter, "Tenants of the Bay", "https://bay-tenants.com", "eve@bay-tenants.com")
    assert (row.moderation, row.reasons) == ("approved", "")


def test_invited_organization_is_near_nobody(session: Session) -> None:
    """p-V2: what signs from the very domain that was invited is what was invited."""
    letter = make_letter()
    make_invitation(letter, "Open Rights", website=KNOWN)
    row = confirmed(letter, "Open Rights", KNOWN, "rosa@open-rights.org")
    assert (row.moderation, row.reasons) == ("approved", "")


def alias(letter: Letter, name: str, website: str = "") -> Organization:
    """Another name of Open Rights."""
    found = db.session.scalars(select(Organization).where(Organization.domain == "open-rights.org")).one()
    add_alias(letter, found, name=name, website=website, by_id=None, now=NOW)
    return found


@pytest.mark.parametrize(
    ("name", "website", "email", "reasons", "is_it"),
    [
        ("ORG", KNOWN, "rosa@open-rights.org", "", True),
        ("org", "https://elsewhere.net", "eve@elsewhere.net", "alias_clash", False),
        ("Org", "https://org.wordpress.com", "eve@elsewhere.net", "shared_host", True),
        ("Open Rights", "https://elsewhere.net", "eve@elsewhere.net", "name_clash", False),
        ("ORG Deutschland", "https://offene-rechte.de", "eva@offene-rechte.de", "", True),
        ("Anything", "https://offene-rechte.com", "eva@offene-rechte.com", "look_alike", False),
    ],
)
def test_claim_under_an_alias(
    session: Session, letter: Letter, name: str, website: str, email: str, reasons: str, is_it: bool
) -> None:
    """T4, p-V2: an alias finds its organization; from somewhere else it is a name that is taken."""
    organization = alias(letter, "ORG")
    alias(letter, "ORG Deutschland", "https://offene-rechte.de")
    row = confirmed(letter, name, website, email)
    assert (row.moderation, row.reasons) == ("held" if reasons else "approved", reasons)
    assert (row.organization_id == organization.id) is is_it


def test_second_claim_under_an_alias_is_held(session: Session, letter: Letter) -> None:
    """P4: one organization stands once on a letter, whatever it is called."""
    alias(letter, "ORG Deutschland", "https://offene-rechte.de")
    assert confirmed(letter, "Open Rights", KNOWN, "rosa@open-rights.org").reasons == ""
    second = confirmed(letter, "ORG Deutschland", "https://offene-rechte.de", "eva@offene-rechte.de")
    assert (second.moderation, second.reasons) == ("held", "organization_already_signed")


def test_board_is_told_of_who_stands_under_an_alias(session: Session, letter: Letter) -> None:
    """p-S10: whom one would invite a second time under another name or website."""
    alias(letter, "ORG Deutschland", "https://offene-rechte.de")
    assert stands_on(letter.id, "org deutschland", "offene-rechte.de") is False
    assert confirmed(letter, "Open Rights", KNOWN, "rosa@open-rights.org").reasons == ""
    for folded, domain in (("x", "open-rights.org"), ("x", "offene-rechte.de"), ("org deutschland", None)):
        assert stands_on(letter.id, folded, domain) is True
    for folded, domain in (("open rights", None), ("org deutschland", "elsewhere.net"), ("x", None)):
        assert stands_on(letter.id, folded, domain) is False


def test_directory_goes_with_its_names(session: Session, letter: Letter) -> None:
    """R6: an organization that nobody names any more leaves no alias behind."""
    alias(letter, "ORG")
    row = session.scalars(select(Signature)).one()
    operations.erase_signature(row, NOW)
    assert session.scalars(select(Organization)).all() == []
    assert session.scalars(select(OrganizationAlias)).all() == []


def test_looking_around_does_not_grow_with_the_directory(session: Session, letter: Letter) -> None:
    """R7: as many questions with a few organizations as with many, and each by an index."""
    asked: list[str] = []
    counts = []

    def note(*given: Any) -> None:
        asked.append(given[2])

    event.listen(db.engine, "before_cursor_execute", note)
    for round_ in ("harbours", "mountains"):
        operations.sign_letter(letter.id, endorsing(f"Name {round_}", f"a@{round_}.org", f"https://{round_}.org"), NOW)
        last = session.scalars(select(Signature).order_by(Signature.id.desc()).limit(1)).one()
        asked.clear()
        operations.confirm_signature(signature_to_confirm(last.id), last.generation, as_seen(last.id), NOW)
        counts.append(len(asked))
        for number in range(40):
            make_signature(letter, f"Organization {round_} {number}", website=f"https://body-{round_}-{number}.net")
    event.remove(db.engine, "before_cursor_execute", note)
    assert counts[0] == counts[1] <= 30
