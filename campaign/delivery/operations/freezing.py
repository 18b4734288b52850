"""Editions: a numbered list, frozen from one read transaction and never changed again."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import delete, func, insert, select, update

from campaign import storage
from campaign.decisions import record_act
from campaign.delivery import queries, rules, sealing
from campaign.delivery.rules import Wanted
from campaign.delivery.sealing import Leaf, Sealer
from campaign.exports import blanking
from campaign.exports.operations import Taken, keep_words, take_snapshot
from campaign.exports.source import Choice, Purpose
from campaign.extensions import db
from campaign.jobs import outbox
from campaign.models import Edition, EditionLeaf, Letter, Version
from campaign.states import EDITION, EditionState, Refused, advance
from campaign.storage import keep_names

# What is kept beside the list of an edition for good.
KEPT = (*blanking.FILES, sealing.TREE, sealing.FACTS)


@dataclass(frozen=True)
class Prepared:
    """A sealed snapshot that is to become an edition, in a folder of its own."""

    folder: Path
    taken: Taken
    seal: Sealer


def prepare_edition(edition: Edition, now: datetime) -> Prepared:
    """Takes and seals the snapshot of the signatories an edition wants, with nothing locked; writes to disk only."""
    folder = storage.folder("editions", f"new-{secrets.token_hex(8)}")
    text_of = edition.version_id if edition.is_current_only else None
    seal, choice = Sealer(edition.letter_id, text_of), Choice(current_only=text_of is not None)
    taken = take_snapshot(edition.letter_id, Purpose.DELIVERY, folder, now, choice, seal=seal, version_id=text_of)
    return Prepared(folder, taken, seal)


def forget_leaves(edition_id: int) -> None:
    """Throws away the leaves an interrupted freezing left."""
    db.session.execute(delete(EditionLeaf).where(EditionLeaf.edition_id == edition_id))


def leaf_batches(prepared: Prepared) -> Iterator[list[Leaf]]:
    """The leaves of a snapshot, as many at a time as one commit may hold."""
    leaves = sealing.kept_leaves(prepared.folder)
    while batch := list(islice(leaves, sealing.BATCH)):
        yield batch


def keep_leaves(edition_id: int, batch: list[Leaf]) -> None:
    """Writes some of an edition's leaves."""
    db.session.execute(insert(EditionLeaf), [{"edition_id": edition_id, **leaf._asdict()} for leaf in batch])


def freeze_edition(letter: Letter, edition: Edition, prepared: Prepared, *, by_id: int | None, now: datetime) -> None:
    """Makes snapshot and words the edition that was begun; `frozen_at` comes last.

    The leaves were written before, in batches; where one is missing, all are written again. Whoever was erased since
    the snapshot is blanked. The caller commits; the files are built by jobs.
    Raises `Refused("illegal_move")` for one that is frozen already.
    """
    lock_lists(letter.id)
    # Before a file is touched: a worker that was thought dead may have frozen it meanwhile.
    db.session.refresh(edition, with_for_update=True)
    state = advance(EDITION, edition.state, "freeze")
    taken = prepared.taken
    edition.line_count = taken.named + taken.withheld
    _complete_leaves(edition, prepared)
    _keep_files(edition, prepared)
    edition.counts = {
        **taken.counts.as_data(),
        "withheld": taken.withheld,
        "versions": prepared.seal.versions,
        **_since(edition),
    }
    edition.list_digest = taken.digest
    edition.root = prepared.seal.root
    edition.state = state
    edition.frozen_at = taken.time
    db.session.flush()
    detail = {
        "edition": edition.number,
        "lines": edition.line_count,
        "list_digest": edition.list_digest,
        "root": edition.root,
    }
    record_act(
        "edition_frozen", now=now, by_id=by_id, campaign_id=letter.campaign_id, letter_id=letter.id, detail=detail
    )
    outbox.enqueue("delivery.build", f"build:{edition.id}", {"edition": edition.id}, now=now, letter_id=letter.id)


def _since(edition: Edition) -> dict[str, Any]:
    """How many joined and left since each earlier edition: counted now, while nobody is erased from either."""
    since = []
    for number, edition_id, lines in queries.earlier_editions(edition):
        common = queries.count_common(edition_id, edition.id)
        since.append({"edition": number, "joined": edition.line_count - common, "left": lines - common})
    return {"since": since} if since else {}


