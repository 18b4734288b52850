"""Names compared, cut into words and put in order (p-R1, x-W3)."""

import unicodedata
from itertools import pairwise

import pytest
import pyuca
from hypothesis import given
from hypothesis import strategies as st

from campaign.lib import names
from campaign.lib.names import fold, index_letter, sort_key, words

TEXT = st.text(max_size=60)
WHOLE_KEY = pyuca.Collator().sort_key
LATIN = st.text(st.characters(max_codepoint=0x24F) | st.sampled_from("ẞệạḀ"), max_size=40)


@pytest.mark.parametrize(
    "spellings",
    [
        ["Łukasz Żółć", "lukasz  zolc", "LUKASZ ŻÓŁĆ"],
        ["Straße", "STRASSE", "strasse"],
        ["O’Brien", "O'Brien", "OʼBRIEN"],
        ["Müller–Lüdenscheidt", "muller-ludenscheidt"],
        ["İstanbul", "ISTANBUL", "istanbul"],
        ["أحمد", "احمد", "أحمـد"],
        ["علی", "علي"],
        ["مُحَمَّد", "محمد"],
        ["ｶﾞﾝﾀﾞﾑ", "ガンダム"],
        ["Ἀθῆναι", "ΑΘΗΝΑΙ"],
        ["Øystein Þór Æsir", "oystein thor aesir"],
        ["Ángstrom", "A\u030angstrom"],
    ],
)
def test_ways_to_type_a_name_fold_together(spellings: list[str]) -> None:
    assert len({fold(spelling) for spelling in spellings}) == 1


def test_different_letters_stay_apart() -> None:
    assert fold("ガ") != fold("カ")
    assert fold("कि") != fold("की")
    assert fold("ड़") != fold("ड")


@given(TEXT)
def test_folding_twice_changes_nothing(text: str) -> None:
    once = fold(text)
    assert fold(once) == once
    assert fold(unicodedata.normalize("NFD", text)) == fold(unicodedata.normalize("NFC", text))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Ada Lovelace", ["ada", "lovelace"]),
        ("Ada ada ADA", ["ada"]),
        ("Jean-Luc O'Brien d’Arc", ["jean", "luc", "obrien", "brien", "darc", "arc"]),
        ("AT&T, Inc. (U.S.)", ["at", "t", "inc", "u", "s"]),
        ("हिन्दी विश्व", ["हिन्दी", "विश्व"]),
        ("山田　太郎", ["山田", "太郎"]),
        ("علی‌رضا", ["عليرضا"]),
        ("''' !?", []),
        ("", []),
        ("a" * 100, ["a" * 40]),
    ],
)
def test_words_are_what_a_reader_would_search(text: str, found: list[str]) -> None:
    assert words(text) == found


def test_a_text_has_at_most_twelve_words() -> None:
    assert words(" ".join(f"w{number}" for number in range(50))) == [f"w{number}" for number in range(12)]


@given(TEXT)
def test_words_are_short_distinct_and_found_again(text: str) -> None:
    found = words(text)
    assert len(set(found)) == len(found) <= 12
    for word in found:
        assert 0 < len(word) <= 40
        assert words(word)[:1] == [word]


IN_ORDER = [
    "123 Campaign",
    "anna",
    "Anna",
    "Ánna",
    "Anna Bell",
    "(Annabel)",
    "de la Cruz",
    "Delacruz",
    "Éclair",
    "Eclipse",
    "Łukasz",
    "Müller",
    "Muller-Stein",
    "'t Hooft",
    "Zoe",
    "Zoé",
    "Ζωή",
    "Иван",
    "محمد",
    "김철수",
    "李",
]


def test_names_stand_in_the_order_of_the_root_collation() -> None:
    keys = [sort_key(name) for name in IN_ORDER]
    for (earlier, before), (later, after) in pairwise(zip(IN_ORDER, keys, strict=True)):
        assert before < after, f"{earlier} should stand before {later}"


def test_an_organization_is_found_without_its_article() -> None:
    assert sort_key("The Sentencing Project", ignore_article=True) == sort_key("Sentencing Project")
    assert sort_key("THE  ACLU", ignore_article=True) == sort_key("ACLU")
    assert sort_key("The", ignore_article=True) == sort_key("The")
    assert sort_key("Theatre", ignore_article=True) == sort_key("Theatre")
    assert sort_key("The Sentencing Project") != sort_key("Sentencing Project")
    assert index_letter("The Sentencing Project", ignore_article=True) == "S"


@given(LATIN)
def test_the_short_way_gives_the_same_weights(text: str) -> None:
    """Letter by letter is only right where no letter combines with the next."""
    text = unicodedata.normalize("NFC", text)
    if names._LATIN_ONLY.fullmatch(text):
        letters = [names._letter_weights(letter) for letter in text]
        assert (
            tuple(b"".join(level) for level in zip(*letters, strict=True)) == names._weights(text)[: 3 if text else 0]
        )


@given(st.lists(st.text(max_size=12), min_size=2, max_size=6))
def test_bytes_have_the_order_of_the_collator(texts: list[str]) -> None:
    """The shortened key of short texts is as good as the whole one."""
    ordered = sorted(texts, key=lambda text: WHOLE_KEY(names._from_first_letter(text, ignore_article=False)))
    assert [sort_key(text) for text in ordered] == sorted(sort_key(text) for text in texts)


@given(st.text(max_size=300))
def test_a_key_fits_its_column(text: str) -> None:
    assert len(sort_key(text)) <= 255
    assert sort_key(text) == sort_key(unicodedata.normalize("NFD", text))


@pytest.mark.parametrize(
    ("name", "letter"),
    [
        ("ada", "A"),
        ("Éclair", "E"),
        ("Łukasz", "L"),
        ("Øystein", "O"),
        ("'t Hooft", "T"),
        ("(Zoe)", "Z"),
        ("★ ﬁne", "F"),
        ("123", "*"),
        ("Иван", "*"),
        ("محمد", "*"),
        ("...", "*"),
        ("", "*"),
    ],
)
def test_a_name_stands_under_its_letter(name: str, letter: str) -> None:
    assert index_letter(name) == letter


@given(TEXT)
def test_every_name_stands_under_one_of_27_letters(text: str) -> None:
    assert index_letter(text) in set("ABCDEFGHIJKLMNOPQRSTUVWXYZ*")
