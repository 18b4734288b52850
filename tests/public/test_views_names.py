"""The names of a letter as a page, as JSON and as a file."""

from __future__ import annotations

import contextvars
import csv
import io
from collections.abc import Callable, Iterator
from html import unescape
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import insert

from campaign.extensions import db
from campaign.lib import paging
from campaign.lib.names import sort_key, words
from campaign.models import Endorsement, Letter, SearchWord, Signature
from campaign.pagecache import cache
from campaign.public.queries.names import index_letters, names_in_order
from campaign.public.rules.names import NAMED_KINDS
from campaign.signing.operations.listing import listing_changed, recount_letter
from campaign.verification.operations import record_proof
from tests.factories import DAY, NOW, make_letter, make_signature
from tests.support.pages import Page
from tests.support.tables import counted

Publish = Callable[..., None]
MANY = 205


def crowd(letter: Letter, number: int = MANY) -> list[str]:
    """So many people, whose names in order are returned; written at once, as copies of the first."""
    names = [f"Person {index:04d}" for index in range(number)]
    first = make_signature(letter, names[-1], affiliation="University of Halden")
    columns = {column.key for column in Signature.__table__.columns} - {"id", "mailbox_key", "email"}
    shared = {column: getattr(first, column) for column in columns}
    rows = [{**shared, "name": name, "sort_key": sort_key(name)} for name in reversed(names[:-1])]
    statement = insert(Signature).returning(Signature.id, Signature.name)
    for signature_id, name in db.session.execute(statement, rows).all():
        found = [*words(name), *words(first.affiliation)]
        keys = {"letter_id": letter.id, "signature_id": signature_id}
        db.session.execute(insert(SearchWord), [{**keys, "word": word} for word in found])
    return names


def names_on(html: str) -> list[str]:
    """The names of a page's list, in order."""
    lists = html.partition('<ul class="names')[2].partition("</ul>")[0]
    return [unescape(part.partition("</span>")[0]) for part in lists.split('<span dir="auto">')[1:]]


def walk(client: FlaskClient, url: str) -> Iterator[list[str]]:
    """The names of each page from this one on, by the link to the next."""
    while url:
        page = client.get(url)
        assert page.status_code == 200
        yield names_on(page.text)
        after = [link for link in Page(page.text).links if "after=" in link]
        url = after[-1] if after else ""


def test_names_are_two_hundred_a_page_in_order(session: Any, client: FlaskClient, published: Publish) -> None:
    """W3: keyset pages; every name stands on exactly one."""
    letter = make_letter()
    names = crowd(letter)
    published(letter)
    pages = list(walk(client, "/letters/stop/names"))
    assert [len(page) for page in pages] == [200, 5]
    assert [name for page in pages for name in page] == names


def test_names_of_one_sort_key_are_paged_by_id(session: Any, client: FlaskClient, published: Publish) -> None:
    """Two hundred people of one name: nobody is skipped, nobody stands twice."""
    letter = make_letter()
    for number in range(MANY):
        make_signature(letter, "Maria Silva", affiliation=f"School {number}")
    published(letter)
    assert [len(page) for page in walk(client, "/letters/stop/names")] == [200, 5]


def test_names_by_kind_and_letter(session: Any, client: FlaskClient, published: Publish) -> None:
    """W3, W5: organizations A to Z with "The" left out; index of letters with "Other scripts"."""
    letter = make_letter()
    for name in ("Zoë Abel", "Ángel Ruiz", "anna Berg", "山田太郎", "Ærø Lund"):
        make_signature(letter, name)
    make_signature(letter, "The Quiet Network", website="https://quiet.example")
    make_signature(letter, "Rights Now", website="https://rights.example")
    published(letter)
    people = client.get("/letters/stop/names").text
    assert names_on(people) == ["Ærø Lund", "Ángel Ruiz", "anna Berg", "Zoë Abel", "山田太郎"]
    assert names_on(client.get("/letters/stop/names?kind=organization").text) == ["The Quiet Network", "Rights Now"]
    links = Page(people).links
    assert "/letters/stop/names?kind=person&group=A" in links
    assert "/letters/stop/names?kind=person&group=*" in links
    assert "/letters/stop/names?kind=person&group=B" not in links
    assert names_on(client.get("/letters/stop/names?kind=person&group=A").text) == [
        "Ærø Lund",
        "Ángel Ruiz",
        "anna Berg",
    ]
    assert names_on(client.get("/letters/stop/names?group=*").text) == ["山田太郎"]


