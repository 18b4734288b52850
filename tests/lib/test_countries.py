"""A country is chosen from a list or typed in a language we ship (p-S1)."""

import pytest

from campaign.lib.countries import NAMED_IN, BadCountry, choices, country_code, country_name


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("DE", "DE"),
        (" de ", "DE"),
        ("Deutschland", "DE"),
        ("Allemagne", "DE"),
        ("alemania", "DE"),
        ("ألمانيا", "DE"),
        ("المانيا", "DE"),
        ("cote d'ivoire", "CI"),
        ("CÔTE D’IVOIRE", "CI"),
        ("U.K.", "GB"),
        ("usa", "US"),
        ("The Netherlands", "NL"),
        ("Turkey", "TR"),
        ("Türkiye", "TR"),
        ("Kosovo", "XK"),
    ],
)
def test_a_country_is_found_by_code_and_by_name(typed: str, code: str) -> None:
    assert country_code(typed) == code


@pytest.mark.parametrize("typed", ["", "ZZ", "EU", "XX", "001", "Atlantis", "de-DE", "\0", "\ud800", "a" * 100_000])
def test_what_is_no_country_is_refused(typed: str) -> None:
    with pytest.raises(BadCountry):
        country_code(typed)


@pytest.mark.parametrize("locale", NAMED_IN)
def test_every_name_offered_is_understood(locale: str) -> None:
    offered = choices(locale)
    assert len(offered) == 250
    assert [country_code(name) for _, name in offered] == [code for code, _ in offered]


def test_names_are_in_the_order_of_the_language() -> None:
    german = [name for _, name in choices("de")]
    assert german[:4] == ["Afghanistan", "Ägypten", "Ålandinseln", "Albanien"]
    assert german[-1] == "Zypern"


def test_a_list_of_choices_is_the_callers_own() -> None:
    choices("en").clear()
    assert len(choices("en")) == 250


def test_a_country_is_named_in_the_readers_language() -> None:
    assert [country_name("DE", locale) for locale in NAMED_IN] == [
        "Germany",
        "Allemagne",
        "Deutschland",
        "Alemania",
        "ألمانيا",
    ]
    assert country_name("DE", "fr-CA") == "Allemagne"
    assert country_name("ZZ", "en") == "ZZ"
