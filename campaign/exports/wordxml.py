"""WordprocessingML (ECMA-376) of plain text: escaped runs, each with the font and direction of its script."""

import re
from collections.abc import Iterator
from html import escape

from campaign.lib.xmltext import xml_text

NAMESPACE = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
# What the style of a paragraph cannot say of a script: the font of its slot, and whether it is read from right to left.
# The fonts are those that come with Word; other programs take one of their own where they lack it.
_SCRIPTS: dict[str, tuple[str, str, str]] = {
    # name: the letters, properties of fonts, properties of direction
    "hebrew": ("\u0590-\u05ff\ufb1d-\ufb4f", "", "<w:rtl/>"),
    "arabic": ("\u0600-\u08ff\ufb50-\ufdff\ufe70-\ufefc", "", "<w:rtl/>"),
    "indic": ("\u0900-\u0dff\ua8e0-\ua8ff", '<w:rFonts w:cs="Nirmala UI"/>', "<w:cs/>"),
    "thai": ("\u0e00-\u0eff", '<w:rFonts w:cs="Leelawadee UI"/>', "<w:cs/>"),
    "tibetan": ("\u0f00-\u0fff", '<w:rFonts w:cs="Microsoft Himalaya"/>', "<w:cs/>"),
    "myanmar": ("\u1000-\u109f\uaa60-\uaa7f", '<w:rFonts w:cs="Myanmar Text"/>', "<w:cs/>"),
    "khmer": ("\u1780-\u17ff", '<w:rFonts w:cs="Leelawadee UI"/>', "<w:cs/>"),
    "caucasian": ("\u0530-\u058f\u10a0-\u10ff\u1c90-\u1cbf", '<w:rFonts w:ascii="Sylfaen" w:hAnsi="Sylfaen"/>', ""),
    "ethiopic": ("\u1200-\u139f\u2d80-\u2ddf", '<w:rFonts w:ascii="Ebrima" w:hAnsi="Ebrima"/>', ""),
    "hangul": ("\u1100-\u11ff\u3130-\u318f\uac00-\ud7af", '<w:rFonts w:hint="eastAsia" w:eastAsia="Batang"/>', ""),
    "kana": ("\u3040-\u30ff\u31f0-\u31ff", '<w:rFonts w:hint="eastAsia" w:eastAsia="Yu Mincho"/>', ""),
    "han": ("\u2e80-\u303f\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff", '<w:rFonts w:hint="eastAsia"/>', ""),
    "emoji": (
        "\u2600-\u27bf\U0001f000-\U0001faff",
        '<w:rFonts w:ascii="Segoe UI Emoji" w:hAnsi="Segoe UI Emoji"/>',
        "",
    ),
}
# Joiners and marks of any script stay with the letters around them; from right to left, numbers do too.
_INNER = "\u0300-\u036f\u200c\u200d\ufe00-\ufe0f"


def _span(name: str, letters: str, is_rtl: bool) -> str:
    inner, before, after = ("[ 0-9" + _INNER + "]*", "(?:[0-9]+ )?", "(?: [0-9]+)?") if is_rtl else ("", "", "")
    return f"(?P<{name}>{before}[{letters}]+(?:{inner}[{letters}{_INNER}]+)*{after})"


_SPANS = re.compile(
    "|".join(_span(name, letters, direction == "<w:rtl/>") for name, (letters, _, direction) in _SCRIPTS.items())
)
_RTL = re.compile(f"[{_SCRIPTS['hebrew'][0]}{_SCRIPTS['arabic'][0]}\U00010800-\U00010fff\U0001e800-\U0001efff]")


def runs(text: str, style: str = "", marks: str = "", raised: str = "") -> str:
    """The text as runs: one, or one for each stretch of a script that needs a font or direction of its own.

    `style` names a style of characters; `marks` and `raised` are properties that stand before and after the size.
    """
    text = xml_text(text)
    if text.isascii() or not _SPANS.search(text):
        return _run(text, style, "", marks, raised) if text else ""
    return "".join(_run(span, style, fonts, marks, raised + direction) for span, fonts, direction in _spans(text))


