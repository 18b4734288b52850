"""Method `employee_code`: a single-use code out of a batch that colleagues hand on. Only a keyed hash is stored."""

from __future__ import annotations

import secrets

from campaign.lib import tokens

METHOD = "employee_code"
# Nothing that is read as something else on paper: no 0, 1, i, l, o.
_SIGNS = "23456789abcdefghjkmnpqrstuvwxyz"
_GROUPS, _GROUP = 3, 4
# In one batch.
MOST_CODES = 500


def new_code() -> str:
    """A fresh code of 59 bits, like `k7mp-2xqa-9rtd`."""
    return "-".join("".join(secrets.choice(_SIGNS) for _ in range(_GROUP)) for _ in range(_GROUPS))


def plain(typed: str) -> str:
    """What was typed as it is compared: small letters and digits alone."""
    return "".join(sign for sign in typed.lower() if sign.isalnum())


def code_hash(key: bytes, typed: str) -> str:
    """What is stored of a code, under the letter's key."""
    return tokens.mac(key, "employee code", plain(typed)).hex()
