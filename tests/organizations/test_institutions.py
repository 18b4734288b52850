"""The directory of institutions below its pages: found, suggested, loaded, corrected, merged (p-S4)."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import scoped_session

from campaign.models import Campaign, Institution, InstitutionName, InstitutionWord, Job, LogEntry
from campaign.organizations import operations
from campaign.organizations.institution_lists import read_institutions
from campaign.organizations.institutions import institution_by_slug, institutions_named, names_of, parts_of, suggestions
from campaign.states import Refused
from tests.factories import NOW, make_campaign, make_institution, make_organizer
from tests.signing.test_at_once import Other
from tests.support.tables import counted, everything

Session = scoped_session[Any]
LIST = (
    "name,aliases,country,website\n"
    "Universidade de Coimbra,University of Coimbra;UC,PT,uc.pt\n"
    "University of Canterbury,UC,NZ,canterbury.ac.nz\n"
    "ETH Zürich,Eidgenössische Technische Hochschule Zürich,CH,ethz.ch\n"
)


@pytest.fixture
def campaign(session: Session) -> Campaign:
    """A campaign with an owner, the organizer of number 1."""
    made = make_campaign()
    make_organizer(campaign=made)
    return made


def load(campaign: Campaign, text: str = LIST) -> Any:
    """Loads a list as an owner does."""
    return operations.load_institutions(campaign, read_institutions(text), by_id=owner(campaign), now=NOW)


def owner(campaign: Campaign) -> int:
    """The id of the campaign's owner."""
    from campaign.extensions import db
    from campaign.models import Membership

    return db.session.scalars(select(Membership.organizer_id).where(Membership.campaign_id == campaign.id)).one()


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("Universidade de Coimbra", ["Universidade de Coimbra"]),
        ("UNIVERSIDADE DE COIMBRA", ["Universidade de Coimbra"]),
        ("the University of Coimbra.", ["Universidade de Coimbra"]),
        ("eth zurich", ["ETH Zürich"]),
        ("Eidgenossische  Technische-Hochschule (Zürich)", ["ETH Zürich"]),
        ("UC", ["University of Canterbury", "Universidade de Coimbra"]),
        ("Coimbra", []),
        ("University of", []),
        ("...", []),
    ],
)
def test_what_was_typed_is_found_by_name_or_alias(
    session: Session, campaign: Campaign, typed: str, found: list[str]
) -> None:
    """p-S4: case, accents, signs and a leading article make no other institution; part of a name is none."""
    load(campaign)
    assert [row.name for row in institutions_named(typed)] == found


@pytest.mark.parametrize(
    ("typed", "names"),
    [
        ("coi", ["Universidade de Coimbra"]),
        ("uni", ["Universidade de Coimbra", "University of Canterbury"]),
        ("university c", ["Universidade de Coimbra", "University of Canterbury"]),
        ("canter univ", ["University of Canterbury"]),
        ("hochschule", ["ETH Zürich"]),
        ("ZUR", ["ETH Zürich"]),
        ("uc", ["Universidade de Coimbra", "University of Canterbury"]),
        ("xyz", []),
        ("", []),
        ("%_", []),
    ],
)
def test_suggestions_are_beginnings_of_any_word(
    app: Flask, session: Session, campaign: Campaign, typed: str, names: list[str]
) -> None:
    """p-S4: by the beginning of any word of any name, at most 8, in five reads of an index."""
    load(campaign)
    session.flush()
    with counted(app) as statements:
        found = suggestions(typed)
    assert sorted(one.name for one in found) == names
    assert len(statements) <= 6


def test_a_suggestion_says_by_which_name_it_was_found(session: Session, campaign: Campaign) -> None:
    load(campaign)
    assert [(one.name, one.also) for one in suggestions("eidg")] == [
        ("ETH Zürich", "Eidgenössische Technische Hochschule Zürich")
    ]
    assert [(one.name, one.also, one.country) for one in suggestions("eth z")] == [("ETH Zürich", "", "CH")]


def test_never_more_than_eight(session: Session, campaign: Campaign) -> None:
    load(campaign, "name\n" + "".join(f"School number {number} of many\n" for number in range(30)))
    assert len(suggestions("school")) == 8
    assert len(suggestions("many num")) == 8


