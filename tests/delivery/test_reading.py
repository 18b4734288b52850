"""The PDF for who is asked to sign: made once for a text, and older ones go."""

from __future__ import annotations

import os
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import scoped_session

from campaign.delivery.operations import reading_copy
from campaign.models import Letter
from campaign.states import Refused
from tests.exports.reading import pdf_text
from tests.factories import make_letter, make_signature

Session = scoped_session[Any]


def copies(app: Flask) -> list[str]:
    """The folders of the copies there are."""
    return sorted(path.name for path in (Path(app.config["DATA_DIR"]) / "reading").iterdir())


def test_copy_is_made_once_for_a_text(app: Flask, session: Session, now: datetime) -> None:
    """p-S10: it says that it is not public, names nobody who signed, and is made anew when the letter changed."""
    letter = make_letter(state="draft")
    make_signature(letter, "Courts Watch", website="https://courts.org")
    session.commit()
    letter = session.get_one(Letter, letter.id)
    path = reading_copy(letter, now)
    words = pdf_text(path)
    assert "Notpublicyet:version1ofthetext,18June2026" in words
    assert "Stopsellingfacerecognitiontothepolice" in words
    assert "CourtsWatch" not in words
    letter = session.get_one(Letter, letter.id)
    made = path.stat().st_mtime_ns
    assert reading_copy(letter, now) == path
    assert path.stat().st_mtime_ns == made
    long_ago = (now - timedelta(days=1)).timestamp()
    os.utime(path.parent, (long_ago, long_ago))
    letter.changed_at = now
    session.commit()
    newer = reading_copy(session.get_one(Letter, letter.id), now)
    assert path.parent.name not in copies(app)
    assert newer.parent.name in copies(app)


def test_letter_without_text_has_no_copy(session: Session, now: datetime) -> None:
    """There is nothing to read."""
    letter = make_letter(state="draft")
    letter.version_id = None
    session.commit()
    with pytest.raises(Refused, match="letter_incomplete"):
        reading_copy(session.get_one(Letter, letter.id), now)
