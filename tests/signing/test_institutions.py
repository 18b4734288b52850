"""Academics name an institution: found by what they typed, asked in doubt, one spelling ever after (p-S4)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import scoped_session
from time_machine import Traveller

from campaign.models import Campaign, DirtyLetter, Institution, SearchWord, Signature
from campaign.organizations import operations as directory
from campaign.signing import operations
from campaign.signing.operations import institutions
from campaign.signing.views.affiliation import AS_TYPED
from tests.factories import NOW, entry, make_institution, make_letter, make_organizer, make_signature
from tests.signing.acts import confirm, errors, form_of, my_path, sign
from tests.support.pages import Page
from tests.support.tables import counted

Session = scoped_session[Any]
Mails = Callable[..., list[dict[str, Any]]]


@pytest.fixture
def world(session: Session) -> dict[str, int]:
    """A letter by academics, and three institutions, two of which are called UC; ids by name."""
    make_letter(kind="academics", asks_title=True)
    rows = (
        make_institution("Universidade de Coimbra", ("University of Coimbra", "UC"), "PT", "https://www.uc.pt"),
        make_institution("University of Canterbury", ("UC",), "NZ", "https://www.canterbury.ac.nz"),
        make_institution("ETH Zürich", ("ETH",), "CH"),
    )
    found = {row.name: row.id for row in rows}
    session.commit()
    return found


def line(session: Session) -> tuple[str, str, int | None]:
    """The affiliation of the one signature: as it stands, as it was typed, and the institution."""
    session.rollback()
    row = session.scalars(select(Signature).execution_options(populate_existing=True)).one()
    return (row.affiliation, row.affiliation_typed, row.institution_id)


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("universidade de coimbra", "Universidade de Coimbra"),
        ("The University of Coimbra", "Universidade de Coimbra"),
        ("eth", "ETH Zürich"),
        ("ETH ZURICH", "ETH Zürich"),
    ],
)
def test_what_was_typed_stands_under_one_spelling(
    client: FlaskClient, session: Session, world: dict[str, int], typed: str, name: str
) -> None:
    """p-S4: by name or alias, without script; what was typed stays in history."""
    assert sign(client, affiliation=typed).status_code == 303
    assert line(session) == (name, typed, world[name])


def test_what_nobody_knows_stands_as_it_was_typed(client: FlaskClient, session: Session, world: dict[str, int]) -> None:
    """p-S4: a school that is in no directory is no reason to refuse anybody."""
    assert sign(client, affiliation="Kgalagadi School").status_code == 303
    assert line(session) == ("Kgalagadi School", "Kgalagadi School", None)


def test_nothing_typed_asks_nothing(client: FlaskClient, session: Session, world: dict[str, int]) -> None:
    assert sign(client).status_code == 303
    assert line(session) == ("", "", None)


def test_a_name_of_several_is_asked(client: FlaskClient, session: Session, world: dict[str, int]) -> None:
    """p-S4, x-S6: 422 with the question, everything typed still there; the answer signs."""
    answer = sign(client, affiliation="uc", title="Professor")
    assert answer.status_code == 422
    assert errors(answer) == [("institution-0", "Several institutions have this name. Choose the one you mean.")]
    words = Page(answer.text).text
    assert "University of Canterbury, New Zealand, canterbury.ac.nz" in words
    assert "Universidade de Coimbra, Portugal, uc.pt" in words
    assert session.scalars(select(Signature)).all() == []
    form = form_of(answer, "/sign")
    assert (form.fields["affiliation"], form.fields["title"]) == ("uc", "Professor")
    chosen = str(world["University of Canterbury"])
    again = client.post("/letters/stop/sign", data={**form.fields, "institution": chosen})
    assert again.status_code == 303
    assert line(session) == ("University of Canterbury", "uc", world["University of Canterbury"])


@pytest.mark.parametrize("chosen", ["", "0", "999999", "x", "ETH"])
def test_only_what_was_offered_can_be_chosen(
    client: FlaskClient, session: Session, world: dict[str, int], chosen: str
) -> None:
    """T18: an institution that does not have the typed name is no answer."""
    wanted = str(world["ETH Zürich"]) if chosen == "ETH" else chosen
    assert sign(client, affiliation="UC", institution=wanted).status_code == 422
    assert session.scalars(select(Signature)).all() == []


def test_none_of_them_keeps_what_was_typed(client: FlaskClient, session: Session, world: dict[str, int]) -> None:
    assert sign(client, affiliation="UC", institution=AS_TYPED).status_code == 303
    assert line(session) == ("UC", "UC", None)


def test_other_letters_ask_nothing_of_the_directory(client: FlaskClient, session: Session) -> None:
    """A public letter takes an affiliation as it is typed."""
    make_letter(kind="public")
    make_institution("ETH Zürich", ("ETH",), "CH")
    session.commit()
    assert "data-institutions" not in client.get("/letters/stop/sign").text
    assert sign(client, affiliation="ETH", institution="1").status_code == 303
    assert line(session) == ("ETH", "ETH", None)


def test_the_form_offers_suggestions(client: FlaskClient, world: dict[str, int]) -> None:
    """x-S4: the script is there where it is of use, and the field works without it."""
    for path in ("/letters/stop", "/letters/stop/sign"):
        page = client.get(path).text
        assert 'data-institutions="/institutions.json"' in page
        assert "/static/js/institutions.js" in page
        assert "Shown for identification only." in page
        assert 'name="institution"' not in page


def test_the_line_is_shown_as_it_will_print(client: FlaskClient, world: dict[str, int], mails: Mails) -> None:
    """p-S4: on "check your email", on the confirm page and on one's own, and "for identification only" beside it."""
    answer = sign(client, affiliation="eth", title="Professor")
    for page in (client.get(answer.location), client.get(_confirm_path(mails))):
        words = Page(page.text).text
        assert "Professor, ETH Zürich" in words
        assert "Title and affiliation are for identification only." in words
    assert "ETH Zürich" in mails("ada@example.org")[0]["text"]


