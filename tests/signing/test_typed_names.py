"""Every field that takes a name takes every real one, and turns each hostile class away in plain words (T7, D7)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from werkzeug.datastructures import MultiDict

from campaign.lib.names import BadText, clean_text
from campaign.organizations.forms import InstitutionAliasForm, InstitutionForm
from campaign.signing.forms import OrganizationForm, SignForm
from tests.lib.test_names import REAL_NAMES
from tests.lib.test_names_of_scripts import names

pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)
# Field, and how long it may be. The first four of a person's form, the others of an organization's.
PERSON = {"name": 200, "title": 200, "affiliation": 200, "place": 120, "comment": 500}
BODY = {"organization": 200, "legal_name": 200, "name": 200, "role": 200}
REAL = (
    *REAL_NAMES,
    *("Nguyễn", "O’Connor-Smith", "Sinéad Ó Súilleabháin", "Ng", "Wu", "U", "Xi Jinping", "Jesús", "Mc Gonagall"),
    *("Ana María de la O", "d'Artagnan", "von und zu Guttenberg", "Abū l-Walīd Muḥammad", "ibn Rushd", "Mary Ann 3rd"),
    *("François-Noël d’Estaing", "Þorgerður", "İpek Şahin", "Ștefan Țepeș", "Dvořák", "Ørsted", "Åse", "Weiß"),
    *(
        "محمد بن سلمان",
        "יוסף־חיים",
        "Ольга-Мария",
        "Ёлкина",
        "Їжакевич",
        "金·正日",
        "ジョン・スミス",
        "李小龍",
        "박지성",
    ),
    *("Prof. Dr. h.c. mult.", "PhD, MD", "Dr.-Ing.", "Ph.D. (Oxon.)", "R&D", "Null", "Test", "True", "N/A Smith"),
)


@pytest.fixture
def forms(app: Flask) -> Iterator[None]:
    """A request in which forms can be made."""
    with app.test_request_context("/", method="POST"):
        yield


def check(kind: Any, field: str, text: str) -> tuple[object, list[str]]:
    """What a field makes of a text, and what it says."""
    form = kind(scope="letter:1", formdata=MultiDict({field: text})) if kind in (SignForm, OrganizationForm) else None
    form = form or kind(formdata=MultiDict({field: text}))
    form.validate()
    return form[field].data, [str(error) for error in form[field].errors]


@pytest.mark.parametrize("name", REAL)
def test_every_real_name_is_taken_everywhere(forms: None, name: str) -> None:
    """No honest name is refused, in no field, and none is changed."""
    kept = clean_text(name, 500, refuse_links=True)
    for kind, fields in ((SignForm, PERSON), (OrganizationForm, BODY)):
        for field, limit in fields.items():
            if len(kept) <= limit:
                assert check(kind, field, f" {name} ") == (kept, [])


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(made=names())
def test_every_script_is_taken_everywhere(forms: None, made: tuple[str, str]) -> None:
    """The same of names that the rules of a script make."""
    kept = clean_text(made[1], 500, refuse_links=True)
    for kind, fields in ((SignForm, PERSON), (OrganizationForm, BODY)):
        for field, limit in fields.items():
            if len(kept) <= limit:
                assert check(kind, field, made[1]) == (kept, [])


@pytest.mark.parametrize(
    "text",
    [
        "Buy at https://spam.example",
        "www.spam.example",
        "mailto:ada@example.org",
        "ada@example.org",
        "spam.com/offer",
        "<script>alert(1)</script>",
        "[url=x]y[/url]",
        "Ada\u200b@\u200bexample.org",
        "ｈｔｔｐｓ：／／spam.example",
    ],
)
def test_links_and_markup_are_turned_away_everywhere(forms: None, text: str) -> None:
    """T7: in every field but the comment, which only organizers read."""
    for kind, fields in ((SignForm, PERSON), (OrganizationForm, BODY)):
        for field in fields:
            errors = check(kind, field, text)[1]
            assert (errors == []) == (field == "comment"), (field, errors)
    assert check(InstitutionForm, "name", text)[1]
    assert check(InstitutionAliasForm, "alias", text)[1]


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Ada ✓", "Ada"),
        ("Ada \u202eecalevoL", "Ada ecalevoL"),
        ("Ada\r\nBcc: eve", "Ada Bcc: eve"),
        ("A\u0301da", "\xc1da"),
        ("\ufeffAda\x07", "Ada"),
    ],
)
def test_what_would_lie_is_dropped_everywhere(forms: None, typed: str, kept: str) -> None:
    """D7: badges, direction marks, breaks and controls; what is seen stays."""
    for kind, fields in ((SignForm, PERSON), (OrganizationForm, BODY)):
        for field in fields:
            if field != "comment":
                assert check(kind, field, typed) == (kept, [])


@pytest.mark.parametrize(("kind", "fields"), [(SignForm, PERSON), (OrganizationForm, BODY)])
def test_each_field_says_when_it_is_too_long(forms: None, kind: Any, fields: dict[str, int]) -> None:
    """x-S6: the last character that fits, and the first that does not."""
    for field, limit in fields.items():
        assert check(kind, field, "ä" * limit)[1] == []
        assert check(kind, field, "ä" * (limit + 1))[1] == ["This is too long. Shorten it a little."]
        with pytest.raises(BadText):
            clean_text("ä" * (limit + 1), limit)
