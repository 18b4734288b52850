"""Other names of an organization: what of another row they take along, and what they let go."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import scoped_session

from campaign.extensions import db
from campaign.jobs.kinds import KINDS
from campaign.models import DomainKey, Job, Letter, LogEntry, Organization, OrganizationAlias, Signature
from campaign.organizations.lists import read_list
from campaign.organizations.nearness import near_domains
from campaign.organizations.operations import add_alias, find_or_add_organization
from campaign.organizations.queries import known_on
from campaign.states import Refused
from tests.factories import NOW, make_invitation, make_letter, make_signature

Session = scoped_session[Any]
pytestmark = pytest.mark.usefixtures("frozen")
OWN, OTHER = "https://open-rights.org", "https://org-uk.net"


@pytest.fixture
def letter(session: Session) -> Letter:
    """A letter."""
    return make_letter()


def held(letter: Letter, name: str, website: str, reasons: str = "look_alike", **changes: Any) -> Signature:
    """A claim that waits, from an address on its website."""
    email = changes.pop("email", f"rosa@{website.removeprefix('https://')}")
    return make_signature(letter, name, email, website=website, moderation="held", reasons=reasons, **changes)


def named(letter: Letter, organization_id: int | None, name: str, website: str = "") -> Organization:
    """An organization after it got another name."""
    row = db.session.get_one(Organization, organization_id)
    add_alias(letter, row, name=name, website=website, by_id=None, now=NOW)
    return row


def names_of(organization_id: int | None) -> list[tuple[str, str | None]]:
    """The other names of an organization."""
    mine = OrganizationAlias.organization_id == organization_id
    found = select(OrganizationAlias.name, OrganizationAlias.domain).where(mine)
    return [(row.name, row.domain) for row in db.session.execute(found.order_by(OrganizationAlias.name))]


def work(session: Session) -> None:
    """Does what was queued for claims."""
    for job in session.scalars(select(Job).where(Job.kind == "signing.judge_claims")).all():
        work_of = KINDS[job.kind].run
        assert work_of is not None
        work_of(job.payload)
    session.expire_all()


def test_what_is_taken_in_is_still_found_by_what_is_near(session: Session, letter: Letter) -> None:
    """T4: a look-alike of another website is one, whichever row of the directory that website came from."""
    first, second = held(letter, "Open Rights", OWN), held(letter, "ORG", OTHER)
    named(letter, second.organization_id, "ORG Deutschland", "https://offene-rechte.de")
    own = named(letter, first.organization_id, "ORG", OTHER)
    session.expire_all()
    keys = session.execute(select(DomainKey.domain, DomainKey.organization_id).distinct().order_by(DomainKey.domain))
    domains = ("offene-rechte.de", "open-rights.org", "org-uk.net")
    assert [tuple(row) for row in keys] == [(domain, own.id) for domain in domains]
    near = near_domains(letter.id, "https://offene-rechte.com", None)
    assert [(found.domain, found.name) for found in near] == [("offene-rechte.de", "Open Rights")]


@pytest.mark.parametrize(
    ("mine", "theirs", "left"),
    [
        ("", "", None),
        ("https://rights.be", "", "rights.be"),
        ("", "https://rights.be", "rights.be"),
    ],
)
def test_a_name_that_both_have_is_kept_once(
    session: Session, letter: Letter, mine: str, theirs: str, left: str | None
) -> None:
    """T4: two rows that are one organization may have been given the same name; its website stays."""
    first, second = held(letter, "Open Rights", OWN), held(letter, "ORG", OTHER)
    own = named(letter, first.organization_id, "Rights", mine)
    named(letter, second.organization_id, "RIGHTS", theirs)
    named(letter, own.id, "ORG", OTHER)
    session.expire_all()
    assert [(name.lower(), domain) for name, domain in names_of(own.id)] == [("org", "org-uk.net"), ("rights", left)]
    assert (second.organization_id, len(session.scalars(select(Organization)).all())) == (own.id, 1)


def test_new_name_takes_the_place_of_the_same_one(session: Session, letter: Letter) -> None:
    """T4: the other row was called like the name that is entered now."""
    first, second = held(letter, "Open Rights", OWN), held(letter, "ORG", OTHER)
    named(letter, second.organization_id, "Rights UK")
    own = named(letter, first.organization_id, "Rights UK", OTHER)
    assert names_of(own.id) == [("Rights UK", "org-uk.net")]


def test_two_websites_under_one_name_are_said(session: Session, letter: Letter) -> None:
    """Nobody is told that both stand on a letter where two names are in each other's way; nothing changes."""
    first, second = held(letter, "Open Rights", OWN), held(letter, "ORG", OTHER)
    named(letter, first.organization_id, "Rights", "https://rights.be")
    named(letter, second.organization_id, "Rights", "https://rights.nl")
    session.commit()
    for name in ("ORG", "rights"):
        with pytest.raises(Refused) as refusal:
            named(letter, first.organization_id, name, OTHER)
        assert (refusal.value.reason, refusal.value.values) == ("alias_twice", {"name": "ORG", "alias": "Rights"})
        session.rollback()
    assert (second.organization_id != first.organization_id, names_of(second.organization_id)) == (
        True,
        [("Rights", "rights.nl")],
    )


