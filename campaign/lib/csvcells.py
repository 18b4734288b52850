"""Cells of tables, so that no text a person typed is run as a formula (OWASP, CSV injection).

``'`` in front of a cell says "text" to every spreadsheet. To have the stored text back, take one ``'`` off each cell
where only ``'`` and spaces stand before one of the signs.
"""

import re

from campaign.lib.xmltext import NOT_XML

_FORMULA = re.compile("^'*[ \u00a0\u2000-\u200a\u202f\u3000]*[=+\\-@\t\r\n＝＋－＠]")


def guarded(text: str) -> str:
    """The cell for CSV: unchanged, or with ``'`` in front where a spreadsheet would see a formula."""
    return f"'{text}" if _FORMULA.match(text) else text


def literal(text: str) -> str:
    """The cell for XLSX, whose cells are strings by type: unchanged.

    Raises ValueError for a character that XML cannot hold: it was to be cleaned when it was typed.
    """
    if found := NOT_XML.search(text):
        raise ValueError(f"a cell cannot hold U+{ord(found[0]):04X}")
    return text