@pytest.mark.parametrize(
    ("q", "found"),
    [
        ("lovel", ["Ada Lovelace"]),
        ("ADA LOVE", ["Ada Lovelace"]),
        ("love ada", ["Ada Lovelace"]),
        ("zoe", ["Zoë O'Brien"]),
        ("obri", ["Zoë O'Brien"]),
        ("o'brien", ["Zoë O'Brien"]),
        ("halden", ["Ada Lovelace"]),
        ("univ hald", ["Ada Lovelace"]),
        ("山", ["山田太郎"]),
        ("ovelace", []),
        ("ada brien", []),
        ("%", []),
        ("_", []),
        ("'", []),
        ("\x00", []),
    ],
)
def test_names_search_by_the_beginning_of_any_word(
    session: Any, client: FlaskClient, published: Publish, q: str, found: list[str]
) -> None:
    """W3: prefix of any word of name or affiliation, folded; several words all have to match."""
    letter = make_letter()
    make_signature(letter, "Ada Lovelace", affiliation="University of Halden")
    make_signature(letter, "Zoë O'Brien")
    make_signature(letter, "山田太郎")
    published(letter)
    answer = client.get("/letters/stop/names", query_string={"q": q})
    assert answer.status_code == 200
    assert names_on(answer.text) == found
    assert ("Nobody by that name" in answer.text) == (not found)


def test_search_looks_among_organizations_when_no_person_has_it(
    session: Any, client: FlaskClient, published: Publish
) -> None:
    """The search on the letter page names no kind."""
    letter = make_letter()
    make_signature(letter)
    make_signature(letter, "Rights Now", website="https://rights.example")
    published(letter)
    assert names_on(client.get("/letters/stop/names?q=rights").text) == ["Rights Now"]
    assert names_on(client.get("/letters/stop/names?q=rights&kind=person").text) == []


def test_names_open_on_a_kind_that_has_names(session: Any, client: FlaskClient, published: Publish) -> None:
    """W1: where everybody keeps their name private, organizations are shown; the tab of people says why it is empty."""
    letter = make_letter()
    make_signature(letter, is_private=True)
    make_signature(letter, "Rights Now", website="https://rights.example")
    published(letter)
    assert names_on(client.get("/letters/stop/names").text) == ["Rights Now"]
    people = Page(client.get("/letters/stop/names?kind=person").text).text
    assert "People who keep their name private are counted, but not listed." in people
    assert "No names yet" not in people


def test_representative_stands_beside_the_organization(session: Any, client: FlaskClient, published: Publish) -> None:
    """x-S4: on letter and names page, only where they asked for it; never in the JSON or the file."""
    letter = make_letter()
    make_signature(letter, "Without Box", website="https://without.example")
    endorsed = make_signature(letter, "With Box", website="https://with.example")
    published(letter)
    for path in ("", "/names?kind=organization", "/names?q=box"):
        assert "Rosa Marín" not in client.get(f"/letters/stop{path}").text
    session.get_one(Endorsement, endorsed.id).show_representative = True
    listing_changed(endorsed)
    recount_letter(letter.id, NOW + DAY)
    db.session.commit()
    cache().checks.clear()
    for path in ("", "/names?kind=organization", "/names?q=box"):
        assert client.get(f"/letters/stop{path}").text.count("Rosa Marín, Director") == 1, path
    for path in ("names.json", "names.csv"):
        assert "Rosa" not in client.get(f"/letters/stop/{path}").text


@pytest.mark.parametrize("q", ["per", "person univ", "per zzz"])
@pytest.mark.parametrize("listed", [1, MANY, 10_000_000])
def test_search_is_the_same_both_ways(session: Any, published: Publish, q: str, listed: int) -> None:
    """Walking the list and finding by words differ in speed only."""
    letter = make_letter()
    names = crowd(letter)
    make_signature(letter, "Somebody Else")
    published(letter)
    expected = [] if "zzz" in q else names
    first = names_in_order(letter.id, "person", limit=150, words=q.split(), listed_count=listed)
    assert [row.name for row in first] == expected[:150]
    if expected:
        place = (first[-1].sort_key, first[-1].id)
        rest = names_in_order(letter.id, "person", limit=150, words=q.split(), listed_count=listed, after=place)
        assert [row.name for row in rest] == expected[150:]