def _confirm_path(mails: Mails) -> str:
    link = next(address for address in mails("ada@example.org")[0]["links"] if "/confirm/" in address)
    return "/confirm/" + link.rpartition("/")[2]


def test_a_private_name_is_not_previewed_as_printed(client: FlaskClient, world: dict[str, int]) -> None:
    """It will stand nowhere."""
    words = Page(client.get(sign(client, affiliation="eth", is_private="y").location).text).text
    assert "This is how it will stand" not in words


def test_the_answer_does_not_depend_on_the_address(
    client: FlaskClient, session: Session, world: dict[str, int]
) -> None:
    """T8: known and unknown addresses are shown the same line, made from what was just typed."""
    letter_id = session.scalars(select(Signature.letter_id)).first() or 1
    assert letter_id
    first = Page(client.get(sign(client, affiliation="eth").location).text).text
    second = Page(client.get(sign(client, affiliation="eth").location).text).text
    assert first == second


def test_institutions_cost_two_reads(app: Flask, client: FlaskClient, session: Session, world: dict[str, int]) -> None:
    """D5: one look by the typed name, one at the institution; none where nothing was typed."""
    sent = []
    for number, typed in enumerate(("", "ETH")):
        form = form_of(client.get("/letters/stop/sign")).fields
        with counted(app) as statements:
            answer = client.post(
                "/letters/stop/sign",
                data={**form, "name": "Ada", "email": f"ada{number}@example.org", "affiliation": typed},
            )
        assert answer.status_code == 303
        sent.append(sum(1 for statement in statements if statement.startswith("SELECT institution.")))
    assert sent == [0, 2]


def test_a_corrected_name_is_corrected_on_every_letter(
    client: FlaskClient, session: Session, world: dict[str, int], mails: Mails
) -> None:
    """p-S4: pages, files and search show the right name next; what was typed stays."""
    sign(client, affiliation="eth")
    confirm(client, mails("ada@example.org")[0])
    row = session.get_one(Institution, world["ETH Zürich"])
    campaign = session.scalars(select(Campaign)).one()
    by_id = make_organizer("o@example.org", campaign).id
    directory.correct_institution(
        campaign, row.id, name="Technische Hochschule Zürich", country="CH", website="", by_id=by_id, now=NOW
    )
    session.execute(DirtyLetter.__table__.delete())
    session.commit()
    mails()
    assert line(session) == ("Technische Hochschule Zürich", "eth", row.id)
    assert "hochschule" in set(session.scalars(select(SearchWord.word)))
    assert "eth" not in set(session.scalars(select(SearchWord.word)))
    assert "Technische Hochschule Zürich" in client.get("/letters/stop/names").text
    assert "Technische Hochschule Zürich" in client.get("/letters/stop/names.csv").text
    assert "ETH" not in client.get("/letters/stop/names.csv").text