def _spans(text: str) -> Iterator[tuple[str, str, str]]:
    """The stretches of the text, each with its properties of fonts and of direction."""
    place = 0
    for found in _SPANS.finditer(text):
        if found.start() > place:
            yield text[place : found.start()], "", ""
        _, fonts, direction = _SCRIPTS[found.lastgroup or ""]
        yield found[0], fonts, direction
        place = found.end()
    if place < len(text):
        yield text[place:], "", ""


def _run(text: str, style: str, fonts: str, marks: str, after: str) -> str:
    named = f'<w:rStyle w:val="{style}"/>' if style else ""
    properties = f"{named}{fonts}{marks}{after}"
    opened = f"<w:r><w:rPr>{properties}</w:rPr>" if properties else "<w:r>"
    return f'{opened}<w:t xml:space="preserve">{escape(text, quote=False)}</w:t></w:r>'


def turned(text: str, is_rtl: bool) -> str:
    """Properties of a paragraph that keep a text of the other direction readable on the side where the others begin.

    `is_rtl` is how the document is read; empty for a text that is read the same way.
    """
    if not is_rtl and (text.isascii() or not _RTL.search(text)):
        return ""
    first = next((sign for sign in text if sign.isalpha()), "")
    if not first or bool(_RTL.match(first)) is is_rtl:
        return ""
    # In a paragraph that is turned, "right" is the side where its lines end.
    return f'<w:bidi w:val="{0 if is_rtl else 1}"/><w:jc w:val="right"/>'


BREAK = "<w:r><w:br/></w:r>"


def paragraph(content: str, style: str = "", more: str = "") -> str:
    """A paragraph of runs; `more` are properties of the paragraph, in the order of the schema."""
    named = f'<w:pStyle w:val="{style}"/>' if style else ""
    properties = f"<w:pPr>{named}{more}</w:pPr>" if named or more else ""
    return f"<w:p>{properties}{content}</w:p>"


def field(instruction: str, shown: str) -> str:
    """A field that a reader works out, such as the number of a page; `shown` are its runs until then."""
    code = escape(xml_text(instruction), quote=False)
    return (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
        f'<w:r><w:instrText xml:space="preserve"> {code} </w:instrText></w:r>'
        f'<w:r><w:fldChar w:fldCharType="separate"/></w:r>{shown}<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )


def link(address: str, content: str) -> str:
    """Runs that lead to an address."""
    quoted = address.replace("\\", "%5C").replace('"', "%22")
    return field(f'HYPERLINK "{quoted}"', content)


def table(rows: list[list[str]], widths: list[int], has_head: bool = False, is_ruled: bool = True) -> str:
    """A table of cells, each the XML of its paragraphs; widths in twentieths of a point, from the start side."""
    rule = '<w:{} w:val="single" w:sz="4" w:space="0" w:color="B9B9B9"/>'
    rules = "".join(rule.format(side) for side in ("top", "bottom", "insideH")) if is_ruled else ""
    borders = f"<w:tblBorders>{rules}</w:tblBorders>" if rules else ""
    columns = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    body = []
    for number, row in enumerate(rows):
        head = "<w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>" if has_head and number == 0 else ""
        cells = (
            f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/></w:tcPr>{cell}</w:tc>'
            for cell, width in zip(row, widths, strict=True)
        )
        body.append(f"<w:tr>{head}{''.join(cells)}</w:tr>")
    frame = (
        f'<w:tblPr><w:tblW w:w="{sum(widths)}" w:type="dxa"/>{borders}<w:tblLayout w:type="fixed"/>'
        '<w:tblCellMar><w:top w:w="40" w:type="dxa"/><w:bottom w:w="40" w:type="dxa"/></w:tblCellMar></w:tblPr>'
    )
    return f"<w:tbl>{frame}<w:tblGrid>{columns}</w:tblGrid>{''.join(body)}</w:tbl>"
