"""Countries by ISO 3166-1 alpha-2 code, with the names Babel knows in the languages we ship."""

from functools import cache

from babel import Locale

from campaign.lib.names import fold, sort_key

NAMED_IN = ("en", "fr", "de", "es", "ar")  # the first language wins where two use one name

# Two-letter codes of CLDR that are no country of ISO 3166-1. XK (Kosovo) stays: people live there.
_NO_COUNTRIES = frozenset(("AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "ZZ"))
# What people type and CLDR does not list.
_ALSO_CALLED = {
    "america": "US",
    "burma": "MM",
    "czech republic": "CZ",
    "drc": "CD",
    "england": "GB",
    "great britain": "GB",
    "holland": "NL",
    "hong kong": "HK",
    "ivory coast": "CI",
    "macau": "MO",
    "macedonia": "MK",
    "northern ireland": "GB",
    "palestine": "PS",
    "republic of ireland": "IE",
    "scotland": "GB",
    "swaziland": "SZ",
    "the gambia": "GM",
    "turkey": "TR",
    "uae": "AE",
    "uk": "GB",
    "united states of america": "US",
    "usa": "US",
    "wales": "GB",
}


class BadCountry(Exception):
    """The text is neither a code nor a name of a country in a language we ship."""


def country_code(text: str) -> str:
    """The alpha-2 code for a code or a name, in any case and with or without accents. BadCountry otherwise."""
    typed = fold(text[:200]).replace(".", "")
    if typed.upper() in _codes():
        return typed.upper()
    for name in (typed, typed.removeprefix("the ")):
        if code := _codes_by_name().get(name):
            return code
    raise BadCountry(text[:200])


def country_name(code: str, locale: str) -> str:
    """The country's name in the language; the code itself where no name is known."""
    return _names(locale).get(code, code)


def choices(locale: str) -> list[tuple[str, str]]:
    """Every country as (code, name), by name in the language; a list of the caller's own."""
    return list(_by_name(locale))


@cache
def _by_name(locale: str) -> tuple[tuple[str, str], ...]:
    return tuple(sorted(_names(locale).items(), key=lambda choice: sort_key(choice[1])))


@cache
def _names(locale: str) -> dict[str, str]:
    territories = Locale.parse(locale, sep="-" if "-" in locale else "_").territories
    names = {str(code): str(name) for code, name in territories.items()}
    return {code: name for code, name in names.items() if len(code) == 2 and code not in _NO_COUNTRIES}


@cache
def _codes() -> frozenset[str]:
    return frozenset(_names("en"))


@cache
def _codes_by_name() -> dict[str, str]:
    """Folded names in every shipped language, and the other names, each to its code."""
    found = dict(_ALSO_CALLED)
    for locale in NAMED_IN:
        for code, name in _names(locale).items():
            found.setdefault(fold(name).replace(".", ""), code)
    return found
