"""What a test needs beside Python: `make test` fails without it, plain `pytest` leaves the test out."""

from __future__ import annotations

import os
from typing import NoReturn

import pytest

STRICT = os.environ.get("UNDERSIGNED_TEST_STRICT") == "1"


def missing(sentence: str) -> NoReturn:
    """Stop this test with one sentence that names the cure."""
    if STRICT:
        pytest.fail(sentence, pytrace=False)
    pytest.skip(sentence)