def test_both_on_a_letter_is_said(session: Session, letter: Letter) -> None:
    """P4: the refusal of two that stand on one letter, also where their names are in each other's way."""
    first = make_signature(letter, "Open Rights", website=OWN)
    second = make_signature(letter, "ORG", website=OTHER)
    for row in (first, second):
        named(letter, row.organization_id, "Rights")
    session.commit()
    with pytest.raises(Refused, match="alias_both_signed"):
        named(letter, first.organization_id, "ORG", OTHER)


def test_claims_are_judged_again_by_a_new_name(session: Session, letter: Letter) -> None:
    """p-V2: who was held for being near another row of the same organization is not any more; others stay."""
    first = held(letter, "Open Rights", OWN)
    away = make_letter("away")
    near = held(letter, "Open Rights Ltd", "https://openrights.org", "look_alike", verified_at=NOW - timedelta(days=3))
    theirs = held(away, "Open Rights", OWN)
    by_hand = held(letter, "Open Rights", OWN, "held_by_organizer", email="lin@open-rights.org")
    others = held(letter, "Closed Courts", "https://closed-courts.org")
    session.commit()
    named(letter, first.organization_id, "Open Rights Ltd", "https://openrights.org")
    first.withdrawn_at = NOW
    session.commit()
    ids = [row.id for row in (near, first, theirs, by_hand, others)]
    work(session)
    rows = [session.get_one(Signature, id_) for id_ in ids]
    assert [(row.moderation, row.reasons) for row in rows] == [
        ("approved", ""),
        ("held", "look_alike"),
        ("held", "look_alike"),
        ("held", "held_by_organizer"),
        ("held", "look_alike"),
    ]
    assert rows[0].verified_at == NOW - timedelta(days=3)
    acts = [entry.detail for entry in session.scalars(select(LogEntry).where(LogEntry.act == "claim_judged_again"))]
    assert [entry for entry in acts if entry["after"] != "held"] == [
        {"signature": ids[0], "before": "held", "after": "approved"}
    ]
    told = session.scalars(select(Job).where(Job.kind == "moderation.signature_published")).all()
    assert [job.payload for job in told] == [{"signature": ids[0]}]


def test_board_is_told_of_other_names(session: Session, letter: Letter) -> None:
    """p-S10: a list names an organization that is on the board, or signed, under another name or website."""
    make_invitation(letter, "Tenants of the Bay", website="https://bay-tenants.org")
    on_board = find_or_add_organization("Tenants of the Bay", "https://bay-tenants.org", NOW).id
    signed = make_signature(letter, "Open Rights", website=OWN).organization_id
    unknown = find_or_add_organization("Closed Courts", "https://closed-courts.org", NOW).id
    for number, (name, website) in enumerate((("Bay", "https://bay.be"), ("ORG", OTHER), ("CC", "https://cc.be"))):
        named(letter, (on_board, signed, unknown)[number], name, website)
    lines = [
        *("Bay; x@gmail.com", "Any; x@gmail.com; bay.be"),
        *("ORG; x@gmail.com", "Some; x@gmail.com; org-uk.net", "More; x@gmail.com; open-rights.org"),
        *("ORG; x@gmail.com; elsewhere.net", "CC; x@gmail.com", "Free; x@gmail.com; closed-courts.org"),
    ]
    problems = [line.problem for line in read_list("\n".join(lines), known_on(letter.id))]
    assert problems == ["on_board", "on_board", "on_letter", "on_letter", "on_letter", "", "", ""]
