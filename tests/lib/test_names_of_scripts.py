"""Every living script passes as it is typed: names made by its rules, not from a list (D7, hostile class Names)."""

from __future__ import annotations

import sys
import unicodedata
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaign.lib.names import clean_text, flags, plain_form

# By the first words of the Unicode names of their letters.
SCRIPTS = (
    *("LATIN", "GREEK", "CYRILLIC", "ARMENIAN", "GEORGIAN", "HEBREW", "ARABIC", "SYRIAC", "THAANA", "NKO", "ADLAM"),
    *("DEVANAGARI", "BENGALI", "GURMUKHI", "GUJARATI", "ORIYA", "TAMIL", "TELUGU", "KANNADA", "MALAYALAM", "SINHALA"),
    *("THAI", "LAO", "TIBETAN", "MYANMAR", "KHMER", "JAVANESE", "BALINESE", "SUNDANESE", "OL CHIKI", "MEETEI MAYEK"),
    *("HANGUL SYLLABLE", "HIRAGANA", "KATAKANA", "CJK UNIFIED", "BOPOMOFO", "YI SYLLABLE", "MONGOLIAN"),
    *("ETHIOPIC", "TIFINAGH", "VAI", "CHEROKEE", "CANADIAN SYLLABICS", "LISU", "OSAGE", "HANIFI ROHINGYA"),
)
# Scripts that write a syllable by a virama and a joiner after it.
JOINING = ("DEVANAGARI", "BENGALI", "GUJARATI", "KANNADA", "MALAYALAM", "SINHALA", "TELUGU", "ORIYA")
# Between the parts of a name.
BETWEEN = (" ", "-", "'", "’", ". ", " de la ", " van der ", " bin ", ", ")
# Signs that show nothing, or are themselves no letter of the script.
LEFT_OUT = frozenset("\u115f\u1160\u3164\uffa0\u17b4\u17b5\u180b\u180c\u180d\u180e\u180f")


@cache
def alphabet(script: str, *categories: str) -> tuple[str, ...]:
    """The letters or marks of a script, at most 300 of them, that are the same when they are normalized."""
    found = []
    for code in range(0x41, 0x1E9FF):
        sign = chr(code)
        if unicodedata.category(sign) not in categories or sign in LEFT_OUT:
            continue
        named = unicodedata.name(sign, "")
        if named.startswith((f"{script} ", f"{script}-")) and unicodedata.normalize("NFKC", sign) == sign:
            found.append(sign)
    return tuple(found[:300])


@st.composite
def names(draw: st.DrawFn) -> tuple[str, str]:
    """A script, and a name of one to four words in it, with the marks and joiners it needs."""
    script = draw(st.sampled_from(SCRIPTS))
    letters = st.sampled_from(alphabet(script, "Lu", "Ll", "Lt", "Lo"))
    marks = alphabet(script, "Mn", "Mc")
    after = st.lists(st.sampled_from(marks), max_size=2).map("".join) if marks else st.just("")
    clusters = st.tuples(letters, after).map("".join)
    if script in JOINING:
        virama = next(sign for sign in marks if unicodedata.combining(sign) == 9)
        joined = st.tuples(letters, st.sampled_from((virama, f"{virama}\u200d", f"{virama}\u200c")), letters)
        clusters = st.one_of(clusters, joined.map("".join))
    words = draw(st.lists(st.lists(clusters, min_size=1, max_size=8).map("".join), min_size=1, max_size=4))
    between = [draw(st.sampled_from(BETWEEN)) for _word in words[1:]]
    return script, "".join(part for pair in zip(words, [*between, ""], strict=True) for part in pair)


@pytest.mark.parametrize("script", SCRIPTS)
def test_every_script_has_letters(script: str) -> None:
    assert len(alphabet(script, "Lu", "Ll", "Lt", "Lo")) >= 20


@given(names())
def test_a_name_of_any_living_script_stays_as_it_was_typed(made: tuple[str, str]) -> None:
    """D7: trimmed and NFC, and nothing else; case is never changed."""
    name = made[1]
    assert clean_text(f"  {name}\n", 200, refuse_links=True) == unicodedata.normalize("NFC", name)


@given(names())
def test_one_script_is_never_called_a_mix(made: tuple[str, str]) -> None:
    """p-V3: a name in one script, with Latin particles between its words, is no reason to hold."""
    found = flags(clean_text(made[1], 200, refuse_links=True))
    assert [flag for flag in found if flag in ("mixed_scripts", "looks_like_link", "digits")] == []


@given(names())
def test_a_long_name_passes_to_the_last_sign(made: tuple[str, str]) -> None:
    """200 characters are a name, in any script."""
    name = unicodedata.normalize("NFC", (made[1] + " ") * 200)[:200].strip()
    cleaned = clean_text(name, 200, refuse_links=True)
    assert len(cleaned) <= 200
    # Only a joiner or marks that lost what they stood on at the cut may be missing.
    assert len(cleaned) >= len(name) - 2


@given(names(), st.sampled_from("\u202e\u2066\u200b\u2060\ufeff\u200f\x00\x1b\u061c\u00ad"))
def test_what_cannot_be_seen_is_dropped_and_nothing_else(made: tuple[str, str], unseen: str) -> None:
    """T7, D7: a control or a direction mark between two words changes nothing of them."""
    name = clean_text(made[1], 200, refuse_links=True)
    first, space, rest = name.partition(" ")
    assert clean_text(f"{unseen}{first}{space}{unseen}{rest}{unseen}", 200, refuse_links=True) == name


@given(names(), st.randoms())
def test_one_name_has_one_plain_form(made: tuple[str, str], random: object) -> None:
    """p-S4: case, ends and an article make no other institution."""
    name = clean_text(made[1], 200, refuse_links=True)
    form = plain_form(name)
    assert form
    assert plain_form(f" The {name}. ") == form or made[0] == "LATIN"
    assert plain_form(plain_form(name)) == form


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("The University of Oxford", "university of oxford"),
        ("Université Paris-Saclay", "UNIVERSITE PARIS SACLAY"),
        ("King's College", "Kings College"),
        ("King’s College", "King's College"),
        ("Universität Zürich (UZH)", "Universitat Zurich, UZH"),
        ("ＭＩＴ", "mit"),
        ("St. John's", "St Johns"),
    ],
)
def test_spellings_of_one_institution(one: str, other: str) -> None:
    """p-S4."""
    assert plain_form(one) == plain_form(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("University of York", "York University"),
        ("University of New York", "New York University"),
        ("東京大学", "京都大学"),
        ("The", ""),
        ("Uni 1", "Uni 2"),
        ("कला", "काला"),
    ],
)
def test_different_institutions_stay_apart(one: str, other: str) -> None:
    """p-S4."""
    assert plain_form(one) != plain_form(other)


def test_the_generator_knows_this_python() -> None:
    """Scripts come with the tables of Unicode that Python has."""
    assert sys.version_info >= (3, 11)
