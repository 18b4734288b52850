"""The desk of the directory: works, bad input, colleague allowed, read-only refused, stranger 404, wrong method."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import scoped_session

from campaign.models import Institution, InstitutionName
from tests.factories import make_institution
from tests.support.cast import Cast, desk_token, signed_in
from tests.support.pages import Page
from tests.support.tables import everything

Session = scoped_session[Any]
DIRECTORY = "/desk/campaigns/face-recognition/institutions"
LIST = (
    "name;aliases;country;website\n"
    '"Universidade de Coimbra";"University of Coimbra;UC";Portugal;uc.pt\n'
    '"ETH Zürich";"";Atlantis;\n'
    '"=1+1";"";"";\n'
)


@pytest.fixture
def desk(app: Flask, cast: Cast) -> FlaskClient:
    """The owner's browser."""
    return signed_in(app, cast.owner)


def upload(desk: FlaskClient, text: str, action: str = "look", **data: Any) -> Any:
    """Chooses a file and presses a button."""
    file = (BytesIO(text.encode()), "list.csv")
    return desk.post(DIRECTORY, data={"csrf_token": desk_token(desk), "file": file, "action": action, **data})


def press(desk: FlaskClient, institution_id: int, action: str, **data: str) -> Any:
    """Presses a button on the page of an institution."""
    given = {"csrf_token": desk_token(desk), "action": action, **data}
    return desk.post(f"{DIRECTORY}/{institution_id}", data=given)


def test_a_list_is_looked_at_then_added(session: Session, desk: FlaskClient) -> None:
    """p-S4: counts and reasons first; the second press adds the good lines; the same again changes nothing."""
    before = everything()
    answer = upload(desk, LIST)
    words = Page(answer.text).text
    assert answer.status_code == 200
    assert everything() == before
    assert "1 institution is new" in words
    assert "2 lines cannot be taken" in words
    assert "The country is not known; write its name or two letters, as PT" in words
    assert "A name or alias begins like a formula of a spreadsheet" in words
    form = next(form for form in Page(answer.text).forms if "listed" in form.fields)
    done = desk.post(DIRECTORY, data={**form.fields, "action": "load"}, follow_redirects=True)
    assert "1 institution was added." in Page(done.text).text
    session.rollback()
    assert [row.slug for row in session.scalars(select(Institution))] == ["universidade-de-coimbra"]
    again = Page(upload(desk, LIST).text).text
    assert "0 institutions are new" in again
    assert "1 stands as it is" in again


def test_bad_lines_come_back_as_a_file(desk: FlaskClient) -> None:
    """p-S4: to mend and bring again, each with its reason; nothing in it is a formula."""
    answer = upload(desk, LIST, "bad")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="institutions-to-mend.csv"'
    assert answer.text.splitlines() == [
        "\ufeffname,aliases,country,website,reason",
        'ETH Zürich,,Atlantis,,"The country is not known; write its name or two letters, as PT"',
        "'=1+1,,,,A name or alias begins like a formula of a spreadsheet",
    ]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "There is no line to read."),
        ("who,where\na,b\n", "The first line has to name the columns"),
        ("name\n\x00\n", "This file cannot be read as a list."),
    ],
)
def test_a_file_that_is_no_list_says_so(session: Session, desk: FlaskClient, text: str, sentence: str) -> None:
    answer = upload(desk, text)
    assert answer.status_code == 422
    assert sentence in Page(answer.text).text
    assert session.scalar(select(func.count()).select_from(Institution)) == 0


def test_the_directory_is_searched_and_paged(session: Session, desk: FlaskClient) -> None:
    for number in range(60):
        make_institution(f"School {number:02}", aliases=("Odd one",) if number == 7 else ())
    session.commit()
    first = Page(desk.get(DIRECTORY).text)
    assert "60 institutions" in first.text
    assert "School 49" in first.text
    assert "School 50" not in first.text
    following = next(link for link in first.links if "after=" in link)
    assert "School 59" in Page(desk.get(following).text).text
    found = Page(desk.get(f"{DIRECTORY}?q=od").text).text
    assert "School 07" in found
    assert "School 08" not in found
    assert "Nothing found" in Page(desk.get(f"{DIRECTORY}?q=zzz").text).text
    assert desk.get(f"{DIRECTORY}?after=x").status_code == 404


