"""Proof of work: asked only where it is switched on, taken once, and never a reason to refuse."""

from __future__ import annotations

import base64
import json
from datetime import timedelta
from typing import Any

import altcha
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import scoped_session

from campaign.models import GuardEntry, Signature, UsedChallenge
from campaign.signing import operations
from campaign.signing.proofs import make_challenge, read_proof
from tests.factories import NOW, make_letter
from tests.signing.acts import sign

Session = scoped_session[Any]


def solve(challenge: dict[str, Any]) -> str:
    """What the script of the form sends."""
    puzzle = altcha.Challenge.from_dict(challenge)
    solution = altcha.solve_challenge(puzzle)
    assert solution is not None
    return altcha.Payload(puzzle, solution).to_base64()


def reasons(session: Session) -> list[str]:
    """What pending signatures keep."""
    return list(session.scalars(select(Signature.reasons).order_by(Signature.id)))


@pytest.fixture
def asking(session: Session, frozen: Any) -> None:
    """A letter that asks for proofs."""
    make_letter(asks_proof=True)
    session.commit()


def test_form_asks_only_when_switched_on(client: FlaskClient, session: Session, frozen: Any) -> None:
    """x-B1: the script is loaded only then; the page stays one that proxies may keep."""
    letter = make_letter()
    for page in ("/letters/stop", "/letters/stop/sign", "/letters/stop/sign/organization"):
        assert "proof.js" not in client.get(page).text
    letter.asks_proof, letter.changed_at = True, NOW
    session.commit()
    for page in ("/letters/stop", "/letters/stop/sign", "/letters/stop/sign/organization"):
        answer = client.get(page)
        assert answer.text.count("js/proof.js") == 1
        assert 'data-proof="/letters/stop/sign/challenge"' in answer.text
        assert answer.headers["Cache-Control"] == "public, max-age=30"


def test_proof_is_taken_once(client: FlaskClient, session: Session, asking: None) -> None:
    """p-V5: solved it passes; the same once more, or none, is held and not refused (x-B10)."""
    puzzle = client.get("/letters/stop/sign/challenge")
    assert (puzzle.status_code, puzzle.headers["Cache-Control"]) == (200, "no-store")
    proof = solve(puzzle.get_json())
    answers = [
        sign(client, email=f"p{n}@example.org", altcha=given).status_code for n, given in enumerate((proof, proof, ""))
    ]
    assert answers == [303, 303, 303]
    assert reasons(session) == ["", "no_proof", "no_proof"]
    assert session.scalar(select(func.count()).select_from(UsedChallenge)) == 1


def test_puzzles_store_nothing(client: FlaskClient, session: Session, asking: None) -> None:
    """A GET never writes: a flood of puzzles costs no row."""
    first, second = (client.get("/letters/stop/sign/challenge").get_json() for _time in range(2))
    assert first["parameters"]["nonce"] != second["parameters"]["nonce"]
    assert session.scalar(select(func.count()).select_from(UsedChallenge)) == 0
    assert client.post("/letters/stop/sign/challenge").status_code == 405
    assert client.get("/letters/nothing/sign/challenge").status_code == 404
    make_letter("closed", "closed")
    assert client.get("/letters/closed/sign/challenge").status_code == 404


def test_what_is_no_proof(app: Flask, session: Session, frozen: Any) -> None:
    """Of this letter, of this hour, ours, and solved."""
    proof = solve(make_challenge(1, NOW))
    assert len(read_proof(proof, 1, NOW)) == 64
    assert read_proof(proof, 2, NOW) == ""
    assert read_proof(proof, 1, NOW + timedelta(hours=1)) == ""
    given = json.loads(base64.b64decode(proof))

    def changed(**parts: Any) -> str:
        """The proof with something else in it."""
        parameters = {**given["challenge"]["parameters"], **parts.get("parameters", {})}
        solution = {**given["solution"], **parts.get("solution", {})}
        whole = {"challenge": {**given["challenge"], "parameters": parameters}, "solution": solution}
        return base64.b64encode(json.dumps(whole).encode()).decode()

    assert read_proof(changed(), 1, NOW) != ""
    spoilt = [
        changed(parameters={"keyPrefix": ""}),
        changed(parameters={"cost": 1}),
        changed(parameters={"cost": 10**9}),
        changed(parameters={"expiresAt": NOW.timestamp() + 10**6}),
        changed(parameters={"expiresAt": "never"}),
        changed(parameters={"data": {"letter": 2}}),
        changed(solution={"counter": given["solution"]["counter"] + 1}),
        changed(solution={"counter": "1"}),
        changed(solution={"derivedKey": "00" * 32}),
        "x",
        "e30=",
        base64.b64encode(b'{"challenge": []}').decode(),
        base64.b64encode(b"[" * 2000).decode(),
        "A" * 10_000,
    ]
    assert [read_proof(payload, 1, NOW) for payload in spoilt] == [""] * len(spoilt)


def test_trusted_need_none(client: FlaskClient, session: Session, asking: None) -> None:
    """p-V5: a campus that is known signs as always."""
    session.add(GuardEntry(side="trusted", kind="domain", value="*.edu", shown="*.edu", added_at=NOW))
    session.commit()
    assert sign(client, email="ada@mit.edu").status_code == 303
    assert reasons(session) == [""]


def test_used_puzzles_are_forgotten(client: FlaskClient, session: Session, asking: None) -> None:
    """They are kept until they are over, an hour."""
    assert sign(client, altcha=solve(client.get("/letters/stop/sign/challenge").get_json())).status_code == 303
    operations.forget_networks(NOW + timedelta(minutes=59))
    assert session.scalar(select(func.count()).select_from(UsedChallenge)) == 1
    operations.forget_networks(NOW + timedelta(minutes=61))
    assert session.scalar(select(func.count()).select_from(UsedChallenge)) == 0
