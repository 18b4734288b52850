"""Figures of the method page and the integrity statement (p-D4): every class of checks, counted from its rows."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import scoped_session

from campaign.extensions import db
from campaign.models import Figures
from campaign.moderation import figures, operations
from campaign.moderation.cases import Filing
from campaign.moderation.jobs import renew_figures
from campaign.moderation.operations import decide, undo
from campaign.moderation.rules import Ruling
from campaign.public.rules.method import class_parts
from campaign.signing.operations import count_fell, recount_letter, withdraw_signature
from tests.factories import make_letter, make_organizer, make_signature

Session = scoped_session[Any]


def test_every_class_is_counted_from_its_rows(session: Session, now: datetime) -> None:
    """p-D4, p-M4: held and taken off by rule, decisions with what was taken back, merges, falls, complaints."""
    letter, by = make_letter(), make_organizer().id
    other = make_letter("other")
    rows = [make_signature(letter, f"Person {number}") for number in range(5)]
    make_signature(letter, "Held", moderation="held", reasons="watched_name;honeypot")
    make_signature(letter, "Waits", moderation="waiting")
    make_signature(letter, "Gone", moderation="rejected", reasons="abusive", withdrawn_at=now)
    make_signature(other, "Elsewhere", moderation="held", reasons="addressee")
    decide(letter.id, rows[0].id, "approved", Ruling("reject", "abusive"), by_id=by, now=now)
    held = decide(letter.id, rows[1].id, "approved", Ruling("hold"), by_id=by, now=now)
    undo(letter.id, held.id, by_id=by, now=now)
    operations.merge(letter.id, rows[1].id, rows[2].id, by_id=by, now=now)
    withdraw_signature(rows[3], "", now)
    count_fell(letter.id, "invalidated", now, 40)
    filed = [
        operations.file_complaint(letter, Filing("other", "", "Name", f"a{n}@example.org", f"{n}"), now)
        for n in range(3)
    ]
    operations.dismiss(letter.id, filed[0].id, "not_found", "", by_id=by, now=now)
    operations.file_complaint(letter, Filing("other", "", "N", "trap@example.org", "x", is_trapped=True), now)
    assert figures.count_figures(letter.id, session.execute) == {
        "methods": {"mailbox": 2},
        "held": {"honeypot": 1, "waiting": 1, "watched_name": 1},
        "rejected": {"abusive": 1},
        "standing": {"held": 2, "rejected": 1},
        "decisions": {"hold": 1, "merge": 1, "reject": 1, "undo": 1},
        "undone": {"hold": 1},
        "falls": {"abusive": 1, "hold": 1, "invalidated": 40, "merged": 1, "withdrawn": 1},
        "complaints": {"": 2, "not_found": 1},
    }


def test_classes_in_words_keep_the_trap_to_themselves() -> None:
    """p-M4, T1: rules by their sentences, an unknown one as another check; nobody learns of the trap."""
    numbers: dict[str, dict[str, int]] = {
        "held": {"honeypot": 3, "watched_name": 2, "of_a_later_release": 1},
        "rejected": {},
        "decisions": {"approve": 5, "merge": 2, "undo": 1},
        "undone": {"approve": 1},
        "falls": {"merged": 2, "abusive": 1},
        "complaints": {"removed": 1, "": 4},
    }
    told = {part.name: list(part.lines) for part in class_parts(numbers)}
    assert told == {
        "held": [("On the watch list", "2"), ("Another check", "4")],
        "decided": [
            ("Approved", "4"),
            ("Merged with another signature", "2"),
            ("Taken back, and in no line above", "1"),
        ],
        "fell": [
            ("Counted with another signature of the same person or organization", "2"),
            ("Taken off by an organizer: Abusive or advertising words", "1"),
        ],
        "complaints": [("Upheld: the signature was removed.", "1"), ("Not decided yet", "4")],
    }


def test_worker_renews_what_changed(session: Session, now: datetime) -> None:
    """R7: figures follow the count, at most once a minute, and a letter that rests is left alone."""
    letter = make_letter()
    make_signature(letter)
    recount_letter(letter.id, now)
    session.commit()
    number = letter.id
    renew_figures(now + timedelta(seconds=1))
    assert db.session.get_one(Figures, number).numbers["methods"] == {"mailbox": 1}
    assert figures.letters_to_figure(now + timedelta(hours=1)) == []
    recount_letter(number, now + timedelta(seconds=2))
    session.commit()
    assert figures.letters_to_figure(now + timedelta(seconds=30)) == []
    assert figures.letters_to_figure(now + timedelta(seconds=62)) == [number]