def test_signatures_of_a_merged_institution_go_over(session: Session, world: dict[str, int]) -> None:
    """p-S4: in every state, pending, private and held ones too; erased ones name nothing any more."""
    letter = make_letter("other", kind="academics")
    coimbra, eth = world["Universidade de Coimbra"], world["ETH Zürich"]
    states: list[dict[str, Any]] = [{}, {"is_private": True}, {"moderation": "held"}, {"verification": "pending"}]
    rows = [
        make_signature(letter, f"Name {number}", institution_id=coimbra, affiliation="Universidade de Coimbra", **state)
        for number, state in enumerate(states)
    ]
    other = make_signature(letter, "Other", institution_id=eth, affiliation="ETH Zürich")
    erased = make_signature(letter, "Gone", institution_id=coimbra, affiliation="Universidade de Coimbra")
    operations.erase_signature(operations.owned_signature(erased.id, erased.generation), NOW)
    session.get_one(Institution, coimbra).merged_into_id = world["University of Canterbury"]
    session.flush()
    assert operations.follow_institution(coimbra) == 4
    assert operations.follow_institution(coimbra) == 0
    assert {(row.affiliation, row.institution_id) for row in rows} == {
        ("University of Canterbury", world["University of Canterbury"])
    }
    assert (other.affiliation, other.institution_id) == ("ETH Zürich", eth)
    assert (erased.affiliation, erased.affiliation_typed, erased.institution_id) == ("", "", None)


def test_signatures_of_a_part_go_back(
    app: Flask,
    session: Session,
    world: dict[str, int],
    mails: Mails,
    frozen: Traveller,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """p-S4: whoever typed a name of it alone; who typed one that both have, or the other's, stays."""
    monkeypatch.setattr(institutions, "BATCH", 2)
    campaign = session.scalars(select(Campaign)).one()
    by = make_organizer(campaign=campaign).id
    letter = make_letter("other", kind="academics")
    coimbra, canterbury = world["Universidade de Coimbra"], world["University of Canterbury"]
    typed = ("University of  coimbra", "UC", "universidade de coimbra", "University of Canterbury", "")
    for number, words in enumerate(typed):
        named = {"institution_id": coimbra, "affiliation": "Universidade de Coimbra", "affiliation_typed": words}
        make_signature(letter, f"Name {number}", **named)
    directory.merge_institutions(campaign, coimbra, "University of Canterbury", by_id=by, now=NOW)
    mails()
    assert set(session.scalars(select(Signature.institution_id))) == {canterbury}
    directory.part_institution(campaign, canterbury, coimbra, by_id=by, now=NOW + timedelta(seconds=1))
    frozen.shift(timedelta(seconds=1))
    mails()
    session.expire_all()
    rows = session.execute(select(Signature.affiliation, Signature.institution_id).order_by(Signature.id)).all()
    back, stays = ("Universidade de Coimbra", coimbra), ("University of Canterbury", canterbury)
    assert [tuple(row) for row in rows] == [back, stays, back, stays, stays]
    assert "coimbra" in set(session.scalars(select(SearchWord.word)))


def test_signing_meets_the_name_of_this_moment(session: Session, world: dict[str, int]) -> None:
    """An institution renamed or merged between the page and the press is signed under its present name."""
    letter = make_letter("other", kind="academics")
    session.get_one(Institution, world["ETH Zürich"]).merged_into_id = world["University of Canterbury"]
    session.flush()
    operations.sign_letter(letter.id, entry(affiliation="eth", institution_id=world["ETH Zürich"]), NOW)
    row = session.scalars(select(Signature)).one()
    assert (row.affiliation, row.institution_id) == ("University of Canterbury", world["University of Canterbury"])


def test_ones_own_page_keeps_and_changes_it(
    client: FlaskClient, session: Session, world: dict[str, int], mails: Mails, frozen: Traveller
) -> None:
    """p-S8: saving without a change keeps the institution; another name finds another, a doubtful one is asked."""
    sign(client, affiliation="eth")
    confirm(client, mails("ada@example.org")[0])
    row = session.scalars(select(Signature)).one()
    path = my_path(row)
    session.commit()

    def save(**changes: str) -> Any:
        return client.post(path, data={**form_of(client.get(path)).fields, **changes, "action": "save"})

    assert save(name="Ada L.").status_code == 303
    assert line(session) == ("ETH Zürich", "eth", world["ETH Zürich"])
    asked = save(affiliation="UC")
    assert asked.status_code == 422
    assert "University of Canterbury, New Zealand" in Page(asked.text).text
    assert line(session)[0] == "ETH Zürich"
    assert save(affiliation="UC", institution=str(world["Universidade de Coimbra"])).status_code == 303
    assert line(session) == ("Universidade de Coimbra", "UC", world["Universidade de Coimbra"])
    frozen.shift(timedelta(minutes=1))
    assert save(affiliation="Somewhere else").status_code == 303
    assert line(session) == ("Somewhere else", "Somewhere else", None)
    assert save(affiliation="").status_code == 303
    assert line(session) == ("", "", None)