def test_the_same_list_twice_changes_nothing(session: Session, campaign: Campaign) -> None:
    """p-S4: and a list that knows more adds it, without touching a name that stands."""
    first = load(campaign)
    session.commit()
    assert (len(first.new), len(first.added), first.same, first.bad) == (3, 0, 0, [])
    before = everything()
    again = load(campaign)
    session.commit()
    assert (len(again.new), len(again.added), again.same, again.bad) == (0, 0, 3, [])
    assert everything() == before
    more = load(campaign, "name,aliases,country\nuniversity of coimbra,Coimbra University,PT\nNew School,,\n")
    assert (len(more.new), len(more.added), more.same) == (1, 1, 0)
    row = institutions_named("Coimbra University")[0]
    assert (row.name, row.country, row.website) == ("Universidade de Coimbra", "PT", "https://uc.pt")
    acts = session.scalars(select(LogEntry).where(LogEntry.act == "institutions_loaded").order_by(LogEntry.id)).all()
    assert [act.detail for act in acts] == [{"new": 3, "added": 0}, {"new": 1, "added": 1}]


def test_looking_writes_nothing(session: Session, campaign: Campaign) -> None:
    """p-S4: the dry run."""
    load(campaign)
    session.commit()
    before = everything()
    planned = operations.plan_loading(read_institutions(LIST + "New School,,,\nUC,,,\nUC,Alias,NZ,\n"))
    session.commit()
    assert everything() == before
    assert [line.name for line in planned.new] == ["New School"]
    assert [(line.number, line.problem) for line in planned.bad] == [(6, "several")]
    assert [(row.name, aliases) for row, _line, aliases in planned.added] == [("University of Canterbury", ["Alias"])]


def test_two_lists_at_once_add_an_institution_once(app: Flask, session: Session, campaign: Campaign) -> None:
    """A second owner at the same moment is told to look again; nothing is there twice."""
    campaign_id, by_id = campaign.id, owner(campaign)
    session.commit()

    def other() -> None:
        from campaign.extensions import db

        mine = db.session.get_one(Campaign, campaign_id)
        operations.load_institutions(mine, read_institutions(LIST), by_id=by_id, now=NOW)

    load(session.get_one(Campaign, campaign_id))
    second = Other(app, other)
    session.commit()
    # SQLite lets one write after the other: the second then finds everything there.
    assert second.done() in ("directory_changed", None)
    assert session.scalar(select(func.count()).select_from(Institution)) == 3


def test_a_corrected_name_keeps_the_one_before_as_alias(session: Session, campaign: Campaign) -> None:
    """p-S4: the correction is on record, and signatures follow by a job."""
    row = make_institution("Univercity of Porto", country="PT")
    operations.correct_institution(
        campaign, row.id, name="Universidade do Porto", country="PT", website="", by_id=owner(campaign), now=NOW
    )
    assert [name.name for name in names_of(row.id)] == ["Univercity of Porto", "Universidade do Porto"]
    assert [found.id for found in institutions_named("univercity of porto")] == [row.id]
    entry = session.scalars(select(LogEntry)).one()
    assert (entry.act, entry.detail["before"]["name"], entry.detail["after"]["name"]) == (
        "institution_corrected",
        "Univercity of Porto",
        "Universidade do Porto",
    )
    assert [job.kind for job in session.scalars(select(Job))] == ["signing.follow_institution"]


def test_a_spelling_of_the_same_words_is_corrected_in_place(session: Session, campaign: Campaign) -> None:
    row = make_institution("UNIVERSIDADE DO PORTO")
    operations.correct_institution(
        campaign, row.id, name="Universidade do Porto", country="", website="", by_id=owner(campaign), now=NOW
    )
    assert [name.name for name in names_of(row.id)] == ["Universidade do Porto"]


def test_a_name_that_is_taken_is_refused(session: Session, campaign: Campaign) -> None:
    first, second = make_institution("One School", country="PT"), make_institution("Other School", country="PT")
    make_institution("One School", country="ES")
    with pytest.raises(Refused, match="institution_exists"):
        operations.correct_institution(
            campaign, second.id, name="one school!", country="PT", website="", by_id=owner(campaign), now=NOW
        )
    assert (first.name, second.name) == ("One School", "Other School")


