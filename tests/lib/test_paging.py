"""A cursor names a place in a list; a changed one never reaches the database as an error."""

import base64
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaign.lib.paging import BadCursor, decode, encode

SHAPES = [(bytes, int), (int,), (str, bytes, int)]
VALUES = {
    bytes: st.binary(max_size=255),
    int: st.integers(-(2**63), 2**63 - 1),
    str: st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=50),
}


def _cursor(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


@given(st.data(), st.sampled_from(SHAPES))
def test_values_come_back(data: st.DataObject, shape: tuple[type, ...]) -> None:
    values = tuple(data.draw(VALUES[kind]) for kind in shape)
    cursor = encode(values)
    assert decode(cursor, shape) == values
    assert set(cursor) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")


@given(st.text())
def test_typed_text_is_a_bad_cursor(text: str) -> None:
    for shape in SHAPES:
        with pytest.raises(BadCursor):
            decode(f"~{text}", shape)


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.floats() | st.text(), st.lists, max_leaves=4))
def test_foreign_json_is_a_place_or_a_bad_cursor(value: object) -> None:
    try:
        place = decode(_cursor(value), (str, int))
    except BadCursor:
        return
    assert [type(part) for part in place] == [str, int]
    assert "\0" not in place[0]
    assert -(2**63) <= place[1] < 2**63


@pytest.mark.parametrize(
    ("value", "shape"),
    [
        (["00"], (int,)),
        ([1], (bytes,)),
        ([True], (int,)),
        ([1.0], (int,)),
        ([2**63], (int,)),
        (["zz"], (bytes,)),
        (["a\0b"], (str,)),
        (["\ud800"], (str,)),
        ([1, 2], (int,)),
        ([], (int,)),
        ({"0": 1}, (int,)),
        ([None], (str,)),
    ],
)
def test_what_a_database_would_refuse_is_a_bad_cursor(value: object, shape: tuple[type, ...]) -> None:
    with pytest.raises(BadCursor):
        decode(_cursor(value), shape)


def test_huge_and_deep_cursors_are_refused() -> None:
    for cursor in ("A" * 100_000, base64.urlsafe_b64encode(b"[" * 2900).decode(), "\ud800", "é"):
        with pytest.raises(BadCursor):
            decode(cursor, (int,))
