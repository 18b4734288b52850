"""No cell starts a formula, and the typed text can be had back (T14, R8)."""

import re

import pytest

from campaign.lib.csvcells import guarded, literal


@pytest.mark.parametrize(
    "typed",
    ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\rx", "\nx", "  @SUM", "＝cmd", "\u3000＋1", "'=1", "''-2", "－x", "＠x"],
)
def test_formulas_are_guarded_and_recoverable(typed: str) -> None:
    assert guarded(typed) == f"'{typed}"
    assert re.sub("^'(?='*\\s*[=+\\-@\t\r\n＝＋－＠])", "", guarded(typed)) == typed


@pytest.mark.parametrize("typed", ["", "Ada Lovelace", "O'Brien", "'t Hooft", "a=b", "Smith-Jones", "1@2", "  x"])
def test_names_are_left_alone(typed: str) -> None:
    assert guarded(typed) == typed


def test_literal_changes_nothing() -> None:
    assert literal("=1+1 <w:br/> & \t\n") == "=1+1 <w:br/> & \t\n"


@pytest.mark.parametrize("typed", ["a\x00", "\x0b", "\ud800", "\uffff"])
def test_literal_refuses_what_xml_cannot_hold(typed: str) -> None:
    with pytest.raises(ValueError, match=r"U\+"):
        literal(typed)