def test_aliases_come_and_go(session: Session, campaign: Campaign) -> None:
    """p-S4: a removed alias finds nothing any more, nor do words it alone had; the own name stays."""
    row = make_institution("Universidade do Porto")
    operations.add_institution_alias(campaign, row.id, "Porto Uni", by_id=owner(campaign), now=NOW)
    operations.add_institution_alias(campaign, row.id, "porto uni", by_id=owner(campaign), now=NOW)
    own, alias = names_of(row.id)
    assert [one.name for one in suggestions("uni porto")] == ["Universidade do Porto"]
    operations.remove_institution_alias(campaign, row.id, alias.id, by_id=owner(campaign), now=NOW)
    assert institutions_named("Porto Uni") == []
    assert sorted(session.scalars(select(InstitutionWord.word))) == ["do", "porto", "universidade"]
    with pytest.raises(Refused, match="own_name"):
        operations.remove_institution_alias(campaign, row.id, own.id, by_id=owner(campaign), now=NOW)
    with pytest.raises(Refused, match="not_found"):
        operations.remove_institution_alias(
            campaign, make_institution("Else").id, own.id, by_id=owner(campaign), now=NOW
        )
    acts = list(session.scalars(select(LogEntry.act).order_by(LogEntry.id)))
    assert acts == ["institution_alias_added", "institution_alias_added", "institution_alias_removed"]


def test_two_become_one(session: Session, campaign: Campaign) -> None:
    """p-S4: names go over, the old address leads on, also over two merges; a merged one is found no more."""
    first = make_institution("Coimbra Uni", aliases=("CU",), country="PT")
    second = make_institution("Universidade de Coimbra", aliases=("UC",), website="https://uc.pt")
    third = make_institution("University of Coimbra")
    kept = operations.merge_institutions(campaign, first.id, "universidade de coimbra", by_id=owner(campaign), now=NOW)
    assert (kept.id, kept.country, kept.website) == (second.id, "PT", "https://uc.pt")
    address = f"https://letters.example.org/institutions/{third.slug}/"
    assert operations.merge_institutions(campaign, second.id, address, by_id=owner(campaign), now=NOW).id == third.id
    assert [name.name for name in names_of(third.id)] == [
        "University of Coimbra",
        "Universidade de Coimbra",
        "UC",
        "Coimbra Uni",
        "CU",
    ]
    session.expire_all()
    assert [row.id for row in institutions_named("cu")] == [third.id]
    assert [found.id for slug in (first.slug, second.slug, third.slug) if (found := institution_by_slug(slug))] == [
        third.id
    ] * 3
    assert set(session.scalars(select(InstitutionName.institution_id))) == {third.id}
    assert [one.name for one in suggestions("coimbra")] == ["University of Coimbra"]


@pytest.mark.parametrize("into", ["Nowhere", "One School", "Twice", "one-school"])
def test_a_merge_needs_exactly_one_other(session: Session, campaign: Campaign, into: str) -> None:
    row = make_institution("One School")
    make_institution("Twice", country="PT")
    make_institution("Twice", country="ES")
    with pytest.raises(Refused, match="merge_unknown"):
        operations.merge_institutions(campaign, row.id, into, by_id=owner(campaign), now=NOW)


def test_what_was_merged_is_two_again(session: Session, campaign: Campaign) -> None:
    """p-S4: names go back, but for those that the other had before; an institution merged earlier goes along."""
    first = make_institution("Coimbra Uni", aliases=("CU", "UC"), country="PT")
    second = make_institution("Universidade de Coimbra", aliases=("UC",))
    before = make_institution("Uni. Coimbra")
    by = owner(campaign)
    operations.merge_institutions(campaign, before.id, "Coimbra Uni", by_id=by, now=NOW)
    operations.merge_institutions(campaign, first.id, "Universidade de Coimbra", by_id=by, now=NOW)
    assert [part.name for part in parts_of(second.id)] == ["Coimbra Uni", "Uni. Coimbra"]
    operations.part_institution(campaign, second.id, first.id, by_id=by, now=NOW)
    session.expire_all()
    assert [name.name for name in names_of(second.id)] == ["Universidade de Coimbra", "UC"]
    assert sorted(name.name for name in names_of(first.id)) == ["CU", "Coimbra Uni", "UC", "Uni. Coimbra"]
    assert [[part.name for part in parts_of(id_)] for id_ in (second.id, first.id)] == [[], ["Uni. Coimbra"]]
    assert [row.id for row in institutions_named("coimbra uni")] == [first.id]
    assert [one.name for one in suggestions("uni coimbra")] == ["Coimbra Uni", "Universidade de Coimbra"]
    assert [found.id for slug in (first.slug, before.slug) if (found := institution_by_slug(slug))] == [first.id] * 2
    job = session.scalars(select(Job).where(Job.kind == "signing.part_institution")).one()
    assert job.payload == {"institution": second.id, "part": first.id}
    assert session.scalars(select(LogEntry.act).order_by(LogEntry.id.desc())).first() == "institutions_parted"


