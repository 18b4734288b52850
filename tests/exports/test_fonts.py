"""The fonts we ship are the ones that were checked, and they print what is promised (e-5)."""

import hashlib
import tomllib

import pytest
from fontTools.ttLib import TTFont

from campaign.exports import glyphs
from config import ROOT

PACKAGES = tomllib.loads((ROOT / "vendor" / "fonts.toml").read_text(encoding="utf-8"))["package"]
FILES = {file["to"]: file["sha256"] for package in PACKAGES for file in package["files"]}


def test_shipped_files_are_the_listed_ones() -> None:
    shipped = [path for path in glyphs.FOLDER.rglob("*") if path.is_file()]
    assert {
        str(path.relative_to(glyphs.FOLDER)): hashlib.sha256(path.read_bytes()).hexdigest() for path in shipped
    } == FILES


def test_licence_stands_beside_each_family() -> None:
    families = {name.rsplit("-", 1)[0] for name in FILES}
    for family in families:
        text = (glyphs.FOLDER / f"{family}-LICENSE.txt").read_text(encoding="utf-8")
        assert "SIL OPEN FONT LICENSE" in text.upper()


def test_every_font_has_truetype_outlines() -> None:
    for name in FILES:
        if name.endswith(".ttf"):
            with TTFont(glyphs.FOLDER / name, lazy=True) as font:
                assert "glyf" in font
                assert "CFF " not in font


PROMISED = """Łódź ŵ Ạ|Ελένη ἀρχή|Анна Ї Ғ|محمد پگاه|נועה|अनन्या|রবী|கமலா|สมชาย|Արամ|ნინო|አበበ
山田|王小明|김민준|😀|“”–…•\ufffd""".replace("\n", "|").split("|")


@pytest.mark.parametrize("text", PROMISED)
def test_promised_scripts_are_covered(text: str) -> None:
    assert glyphs.printable(glyphs.folders())(text) == text


def test_han_follows_the_language_of_the_letter() -> None:
    order = {language: glyphs.families(glyphs.folders(), language) for language in ("en", "ja", "zh-Hant", "ko")}
    assert {
        language: next(name for name in names if name[-2:] in {"JP", "SC", "KR"}) for language, names in order.items()
    } == {
        "en": "Noto Serif JP",
        "ja": "Noto Serif JP",
        "zh-Hant": "Noto Serif SC",
        "ko": "Noto Serif KR",
    }
    assert all(names[0] == "Source Serif 4" for names in order.values())
    assert len({frozenset(names) for names in order.values()}) == 1
