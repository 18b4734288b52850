"""Cursors of keyset paging: the sort values of the last row shown, as url-safe text.

A cursor is no secret and needs no key: it can only name a place in a list its reader may see anyway.
A changed one gives another place or `BadCursor`, never an error of the database.
"""

import base64
import json
from collections.abc import Sequence
from typing import Any

CURSOR_LIMIT = 4_000
_INT_LIMIT = 2**63


class BadCursor(Exception):
    """The text is not a cursor of the expected shape."""


def encode(values: Sequence[bytes | str | int]) -> str:
    """The cursor of these values, in their order."""
    plain = [value.hex() if isinstance(value, bytes) else value for value in values]
    return base64.urlsafe_b64encode(json.dumps(plain, separators=(",", ":")).encode()).rstrip(b"=").decode()


def decode(cursor: str, shape: tuple[type, ...]) -> tuple[Any, ...]:
    """The values of a cursor, each of the type at its place in `shape` (bytes, str or int), or BadCursor."""
    if len(cursor) > CURSOR_LIMIT:
        raise BadCursor("too long")
    try:
        padded = cursor.encode("ascii") + b"=" * (-len(cursor) % 4)
        values = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
    except (ValueError, RecursionError) as error:
        raise BadCursor("not a cursor") from error
    if not isinstance(values, list) or len(values) != len(shape):
        raise BadCursor("not the expected number of values")
    return tuple(_value(value, kind) for value, kind in zip(values, shape, strict=True))


def _value(value: object, kind: type) -> bytes | str | int:
    """The value as its kind, if both databases can compare it: 64-bit numbers, text without NUL or surrogates."""
    if kind is int and type(value) is int and -_INT_LIMIT <= value < _INT_LIMIT:
        return value
    if kind is not int and isinstance(value, str):
        try:
            data = bytes.fromhex(value) if kind is bytes else value.encode()
        except ValueError as error:
            raise BadCursor("not text of the expected kind") from error
        if kind is bytes:
            return data
        if b"\0" not in data:
            return value
    raise BadCursor("not a value of the expected kind")
