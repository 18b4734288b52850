"""A proof of work: a puzzle that costs a browser seconds and us nothing to check, by the ALTCHA protocol.

Nothing is stored when a puzzle is given out: it is signed, bound to its letter, and over after an hour. Only what was
taken is kept, so that it is taken once.
"""

from __future__ import annotations

import base64
import hashlib
import json
from datetime import datetime, timedelta
from typing import Any

import altcha

from campaign.links import key_of

LIFE = timedelta(hours=1)
# About 4,096 tries of a thousand rounds each: a second or two in a browser, a third of a millisecond to check.
ALGORITHM, ROUNDS, PREFIX = "PBKDF2/SHA-256", 1_000, "000"
LONGEST = 4_000


def make_challenge(letter_id: int, now: datetime) -> dict[str, Any]:
    """A fresh puzzle for a letter's form."""
    made = altcha.create_challenge(
        ALGORITHM,
        ROUNDS,
        key_prefix=PREFIX,
        expires_at=now + LIFE,
        data={"letter": letter_id},
        hmac_secret=_secret(),
    )
    return made.to_dict()


def read_proof(payload: str, letter_id: int, now: datetime) -> str:
    """The digest a solved puzzle of this letter is remembered by, used or not; "" for anything else."""
    if not payload or len(payload) > LONGEST:
        return ""
    try:
        parameters = json.loads(base64.b64decode(payload, validate=True))["challenge"]["parameters"]
        # What we gave out, and nothing that costs us more to check; its signature is checked below.
        is_ours = (
            parameters["data"] == {"letter": letter_id}
            and (parameters["algorithm"], parameters["cost"], parameters["keyPrefix"]) == (ALGORITHM, ROUNDS, PREFIX)
            and now.timestamp() < parameters["expiresAt"]
        )
        if not is_ours or not altcha.verify_solution(payload, _secret()).verified:
            return ""
    except (ValueError, KeyError, TypeError, RecursionError):
        return ""
    return hashlib.sha256(f"{parameters['nonce']}{parameters['salt']}".encode()).hexdigest()


def _secret() -> str:
    return key_of("proof of work").hex()
