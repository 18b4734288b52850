"""Small letters whose lists are frozen, and the packages built of them."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

from flask import current_app
from sqlalchemy import inspect

from campaign import storage
from campaign.delivery.jobs import build_now, complete_edition
from campaign.delivery.operations import begin_edition, begin_round, blank_round, round_folder
from campaign.extensions import db
from campaign.models import Edition, Letter
from tests.factories import make_letter, make_signature


def signed_letter(slug: str = "stop") -> Letter:
    """A letter with an organization, two named people and a private one."""
    letter = make_letter(slug)
    make_signature(letter, "The Open Rights Fund", website=f"https://{slug}.example.org")
    make_signature(letter, "Ada Lovelace", "ada@example.org", affiliation="Analytical Engines")
    make_signature(letter, "Zoë Abara", title="Nurse")
    make_signature(letter, "Private Marker", "private-marker@example.org", is_private=True)
    db.session.commit()
    return letter


def freeze(letter: Letter, now: datetime, **wanted: Any) -> Edition:
    """The letter's next edition, frozen batch by batch as command and job do: in a session of their own.

    So the rows that a test holds stay bound to its own.
    """
    edition_id = begin_edition(fresh(letter), by_id=None, now=now, **wanted).id
    db.session.commit()
    with current_app.app_context():
        complete_edition(edition_id, now)
    return db.session.get_one(Edition, edition_id)


def fresh(letter: Letter) -> Letter:
    """A letter as it is now, after something that let go of it."""
    identity = inspect(letter).identity
    assert identity is not None
    return db.session.get_one(Letter, identity[0])


def build(edition: Edition, now: datetime) -> Path:
    """The folder of an edition's files, built."""
    edition_id = edition.id
    db.session.commit()
    build_now(edition_id, now)
    return home(edition_id) / "files"


def begin(edition_id: int, number: int) -> Path:
    """The folder of a round of files that was begun."""
    left = begin_round(edition_id, number)
    db.session.commit()
    blank_round(edition_id, number, left)
    return round_folder(edition_id, number)


def home(edition_id: int) -> Path:
    """The folder of an edition."""
    return storage.folder("editions", str(edition_id))


def manifest_of(folder: Path) -> dict[str, Any]:
    """The manifest of a package."""
    found: dict[str, Any] = json.loads((folder / "manifest.json").read_bytes())
    return found
