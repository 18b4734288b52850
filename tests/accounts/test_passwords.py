"""Which passwords may be chosen."""

from __future__ import annotations

import pytest
from flask import Flask

from campaign.accounts import operations, passwords, rules
from campaign.states import Refused
from tests.factories import make_campaign, make_organizer
from tests.support.cast import Cast, desk_token, signed_in
from tests.support.pages import Page


def test_list_of_common_passwords() -> None:
    """ASVS 6.2.4: at least the 3,000 most common ones of the length that is asked for."""
    words = passwords.common_passwords()
    assert len(words) == 5000
    assert {len(word) >= rules.PASSWORD_LENGTH for word in words} == {True}
    assert {word == word.lower() and word.isascii() for word in words} == {True}
    assert {"123456qwerty", "1qaz2wsx3edc", "qwertyqwerty"} <= words


@pytest.mark.parametrize(
    ("password", "reason"),
    [
        ("123456qwerty", "password_common"),
        ("QwertyQwerty", "password_common"),
        ("short", "password_short"),
        ("x" * 201, "password_long"),
        ("Undersigned-2026!", "password_expected"),
        ("rekognition.2018", "password_expected"),
        ("ada.lovelace99", "password_expected"),
        ("campaign-owner-password", "password_expected"),
        ("Coalition of 2018", "password_expected"),
        ("correct horse battery staple", None),
        ("a letter about rekognition and rain", None),
        ("пароль из четырёх слов", None),
        ("1qaz2wsx3edc and more", None),
    ],
)
def test_passwords_that_would_be_guessed(password: str, reason: str | None) -> None:
    """ASVS 6.1.2, 6.2.4, 6.2.11: neither a common one nor little more than what everybody knows here."""
    known = ["ada.lovelace@example.org", "Ada Lovelace", "Rekognition 2018", ""]
    if reason is None:
        passwords.check_password(password, known)
        return
    with pytest.raises(Refused) as refused:
        passwords.check_password(password, known)
    assert refused.value.reason == reason


@pytest.mark.parametrize("word", ["Ada", "a-b-c", "the"])
def test_short_names_forbid_nothing(word: str) -> None:
    """A name of two or three letters stands in many good passwords."""
    assert rules.is_expected("adathebcade12", [word]) is False


@pytest.mark.parametrize("password", ["!@#$%^&*()_+-=[]{}|;", "🐙🐝🦔🐢🦜🐌🦊🐳🦁🐸🐼🐨"])
def test_signs_alone_are_no_name(password: str) -> None:
    """ASVS 6.2.5: no kind of character is asked for, so that what holds none of the names is not expected."""
    assert rules.is_expected(password, ["grace.hopper@example.org"]) is False


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_names_of_this_site_are_known(app: Flask) -> None:
    """ASVS 6.1.2: host, operator, one's own campaigns, name and address; not those of a campaign one is not in."""
    app.config["OPERATOR_NAME"] = "Open Courts Initiative"
    with app.app_context():
        make_campaign("secret-elsewhere")
        owner = make_organizer("grace.hopper@example.org", make_campaign("face-recognition"))
        for password in ("OpenCourts2026", "facerecognition1", "gracehopper2026"):
            with pytest.raises(Refused) as refused:
                operations.check_new_password(owner, password)
            assert refused.value.reason == "password_expected"
        operations.check_new_password(owner, "secret-elsewhere")


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("password", "said"),
    [("123456QWERTY", "on every list of common ones"), ("face-recognition!", "names that everybody knows here")],
)
def test_guessable_password_is_a_form_to_mend(app: Flask, cast: Cast, password: str, said: str) -> None:
    """The page says what is wrong; the password does not come back."""
    client = signed_in(app, cast.owner)
    answer = client.post("/desk/account/password", data={"password": password, "csrf_token": desk_token(client)})
    assert answer.status_code == 422
    assert said in answer.text
    assert password not in Page(answer.text).forms[0].fields.values()
    assert password not in answer.text