def test_search_page_goes_on_where_it_stopped(session: Any, client: FlaskClient, published: Publish) -> None:
    letter = make_letter()
    names = crowd(letter)
    make_signature(letter, "Aaa Else")
    published(letter)
    pages = list(walk(client, "/letters/stop/names?q=person"))
    assert [name for page in pages for name in page] == names


def test_names_that_left_the_list_are_nowhere(session: Any, client: FlaskClient, published: Publish) -> None:
    """x-S12: hidden, withdrawn, held and merged names leave page, search, index, JSON and file."""
    letter = make_letter()
    stays = make_signature(letter, "Bea Stays")
    changes: list[dict[str, Any]] = [
        {"is_private": True},
        {"withdrawn_at": NOW},
        {"moderation": "held"},
        {"moderation": "rejected"},
        {"merged_into_id": stays.id},
    ]
    for number, change in enumerate(changes):
        gone = make_signature(letter, f"Quentin{number} Gone")
        for name, value in change.items():
            setattr(gone, name, value)
        listing_changed(gone)
    published(letter)
    for url in ("names", "names?q=quentin", "names?q=gone", "names?group=Q", "names.json", "names.csv"):
        assert "Gone" not in client.get(f"/letters/stop/{url}", buffered=True).text
    assert index_letters(letter.id, "person") == {"B"}


@pytest.mark.parametrize(
    "query", ["kind=employee", "kind=x", "group=AA", "after=x", "after=WyJ0ZXh0IiwxXQ", "kind=person&after=%00"]
)
def test_names_of_an_impossible_query_is_404(session: Any, client: FlaskClient, query: str) -> None:
    make_letter()
    assert client.get(f"/letters/stop/names?{query}").status_code == 404


def test_names_asks_few_queries_at_any_size(app: Flask, session: Any, client: FlaskClient, published: Publish) -> None:
    """R7: the letter, the names, the index; one more for a search; for who has the page only the letter."""
    letter = make_letter()
    crowd(letter)
    published(letter)
    expected = {"names": 3, "names?group=P": 3, "names?q=person": 3, "names?q=person+univ": 4}
    for url, number in expected.items():
        with counted(app) as sent:
            etag = client.get(f"/letters/stop/{url}").headers["ETag"]
        assert (url, len(sent)) == (url, number)
        with counted(app) as sent:
            assert client.get(f"/letters/stop/{url}", headers={"If-None-Match": etag}).status_code == 304
        assert (url, len(sent)) == (url, 1)


def test_private_and_imported_are_said_in_a_sentence(session: Any, client: FlaskClient, published: Publish) -> None:
    """W1: never hidden in a total; imported stand beside it, with a list of their own."""
    letter = make_letter()
    make_signature(letter)
    make_signature(letter, "Grace Hopper", is_private=True)
    make_signature(letter, "Paper Person", kind="imported")
    published(letter)
    text = Page(client.get("/letters/stop/names").text).text
    assert "1 of them keeps the name private." in text
    assert "1 signature collected elsewhere stands beside these numbers" in text
    assert names_on(client.get("/letters/stop/names?kind=imported").text) == ["Paper Person"]


def test_names_json_walks_all_kinds(session: Any, client: FlaskClient, published: Publish) -> None:
    """Product page, section 3: keyset `after`, organizations first, badges only from methods."""
    letter = make_letter()
    names = crowd(letter)
    rights = make_signature(letter, "Open Rights", website="https://rights.example", country="PT")
    record_proof(rights.id, "vouched", seen="press release", by_id=None, now=NOW)
    make_signature(letter, "Paper Person", kind="imported")
    published(letter)
    first = client.get("/letters/stop/names.json").json
    assert len(first["names"]) == 200
    assert first["names"][0] == {
        "kind": "organization",
        "name": "Open Rights",
        "title": "",
        "affiliation": "",
        "country": "PT",
        "badges": ["vouched"],
    }
    second = client.get("/letters/stop/names.json", query_string={"after": first["next"]}).json
    every = [(face["kind"], face["name"]) for face in first["names"] + second["names"]]
    assert every == [
        ("organization", "Open Rights"),
        *(("person", name) for name in names),
        ("imported", "Paper Person"),
    ]
    assert second["next"] is None
    assert {badge for face in second["names"] for badge in face["badges"]} == set()


@pytest.mark.parametrize("after", ["x", "WzEsIiIsMF0x", "W10"])
def test_names_json_of_a_bad_cursor_is_404(session: Any, client: FlaskClient, after: str) -> None:
    make_letter()
    answer = client.get("/letters/stop/names.json", query_string={"after": after})
    assert (answer.status_code, answer.json["error"]["code"]) == (404, "not_found")