def _complete_leaves(edition: Edition, prepared: Prepared) -> None:
    """All leaves are there, from here or from before; those of erased signatories know them no more."""
    mine = EditionLeaf.edition_id == edition.id
    there = db.session.scalar(select(func.count()).where(mine)) or 0
    if there != edition.line_count:
        forget_leaves(edition.id)
        for batch in leaf_batches(prepared):
            keep_leaves(edition.id, batch)
    erased = queries.erased_signatures(edition.letter_id)
    db.session.execute(
        update(EditionLeaf).where(mine, EditionLeaf.signature_id.in_(erased)).values(signature_id=None, salt=None)
    )


def _keep_files(edition: Edition, prepared: Prepared) -> None:
    """Moves the list to the edition's folder, without whoever was erased since it was taken, the words beside it."""
    folder = storage.folder("editions", str(edition.id))
    for name in KEPT:
        (prepared.folder / name).replace(folder / name)
    keep_words(edition, folder)
    erased = set(db.session.scalars(queries.erased_signatures(edition.letter_id)))
    blanking.blank(folder, erased)
    keep_names(folder)
    storage.remove("editions", prepared.folder.name)


def mark_delivered(edition: Edition, now: datetime) -> None:
    """The edition was handed over: its page is public from now on. The first time counts, a second changes nothing.

    Raises `Refused("edition_not_ready")` while it is being frozen.
    """
    db.session.refresh(edition, with_for_update=True)
    if edition.state == EditionState.BUILDING:
        raise Refused("edition_not_ready")
    if edition.state == EditionState.FROZEN:
        edition.state = advance(EDITION, edition.state, "deliver")
        edition.delivered_at = now
        db.session.flush()


def ask_for_edition(
    letter: Letter, *, by_id: int | None, now: datetime, wanted: Wanted | None = None, number: int | None = None
) -> Edition:
    """Begins the letter's next edition, and leaves the freezing to a job; or gives the one a colleague just began.

    `number` is the one that whoever asks expects. Raises `Refused` letter_incomplete, edition_differs.
    """
    edition = begin_edition(letter, by_id=by_id, now=now, wanted=wanted, number=number)
    key = f"freeze:{edition.id}"
    outbox.enqueue("delivery.freeze", key, {"edition": edition.id}, now=now, prio=outbox.SOON, letter_id=letter.id)
    return edition


def lock_lists(letter_id: int) -> None:
    """Lets one at a time freeze, or forget somebody in, the lists of a letter; until the transaction ends.

    So an erased name is found by whichever comes last: the edition is frozen by then, or the erasure can be read.
    """
    db.session.execute(select(Letter.id).where(Letter.id == letter_id).with_for_update(key_share=True))


def begin_edition(
    letter: Letter, *, by_id: int | None, now: datetime, wanted: Wanted | None = None, number: int | None = None
) -> Edition:
    """The row of the letter's next edition, still to be frozen, or the newest one where both are the same (`is_same`).

    Raises `Refused` letter_incomplete, edition_differs.
    """
    # The unique number would refuse the second of two at once otherwise.
    lock_lists(letter.id)
    last = queries.newest_edition(letter.id)
    meant = wanted or wanted_of(letter)
    if last is not None and rules.is_same(queries.as_last(last), meant, now, number):
        return last
    return _next_edition(letter, meant, by_id=by_id, now=now)


def wanted_of(letter: Letter) -> Wanted:
    """What an edition prints unless somebody says otherwise. Raises `Refused("letter_incomplete")`."""
    version = _version(letter)
    return Wanted(version.dated_on, version.place)


def _version(letter: Letter) -> Version:
    """The letter's text. Raises `Refused("letter_incomplete")`."""
    version = db.session.get(Version, letter.version_id) if letter.version_id else None
    if version is None:
        raise Refused("letter_incomplete")
    return version


def _next_edition(letter: Letter, meant: Wanted, *, by_id: int | None, now: datetime) -> Edition:
    version = _version(letter)
    last = queries.newest_edition(letter.id)
    edition = Edition(
        letter_id=letter.id,
        version_id=version.id,
        number=last.number + 1 if last else 1,
        dated_on=meant.dated_on,
        place=meant.place,
        is_current_only=meant.is_current_only,
        organizer_id=by_id,
        created_at=now,
    )
    db.session.add(edition)
    db.session.flush()
    return edition
