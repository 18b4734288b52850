"""What reaches the typesetter has a glyph (e-7)."""

import pytest

from campaign.lib.printable import Printable, one_line

LATIN = frozenset({*range(0x250), 0x301, 0x640, 0xE000, 0xFFFD})


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("Zoe\u0308 O'Brien-Smith", "Zoë O'Brien-Smith"),
        ("𝐁𝐨𝐥𝐝 ﬁne №", "Bold fine No"),
        ("\u0f40\u1780\U00013000", "\ufffd\ufffd\ufffd"),
        ("a\x00b\x7fc\ufffed\ufdd0e\u0378f\ud800g", "abcdefg"),
        ("a\u202eb\u2066c\u200ed\u061ce\ufefff", "abcdef"),
        ("x\u200cy\u200dz", "x\u200cy\u200dz"),
        ("a\u2060b\ufe0fc\U000e0041d", "abcd"),
        ("one\r\ntwo\u2028three\tfour", "one two three four"),
        ("\ue000", "\ufffd"),
    ],
)
def test_every_class_of_character(typed: str, printed: str) -> None:
    clean = Printable(LATIN)
    assert clean(typed) == printed
    assert clean(typed) == printed, "the remembered answer is the same"


def test_one_line_keeps_what_a_script_needs() -> None:
    assert one_line("نام\u200cها क\u094d\u200dष") == "نام\u200cها क\u094d\u200dष"
    assert one_line("a\r\nb\x85c\u2029d\x00\ud800\u202e\u2067e\u200f") == "a b c de"