def test_an_institution_is_corrected_named_and_merged(session: Session, desk: FlaskClient) -> None:
    """p-S4: each press is one act, and its page says what was done."""
    row, other = make_institution("Univercity of Porto"), make_institution("Porto School", country="PT")
    row_id, other_id = row.id, other.id
    session.commit()
    saved = press(desk, row_id, "save", name="Universidade do Porto", country="Portugal", website="up.pt")
    assert saved.status_code == 303
    assert press(desk, row_id, "alias", alias="U.Porto").status_code == 303
    page = Page(desk.get(f"{DIRECTORY}/{row_id}").text).text
    assert [
        name for name in ("Universidade do Porto", "Univercity of Porto", "U.Porto", "up.pt") if name not in page
    ] == []
    alias = session.scalars(select(InstitutionName.id).where(InstitutionName.name == "Univercity of Porto")).one()
    session.commit()
    assert press(desk, row_id, f"remove:{alias}").status_code == 303
    assert "Univercity" not in Page(desk.get(f"{DIRECTORY}/{row_id}").text).text
    merged = press(desk, other_id, "merge", into="Universidade do Porto")
    assert merged.location == f"{DIRECTORY}/{row_id}"
    assert desk.get(f"{DIRECTORY}/{other_id}").status_code == 404
    assert "Merged into it" in Page(desk.get(f"{DIRECTORY}/{row_id}").text).text
    parted = press(desk, row_id, f"part:{other_id}")
    assert (parted.status_code, parted.location) == (303, f"{DIRECTORY}/{row_id}")
    page = Page(desk.get(f"{DIRECTORY}/{row_id}").text).text
    assert ("They are two again" in page, "Merged into it" in page) == (True, False)
    assert desk.get(f"{DIRECTORY}/{other_id}").status_code == 200


def test_a_part_whose_name_is_taken_stays(session: Session, desk: FlaskClient) -> None:
    """p-S4: 422 with the sentence, and nothing changed."""
    row_id, other_id = (make_institution(name).id for name in ("Universidade do Porto", "Porto School"))
    session.commit()
    press(desk, other_id, "merge", into="Universidade do Porto")
    make_institution("Porto School")
    session.commit()
    before = everything()
    answer = press(desk, row_id, f"part:{other_id}")
    assert answer.status_code == 422
    assert "Another institution of this country has this name." in Page(answer.text).text
    assert everything() == before


@pytest.mark.parametrize(
    ("action", "data", "sentence"),
    [
        ("save", {"name": ""}, "Enter the name of the institution"),
        ("save", {"name": "Uni https://x.example"}, "Leave out web and mail addresses; they are not shown here."),
        ("save", {"name": "Uni", "country": "Atlantis"}, "Choose a country from the list, or leave it empty"),
        ("save", {"name": "Uni", "website": "javascript:1"}, "Enter a website that begins with https://"),
        ("save", {"name": "Other school"}, "Another institution of this country has this name."),
        ("alias", {"alias": " "}, "Enter the other name"),
        ("merge", {"into": "Nowhere"}, "No other institution, or more than one, has this name."),
    ],
)
def test_bad_input_changes_nothing(
    session: Session, desk: FlaskClient, action: str, data: dict[str, str], sentence: str
) -> None:
    """x-S6: 422, a sentence, and what was typed still there."""
    row_id = make_institution("School").id
    make_institution("Other School")
    session.commit()
    before = everything()
    answer = press(desk, row_id, action, **data)
    assert answer.status_code == 422
    assert sentence in Page(answer.text).text
    assert everything() == before


@pytest.mark.parametrize(
    "action", ["", "explode", "remove:", "remove:x", "remove:999999", "part:", "part:x", "part:999999"]
)
def test_unknown_buttons_change_nothing(session: Session, desk: FlaskClient, action: str) -> None:
    row_id = make_institution("School").id
    session.commit()
    before = everything()
    assert press(desk, row_id, action).status_code in (404, 422)
    assert everything() == before


def test_colleague_viewer_stranger_and_wrong_method(
    app: Flask, session: Session, cast: Cast, desk: FlaskClient
) -> None:
    """T18: a second owner may, a viewer looks only, a stranger learns nothing."""
    row_id = make_institution("School").id
    session.commit()
    one = f"{DIRECTORY}/{row_id}"
    colleague, viewer, stranger = (signed_in(app, who) for who in (cast.moderator, cast.viewer, cast.stranger))
    assert press(colleague, row_id, "alias", alias="Academy").status_code == 303
    for path in (DIRECTORY, one):
        page = viewer.get(path)
        assert page.status_code == 200
        assert [form for form in Page(page.text).forms if form.method == "post" and "institutions" in form.action] == []
        assert viewer.post(path, data={"csrf_token": desk_token(viewer), "action": "alias"}).status_code == 403
        assert stranger.get(path).status_code == 404
        assert stranger.post(path, data={"csrf_token": desk_token(stranger), "action": "alias"}).status_code == 404
        assert desk.put(path, data={"csrf_token": desk_token(desk)}).status_code == 405
    assert desk.get(f"{DIRECTORY}/999999999999999999999").status_code == 404
