"""Lists brought onto a letter, and taken off again, on both databases."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import scoped_session

from campaign.decisions import broken_links
from campaign.models import Decision, ImportBatch, Letter, Proof, SearchWord, Signature, Suppression
from campaign.moderation import operations
from campaign.moderation.imports import ImportedEntry, read_entry
from campaign.moderation.operations import Tallied
from campaign.moderation.sheets import SheetRow
from campaign.signing import operations as signing
from campaign.signing.queries import count_public, signature_to_confirm
from campaign.states import Refused
from tests.factories import entry, make_letter, make_signature, watch
from tests.signing.acts import as_seen

Session = scoped_session[Any]


@pytest.fixture
def letter(session: Session) -> Letter:
    """An open letter."""
    return make_letter()


def rows(now: datetime, *people: tuple[str, str]) -> list[ImportedEntry]:
    """Entries of a file."""
    return [
        read_entry(SheetRow(line, {"name": name, "email": email, "affiliation": "Paper Guild"}), now)
        for line, (name, email) in enumerate(people, 2)
    ]


def bring(letter: Letter, entries: list[ImportedEntry], now: datetime, digest: str = "a" * 64) -> Tallied:
    """Import entries as the file of that digest."""
    batch = operations.start_batch(letter, digest=digest, file_name="paper.csv", basis="Signed on paper", now=now)
    tallied = Tallied()
    operations.import_entries(letter, batch, entries, tallied, now)
    return tallied


def counts(tallied: Tallied) -> tuple[int, int, int]:
    """Imported, duplicates, suppressed."""
    return tallied.imported, tallied.duplicates, tallied.suppressed


def test_imported_rows_are_a_class_of_their_own(session: Session, letter: Letter, now: datetime) -> None:
    """R5, M7: verified by `imported`, shown, searchable, and in no total."""
    assert counts(bring(letter, rows(now, ("Ada Lovelace", "ada@example.org")), now)) == (1, 0, 0)
    row = session.scalars(select(Signature)).one()
    assert (row.kind, row.verification, row.moderation, row.source) == ("imported", "verified", "approved", "import")
    proof = session.scalars(select(Proof)).one()
    batch = session.scalars(select(ImportBatch)).one()
    assert (proof.method, proof.seen) == ("imported", f"batch {batch.id}")
    assert (batch.row_count, batch.basis) == (1, "Signed on paper")
    found = count_public(letter.id)
    assert (found["imported"], found["people"], found["organizations"]) == (1, 0, 0)
    assert sorted(session.scalars(select(SearchWord.word))) == ["ada", "guild", "lovelace", "paper"]


def test_same_file_twice_changes_nothing(session: Session, letter: Letter, now: datetime) -> None:
    """M7: also when the first time was cut off in the middle."""
    people = rows(now, ("Ada", "ada@example.org"), ("Grace", "grace@example.org"), ("Joan", "joan@example.org"))
    assert counts(bring(letter, people[:2], now)) == (2, 0, 0)
    assert counts(bring(letter, people, now)) == (1, 2, 0)
    assert counts(bring(letter, people, now)) == (0, 3, 0)
    assert session.scalar(select(func.count(Signature.id))) == 3
    assert session.scalars(select(ImportBatch.row_count)).all() == [3]


def test_mailbox_in_any_kind_is_a_duplicate(session: Session, letter: Letter, now: datetime) -> None:
    """T3: aliases and tags of one mailbox are one; a pending, rejected or withdrawn signature counts too."""
    make_signature(letter, "Ada", "ada@gmail.com")
    make_signature(letter, "Guild", "office@guild.example", website="https://guild.example")
    make_signature(letter, "Pen Ding", "pending@example.org", verification="pending")
    make_signature(letter, "Re Jected", "rejected@example.org", moderation="rejected")
    make_signature(letter, "With Drawn", "gone@example.org", withdrawn_at=now)
    make_signature(letter, "Ex Pired", "expired@example.org", verification="expired")
    make_signature(make_letter("other"), "Elsewhere", "elsewhere@example.org")
    people = rows(
        now,
        ("Ada", "A.D.A+paper@googlemail.com"),
        ("Guild", "Office@guild.example"),
        ("Pen", "pending@example.org"),
        ("Re", "rejected@example.org"),
        ("With", "gone@example.org"),
        ("Ex", "expired@example.org"),
        ("Else", "elsewhere@example.org"),
        ("Twice", "twice@example.org"),
        ("Twice again", "Twice@example.org"),
    )
    assert counts(bring(letter, people, now)) == (3, 6, 0)
    names = session.scalars(select(Signature.name).where(Signature.kind == "imported").order_by(Signature.id)).all()
    assert list(names) == ["Ex", "Else", "Twice"]


def test_who_must_not_come_back_stays_out(session: Session, letter: Letter, now: datetime) -> None:
    """T23: an erased person and one who said "not me" return by no list; another letter's word does not bind."""
    for email in ("erased@example.org", "not-me@example.org"):
        row = make_signature(letter, "Somebody", email)
        (signing.erase_signature if email.startswith("erased") else signing.refuse_signature)(row, now)
    other = make_signature(make_letter("other"), "Else", "else@example.org")
    signing.refuse_signature(other, now)
    assert session.scalar(select(func.count(Suppression.id))) == 3
    people = rows(now, ("A", "erased@example.org"), ("B", "not-me@example.org"), ("C", "else@example.org"))
    assert counts(bring(letter, people, now)) == (1, 0, 2)


