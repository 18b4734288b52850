"""Typed names: cleaned without losing anything that can be seen (D7, T7, hostile class Names)."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaign.lib.names import BadText, clean_text, flags

REAL_NAMES = [
    "X",
    "Ó",
    "O'Brien",
    "D’Angelo",
    "Jean-Luc",
    "María-José Carreño Quiñones",
    "Ludwig van Beethoven",
    "de la Cruz",
    "'t Hooft",
    "Nguyễn Thị Minh Khai",
    "Þórbjörg Ægisdóttir",
    "Łukasz Żółć",
    "Sukarno",
    "ʻAkahi Kaʻōpua",
    "ǃXóõ",
    "J.R.R. Tolkien",
    "St.John Philby",
    "Martin Luther King, Jr.",
    "Renée Łaski (she/her)",
    "X Æ A-12",
    "bell hooks",
    "McDONALD",
    "Адріана Щур",
    "Γιώργος Παπαδόπουλος",
    "Հայկ Պետրոսյան",
    "გიორგი მაისურაძე",
    "דָּוִד בֶּן־גּוּרִיּוֹן",
    "مُحَمَّد عبد الله",
    "علی‌رضا قربانی",
    "हिन्दी नाम श्री",
    "ক্ষুদিরাম র‍্যাব",
    "ਗੁਰਪ੍ਰੀਤ ਸਿੰਘ",
    "தமிழ்ச்செல்வன்",
    "ശ്രീകുമാര്‍",
    "ශ්‍රී ලංකා",
    "สมชาย น้ำใจ",
    "ລາວ",
    "བསྟན་འཛིན་རྒྱ་མཚོ",
    "မြန်မာ",
    "ភាសាខ្មែរ",
    "አማርኛ",
    "ᏣᎳᎩ",
    "ᠮᠣᠩᠭᠣᠯ",
    "山田　太郎",
    "葛\U000e0100城",
    "毛泽东",
    "𠮷野家",
    "김철수",
    "ガンダム",
    "𞤀𞤣𞤤𞤢𞤥",
    "ቴዎድሮስ",
    "Wolfeschlegelstein" + "hausenberger" * 14,
]


@pytest.mark.parametrize("name", REAL_NAMES)
def test_a_real_name_passes_unchanged(name: str) -> None:
    assert clean_text(name, 200, refuse_links=True) == unicodedata.normalize("NFC", name)


@pytest.mark.parametrize(
    "organization",
    [
        "Amazon.com",
        "ver.di Jugend",
        "ver.di/IG Metall",
        "AT&T",
        "R&D;Co",
        "I <3 Privacy",
        "Yahoo!",
        "50/50 Campaign",
        "[ka:media] interactive",
        "Access Now / Berlin",
        "Fairtrade®",
        "C++ Alliance",
        "@change",
        "Dept. of Law, N.Y.U.",
    ],
)
def test_an_odd_but_honest_organization_passes(organization: str) -> None:
    assert clean_text(organization, 200, refuse_links=True) == organization


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Ada \t\r\n Lovelace\u2028", "Ada Lovelace"),
        ("Ada\nBcc: eve", "Ada Bcc: eve"),
        ("Zoe\u0308", "Zoë"),
        ("Ada\u202e\u2066\u200f\u061c Lovelace", "Ada Lovelace"),
        ("A\u200bd\u2060a\ufeff\u00ad", "Ada"),
        ("A\x00d\x07a\x7f\x9b", "Ada"),
        ("Ada\ud800\udc00", "Ada"),
        ("Ada\ue000\U000f0000\ufdd0\U0001ffff", "Ada"),
        ("A\u200dd\u200ca", "Ada"),
        ("A\ufe0fd\U000e0100a", "Ada"),
        ("Ada\u3164\u2800\uffa0\u115f", "Ada"),
        ("Ada \u2713", "Ada"),
        ("\u2705 Ada \u2714\ufe0f", "Ada"),
        ("A\u0336d\u0336a", "A\u0336d\u0336a"),
        ("a" + "\u0323" * 40 + "b", "\u1ea1" + "\u0323" * 8 + "b"),
        ("Ada  Lovelace\u00a0King", "Ada Lovelace King"),
        ("Ada\U000e0041\U000e007f", "Ada"),
        ("", ""),
        (" \u00a0\n", ""),
    ],
)
def test_what_cannot_be_seen_is_dropped(typed: str, kept: str) -> None:
    assert clean_text(typed, 200, refuse_links=True) == kept


def test_a_comment_keeps_breaks_joined_emoji_and_ticks() -> None:
    typed = "First line  \r\n\u2028\r\n\r\nSecond:\t\u2705 \U0001f469\u200d\U0001f692\x0b done\n"
    kept = "First line\n\nSecond: \u2705 \U0001f469\u200d\U0001f692\ndone"
    assert clean_text(typed, 500, allow_breaks=True) == kept
    assert clean_text("See https://example.org <b>", 500) == "See https://example.org <b>"


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("a" * 201, "too_long"),
        ("a" * 10_000_000, "too_long"),
        ("\u200b", "nothing_visible"),
        ("\u0301\u0301", "nothing_visible"),
        ("\x00\x01", "nothing_visible"),
        ("\u3164", "nothing_visible"),
        ("\u2713 \u2714\ufe0f", "nothing_visible"),
        ("Buy http://example.org", "links"),
        ("HTTPS://EXAMPLE.ORG", "links"),
        ("www.example.org", "links"),
        ("ｗｗｗ．example.org", "links"),
        ("Cheap (example.org/pills)", "links"),
        ("t\u200b.me/casino", "links"),
        ("münchen.de/x", "links"),
        ("mailto:ada@x", "links"),
        ("Ada ada@example.org", "links"),
        ("<b>Ada</b>", "markup"),
        ("Ada<!-- -->", "markup"),
        ("＜script＞", "markup"),
        ("&#60;b", "markup"),
        ("Ada &lt;", "markup"),
        ("[Ada](x)", "markup"),
        ("[url=x]Ada", "markup"),
    ],
)
def test_what_cannot_stand_as_a_name_is_refused(typed: str, reason: str) -> None:
    with pytest.raises(BadText) as caught:
        clean_text(typed, 200, refuse_links=True)
    assert caught.value.reason == reason


@pytest.mark.parametrize(
    "name", ["=2+5", "{{ config }}", "#import", "\\input{x}", "${x}", "'; DROP TABLE", "%s%n", "../etc"]
)
def test_the_syntax_of_an_engine_is_only_text(name: str) -> None:
    """T15: it comes out literally, so it goes in literally."""
    assert clean_text(name, 200, refuse_links=True) == name


TYPED = st.text(
    st.one_of(
        st.characters(),
        st.sampled_from(
            "\u200d\u200c\ufe0f\U000e0100\u0301\u0323\u094d\u0d4d\n\r\t \u3000\u00a0aÅक한☺\u115f\ud800\u0958"
        ),
    ),
    max_size=60,
)


@given(TYPED, st.booleans(), st.booleans())
def test_cleaned_text_is_safe_and_clean_for_good(typed: str, allow_breaks: bool, refuse_links: bool) -> None:
    try:
        cleaned = clean_text(typed, 300, allow_breaks, refuse_links)
    except BadText:
        return
    assert clean_text(cleaned, 300, allow_breaks, refuse_links) == cleaned
    assert cleaned == unicodedata.normalize("NFC", cleaned).strip()
    assert {unicodedata.category(sign) for sign in cleaned.replace("\n", "")} <= ALLOWED_CATEGORIES
    assert allow_breaks or not set(cleaned) & set("\n\r\v\f\x85\u2028\u2029")
    cleaned.encode()


ALLOWED_CATEGORIES = {"Lu", "Ll", "Lt", "Lm", "Lo", "Mn", "Mc", "Me", "Nd", "Nl", "No", "Zs", "Cf", "Cn"} | {
    *("Pc", "Pd", "Ps", "Pe", "Pi", "Pf", "Po", "Sm", "Sc", "Sk", "So")
}


@given(st.text(st.characters(categories=["Lu", "Ll", "Lt", "Lo", "Nd"]), min_size=1, max_size=60))
def test_no_letter_is_ever_lost(typed: str) -> None:
    kept = clean_text(typed, 300)
    letters = "".join(sign for sign in typed if sign not in "\u115f\u1160\u3164\uffa0")
    assert kept == unicodedata.normalize("NFC", letters)


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("Ada Lovelace", ()),
        ("Аda Lovelace", ("mixed_scripts",)),
        ("Αda", ("mixed_scripts",)),
        ("Анна Smith", ()),
        ("Tシャツ株式会社", ()),
        ("Ka김", ()),
        ("김α", ("mixed_scripts",)),
        ("ﬁne 𝐁𝐨𝐥𝐝", ()),
        ("Louis XIV 2", ("digits",)),
        ("٣", ("digits", "no_letters")),
        ("★ Ada", ("symbols",)),
        ("...", ("no_letters",)),
        ("=HYPERLINK(1)", ("digits", "looks_like_formula")),
        ("＝x", ("looks_like_formula",)),
        ("-Ada", ("looks_like_formula",)),
        ("@ada", ("looks_like_formula",)),
        ("Amazon.com", ("looks_like_link",)),
        ("(example.co.uk)", ("looks_like_link",)),
        ("J.R.R. Tolkien", ()),
        ("ver.di", ()),
    ],
)
def test_a_moderator_is_told_what_is_odd(name: str, found: tuple[str, ...]) -> None:
    assert flags(name) == found