def test_what_was_merged_on_is_two_again(session: Session, campaign: Campaign) -> None:
    """p-S4: from the one that stands in the end; the one between keeps what it was called."""
    first, second, third = (make_institution(name) for name in ("One School", "Two School", "Three School"))
    by = owner(campaign)
    operations.merge_institutions(campaign, first.id, "Two School", by_id=by, now=NOW)
    operations.merge_institutions(campaign, second.id, "Three School", by_id=by, now=NOW)
    operations.part_institution(campaign, third.id, first.id, by_id=by, now=NOW)
    session.expire_all()
    assert [row.id for row in institutions_named("one school")] == [first.id]
    assert [name.name for name in names_of(third.id)] == ["Three School", "Two School"]
    assert [part.id for part in parts_of(third.id)] == [second.id]


def test_a_name_of_two_parts_stays_with_the_other(session: Session, campaign: Campaign) -> None:
    """p-S4: parting one of two leaves what the other is called, too, so that its signatories stay where they are."""
    kept = make_institution("Kept School")
    one = make_institution("University of Canterbury", aliases=("UC",), country="NZ")
    two = make_institution("Universidade de Coimbra", aliases=("UC",), country="PT")
    by = owner(campaign)
    for part in (one, two):
        operations.merge_institutions(campaign, part.id, "Kept School", by_id=by, now=NOW)
    operations.part_institution(campaign, kept.id, one.id, by_id=by, now=NOW)
    session.expire_all()
    assert sorted(name.name for name in names_of(kept.id)) == ["Kept School", "UC", "Universidade de Coimbra"]
    assert sorted(name.name for name in names_of(one.id)) == ["UC", "University of Canterbury"]


@pytest.mark.parametrize(("own", "left"), [("", ""), ("https://alpha.edu", "https://alpha.edu")])
def test_a_website_that_was_lent_goes_back(session: Session, campaign: Campaign, own: str, left: str) -> None:
    """p-V2: whoever has an address at the part's domain proves nothing about the one that had no website."""
    kept, part = make_institution("Alpha School"), make_institution("Beta School")
    kept.website, part.website = own, "https://beta.edu"
    by = owner(campaign)
    operations.merge_institutions(campaign, part.id, "Alpha School", by_id=by, now=NOW)
    assert kept.website == (own or "https://beta.edu")
    operations.part_institution(campaign, kept.id, part.id, by_id=by, now=NOW)
    session.expire_all()
    assert (kept.website, part.website) == (left, "https://beta.edu")


def test_a_country_is_taken_where_no_other_has_it(session: Session, campaign: Campaign) -> None:
    """p-S4: of two with one name each country has one; the merge is done all the same."""
    twin, other = make_institution("Twin School"), make_institution("Other School", country="PT")
    by = owner(campaign)
    operations.merge_institutions(campaign, other.id, twin.slug, by_id=by, now=NOW)
    assert (twin.country, other.merged_into_id) == ("PT", twin.id)
    third, fourth = make_institution("Twin School"), make_institution("Fourth School", country="PT")
    operations.merge_institutions(campaign, fourth.id, third.slug, by_id=by, now=NOW)
    session.commit()
    session.expire_all()
    assert (third.country, fourth.merged_into_id) == ("", third.id)


def test_nothing_is_parted_that_was_not_merged_here(session: Session, campaign: Campaign) -> None:
    """p-S4: one that stands, is part of another, or whose name somebody has again, stays as it is."""
    first, second, third = (make_institution(name) for name in ("One School", "Two School", "Three School"))
    by = owner(campaign)
    operations.merge_institutions(campaign, first.id, "Two School", by_id=by, now=NOW)
    for kept, part in ((third, first), (third, second), (first, second), (second, second)):
        with pytest.raises(Refused, match="not_found"):
            operations.part_institution(campaign, kept.id, part.id, by_id=by, now=NOW)
    make_institution("One School")
    with pytest.raises(Refused, match="institution_exists"):
        operations.part_institution(campaign, second.id, first.id, by_id=by, now=NOW)