def test_confirming_later_takes_the_imported_row_over(session: Session, letter: Letter, now: datetime) -> None:
    """Product section 4: the person's own signature counts, and the imported one no more."""
    bring(letter, rows(now, ("Ada", "ada@example.org")), now)
    signing.sign_letter(letter.id, entry(), now)
    own = session.scalars(select(Signature).where(Signature.kind == "person")).one()
    signing.confirm_signature(signature_to_confirm(own.id), own.generation, as_seen(own.id), now)
    found = count_public(letter.id)
    assert (found["people"], found["imported"]) == (1, 0)
    assert counts(bring(letter, rows(now, ("Ada", "ada@example.org")), now)) == (0, 1, 0)


def test_whole_batch_is_removed_by_one_decision(session: Session, letter: Letter, now: datetime) -> None:
    """M7: everything of it leaves, nothing else; the same file may come again, but nobody who withdrew."""
    make_signature(letter, "Own Hand", "own@example.org")
    bring(letter, rows(now, ("Other", "other@example.org")), now, digest="b" * 64)
    people = rows(now, ("Ada", "ada@example.org"), ("Grace", "grace@example.org"))
    bring(letter, people, now)
    withdrawn = session.scalars(select(Signature).where(Signature.name == "Grace")).one()
    signing.withdraw_signature(withdrawn, "", now)
    batch = session.scalars(select(ImportBatch).where(ImportBatch.digest == "a" * 64)).one()
    later = now + timedelta(hours=1)
    assert operations.remove_batch(letter.id, batch.id, by_id=None, now=later) == 1
    session.expire_all()
    found = count_public(letter.id)
    assert (found["people"], found["imported"]) == (1, 1)
    assert "ada" not in set(session.scalars(select(SearchWord.word)))
    decision = session.scalars(select(Decision)).one()
    assert (decision.act, decision.signature_id, broken_links(letter.id)) == ("remove_batch", None, [])
    assert counts(bring(letter, people, later)) == (1, 1, 0)
    assert session.get_one(ImportBatch, batch.id).row_count == 1


def test_batches_are_scoped_and_empty_ones_refuse(session: Session, letter: Letter, now: datetime) -> None:
    """T18: another letter's file is not found."""
    other = make_letter("other")
    bring(letter, rows(now, ("Ada", "ada@example.org")), now)
    batch = session.scalars(select(ImportBatch)).one()
    for letter_id, reason in ((other.id, "not_found"), (letter.id, None), (letter.id, "nothing_to_undo")):
        if reason is None:
            operations.remove_batch(letter_id, batch.id, by_id=None, now=now)
            continue
        with pytest.raises(Refused) as refused:
            operations.remove_batch(letter_id, batch.id, by_id=None, now=now)
        assert refused.value.reason == reason


@pytest.mark.parametrize(
    ("state", "reason"),
    [
        ("draft", None),
        ("open", None),
        ("closed", None),
        ("archived", "letter_not_open"),
        ("removed", "letter_not_open"),
    ],
)
def test_letters_that_take_no_list(session: Session, now: datetime, state: str, reason: str | None) -> None:
    """A letter that is over or taken down stays as it is; consent has to be said."""
    letter = make_letter("one", state)
    if reason is None:
        assert counts(bring(letter, rows(now, ("Ada", "ada@example.org")), now)) == (1, 0, 0)
        return
    with pytest.raises(Refused) as refused:
        bring(letter, [], now)
    assert refused.value.reason == reason


def test_basis_is_required(session: Session, letter: Letter, now: datetime) -> None:
    """K5: no list without saying how these people consented."""
    with pytest.raises(Refused) as refused:
        operations.start_batch(letter, digest="c" * 64, file_name="x.csv", basis="  ", now=now)
    assert refused.value.reason == "needs_reason"


def test_names_that_are_watched_are_held(session: Session, letter: Letter, now: datetime) -> None:
    """T1: a forged notable never reaches the list, by a file neither; the others of the file are shown."""
    watch(letter, "Cher")
    batch = operations.start_batch(letter, digest="d" * 64, file_name="list.csv", basis="Signed on paper.", now=now)
    people = rows(now, ("Cher", "c@example.org"), ("Jeffrey Bezos", "j@example.org"), ("Ada Lovelace", "a@example.org"))
    operations.import_entries(letter, batch, people, Tallied(), now)
    found = session.execute(select(Signature.moderation, Signature.reasons).order_by(Signature.id)).all()
    assert [tuple(row) for row in found] == [("held", "watched_name"), ("held", "addressee"), ("approved", "")]
    assert count_public(letter.id)["imported"] == 1
    assert {word for (word,) in session.execute(select(SearchWord.word))} == {"ada", "lovelace", "paper", "guild"}