def test_names_json_after_the_last_kind_is_empty(session: Any, client: FlaskClient) -> None:
    """A cursor is no secret; a made-up one names a place where nothing is."""
    make_signature(make_letter())
    for number in (-5, 3, 99):
        after = paging.encode((number, b"", 0))
        answer = client.get("/letters/stop/names.json", query_string={"after": after})
        assert answer.status_code == 200
        assert len(answer.json["names"]) == (1 if number < 0 else 0)


def test_names_json_asks_the_same_queries_for_any_page(app: Flask, session: Any, client: FlaskClient) -> None:
    """R7: the letter, one query for each kind still to come, the methods."""
    letter = make_letter()
    crowd(letter)
    with counted(app) as sent:
        client.get("/letters/stop/names.json")
    assert len(sent) == 4


def rows_of(client: FlaskClient, url: str = "/letters/stop/names.csv") -> list[list[str]]:
    """The cells of the file, by a standard reader."""
    answer = client.get(url, buffered=True)
    assert answer.status_code == 200
    text = answer.data.decode("utf-8-sig")
    assert text.count("\n") == text.count("\r\n")
    return list(csv.reader(io.StringIO(text, newline="")))


def test_names_csv_is_the_whole_public_list(session: Any, client: FlaskClient, published: Publish) -> None:
    """W5: delivery columns, organizations then people, with mark and CRLF, as a download without cookie."""
    letter = make_letter()
    names = crowd(letter)
    make_signature(letter, 'Zoë, the "first"', title="Nurse", affiliation="St. Mary's", country="PT")
    make_signature(letter, "Open Rights", website="https://rights.example")
    make_signature(letter, "Private Person", is_private=True)
    published(letter)
    answer = client.get("/letters/stop/names.csv", buffered=True)
    assert answer.data.startswith(b"\xef\xbb\xbfkind,name,title,affiliation,country\r\n")
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="stop-names.csv"'
    rows = rows_of(client)
    assert rows[1] == ["organization", "Open Rights", "", "", ""]
    assert [row[1] for row in rows[2:-1]] == names
    assert rows[-1] == ["person", 'Zoë, the "first"', "Nurse", "St. Mary's", "PT"]


@pytest.mark.parametrize("name", ["=1+1", "+49 170", "-x", "@sum", "\t=1", "＝1", " =cmd"])
def test_names_csv_runs_no_formula(session: Any, client: FlaskClient, name: str) -> None:
    """T14, R8: no cell starts a formula, and the text can be had back."""
    make_signature(make_letter(), name, title=name, affiliation=name)
    for cell in rows_of(client)[1][1:4]:
        assert cell == f"'{name}"


def test_names_csv_of_many_parts_is_whole(session: Any, client: FlaskClient) -> None:
    """More rows than one part of the stream holds."""
    names = crowd(make_letter(), 2345)
    assert [row[1] for row in rows_of(client)[1:]] == names


def test_names_csv_two_at_once(session: Any, app: Flask) -> None:
    """W5: the third stream of a process gets 503 and a time to come back; a finished one frees its place."""
    make_signature(make_letter())
    db.session.commit()
    client = FlaskClient(app, app.response_class)
    # Each reader has a thread of its own on the real server; here a context of its own.
    readers = [contextvars.Context() for _ in range(2)]
    streams = [reader.run(client.get, "/letters/stop/names.csv") for reader in readers]
    try:
        refused = contextvars.Context().run(client.get, "/letters/stop/names.csv")
        assert (refused.status_code, refused.headers["Retry-After"]) == (503, "10")
        assert "Set-Cookie" not in refused.headers
    finally:
        for reader, stream in zip(readers, streams, strict=True):
            reader.run(stream.close)
    # What is answered without a body frees its place too.
    known = {"If-None-Match": streams[0].headers["ETag"]}
    for method, headers, status in [("HEAD", {}, 200), ("GET", known, 304)] * 3 + [("GET", {}, 200)]:
        answer = contextvars.Context().run(
            client.open, "/letters/stop/names.csv", method=method, headers=headers, buffered=True
        )
        assert answer.status_code == status


def test_named_kinds_are_all_but_employees() -> None:
    """T10: an employee has no row on any page or file."""
    assert set(NAMED_KINDS) == {"person", "organization", "imported"}
