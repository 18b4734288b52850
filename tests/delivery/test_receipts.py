"""Receipts: a link on one's own page, a file that proves the line, and nothing for anybody else."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import scoped_session

from campaign.delivery import sealing
from campaign.delivery.package import checker
from campaign.lib import merkle
from campaign.models import Edition, Signature
from campaign.signing.messages import my_url
from campaign.signing.operations import erase_signature
from tests.delivery.sealed import build, freeze, signed_letter
from tests.factories import make_letter, make_signature

Session = scoped_session[Any]
pytestmark = pytest.mark.usefixtures("frozen")


def links(session: Session) -> dict[str, str]:
    """The address of each signature's own page, by name."""
    rows = session.scalars(select(Signature))
    return {row.name: my_url(row).partition("127.0.0.1:8000")[2] for row in rows}


def test_receipt_proves_its_line(app: Flask, session: Session, now: datetime, tmp_path: Path) -> None:
    """p-D3: from the link on one's own page to the checker that finds it good, for a private name too."""
    edition = freeze(signed_letter(), now)
    root, folder = edition.root, build(edition, now)
    client, pages = app.test_client(), links(session)
    session.rollback()
    for name in ("Ada Lovelace", "Private Marker", "The Open Rights Fund"):
        assert "Your receipt for edition 1" in client.get(pages[name]).text
        answer = client.get(f"{pages[name]}/receipts/1")
        receipt = json.loads(answer.data)
        assert set(receipt) == {"record", "salt", "index", "size", "path", "root", "edition"}
        assert (receipt["root"], receipt["size"]) == (root, 4)
        assert receipt["edition"] == {"letter": "stop", "number": 1, "time": "2026-06-18T17:00:00Z"}
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["Content-Disposition"] == 'attachment; filename="receipt-stop-e1.json"'
        line = sealing.sealed_line(receipt["record"]["public"], receipt["record"]["private_digest"])
        path = [bytes.fromhex(step) for step in receipt["path"]]
        assert merkle.holds(merkle.leaf_hash(line), receipt["index"], 4, path, bytes.fromhex(root or ""))
        file = tmp_path / "receipt.json"
        file.write_bytes(answer.data)
        code, said = checker().check(folder, file)
        assert (code, said[2]) == (0, "The receipt proves that its record is in this list.")
    private = json.loads(client.get(f"{pages['Private Marker']}/receipts/1").data)
    assert private["record"]["public"] == {"kind": "person", "seq": 4, "withheld": True}
    digest = sealing.private_digest(bytes.fromhex(private["salt"]), "private-marker@example.org", "Private Marker")
    assert private["record"]["private_digest"] == digest


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_wrong_receipt_is_found(app: Flask, session: Session, now: datetime, tmp_path: Path) -> None:
    """p-D3: an altered record, index, size or path is no proof."""
    edition = freeze(signed_letter(), now)
    folder = build(edition, now)
    page = links(session)["Ada Lovelace"]
    session.rollback()
    receipt = json.loads(app.test_client().get(f"{page}/receipts/1").data)
    other = json.loads(app.test_client().get(f"{links(session)['Zoë Abara']}/receipts/1").data)
    changed: list[Any] = [
        {**receipt, "record": {**receipt["record"], "public": {**receipt["record"]["public"], "name": "Eve"}}},
        {**receipt, "record": other["record"]},
        {**receipt, "index": 2},
        {**receipt, "index": -1},
        {**receipt, "size": 5},
        {**receipt, "path": receipt["path"][:-1]},
        {**receipt, "path": [*receipt["path"], "00" * 32]},
        {**receipt, "path": 7},
        {},
        [],
    ]
    file = tmp_path / "receipt.json"
    for wrong in changed:
        file.write_text(json.dumps(wrong), encoding="utf-8")
        assert checker().check(folder, file)[0] == 1, wrong
    file.write_text(json.dumps(receipt), encoding="utf-8")
    assert checker().check(folder, file)[0] == 0


def test_nobody_elses_receipt(app: Flask, session: Session, now: datetime, mails: Callable[..., Any]) -> None:
    """K1, T10: none for editions one is not in, for employees, after erasing, or with a forged link; GET alone."""
    letter = signed_letter()
    make_signature(letter, "Employee Marker", kind="employee")
    freeze(letter, now)
    make_signature(session.get_one(type(letter), session.scalars(select(Edition.letter_id)).one()), "Late Marker")
    elsewhere = make_signature(make_letter("elsewhere"), "Elsewhere Marker")
    session.commit()
    client, pages = app.test_client(), links(session)
    session.rollback()
    for name in ("Employee Marker", "Late Marker", "Elsewhere Marker"):
        assert client.get(f"{pages[name]}/receipts/1").status_code == 404
    assert client.get(f"{pages['Ada Lovelace']}/receipts/2").status_code == 404
    assert client.get("/my/forged/receipts/1").status_code == 404
    assert client.post(f"{pages['Ada Lovelace']}/receipts/1").status_code == 405
    assert elsewhere is not None
    erase_signature(session.scalars(select(Signature).where(Signature.name == "Ada Lovelace")).one(), now)
    mails()
    assert client.get(f"{pages['Ada Lovelace']}/receipts/1").status_code == 404
