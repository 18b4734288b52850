"""Seals the list of an edition while it is taken: a salt for each line, its leaf, and the tree over all leaves.

A line of a sealed list is ``{"private_digest","public"}``, and its leaf the hash of just these bytes, so that the list
alone leads to the root. The private digest binds mailbox and typed name without telling them: SHA-256 of 0x02, a salt
of 128 random bits, and the canonical JSON (RFC 8785) of both. Withheld lines come last, shuffled once.
"""

from __future__ import annotations

import hashlib
import os
import random
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import rfc8785
from sqlalchemy import Connection, select

from campaign.delivery import integrity
from campaign.exports import blanking, snapshot
from campaign.exports.snapshot import Record, Written
from campaign.lib import merkle
from campaign.models import Signature
from campaign.storage import part

# Beside the list until the edition is frozen: what the rows of its leaves will hold.
LEAVES = "leaves.txt"
# Beside the list for good: the nodes of the tree, from which receipts are read.
TREE = "tree"
FACTS = "integrity.json"
PRIVATE = b"\x02"
SALT_BYTES = 16
# So many leaves are written in one commit, and so many signatures are asked for at once.
BATCH = 1_000


class Leaf(NamedTuple):
    """One line as it was hashed."""

    seq: int
    signature_id: int
    salt: str
    leaf: str


@dataclass
class Sealer:
    """Seals one list; the counts of each accepted version are read in the same moment."""

    letter_id: int
    # The version whose text alone the list is of; None for everybody.
    text_of: int | None = None
    root: str = ""
    versions: list[dict[str, int]] = field(default_factory=list)

    def __call__(self, connection: Connection, folder: Path, hidden: Sequence[int]) -> Written:
        """Puts every line into its seal, and leaves and tree beside the list."""
        ids = blanking.named_ids(folder)
        path, digest = folder / snapshot.FILE_NAME, hashlib.sha256()
        leaves: list[bytes] = []
        with part(path) as unfinished, unfinished.open("wb") as file, (folder / LEAVES).open("w") as told:
            for batch in _batches(_lines(path, ids, hidden)):
                for record, signature_id, (email, name) in _with_private(connection, batch):
                    salt = secrets.token_bytes(SALT_BYTES)
                    text = sealed_line(record, private_digest(salt, email, name))
                    leaves.append(merkle.leaf_hash(text))
                    digest.update(text + b"\n")
                    file.write(text + b"\n")
                    told.write(f"{record['seq']} {signature_id} {salt.hex()} {leaves[-1].hex()}\n")
        self.root = _write_tree(folder / TREE, leaves).hex()
        self.versions = integrity.versions_in(connection, self.letter_id)
        integrity.write(folder / FACTS, integrity.facts_in(connection, self.letter_id, self.text_of))
        return Written(digest.hexdigest(), len(ids), len(hidden), 0)


def private_digest(salt: bytes, email: str, name: str) -> str:
    """What a line says of the mailbox and of the name as it was typed."""
    return hashlib.sha256(PRIVATE + salt + rfc8785.dumps({"email": email, "name": name})).hexdigest()


def sealed_line(record: Record, digest: str) -> bytes:
    """The bytes a leaf is the hash of, without the LF that ends the line."""
    return snapshot.line({"private_digest": digest, "public": record}).rstrip(b"\n")


def kept_leaves(folder: Path) -> Iterator[Leaf]:
    """What the sealer noted of each line, in order."""
    with (folder / LEAVES).open(encoding="ascii") as told:
        for text in told:
            seq, signature_id, salt, leaf = text.split()
            yield Leaf(int(seq), int(signature_id), salt, leaf)


def path_of(tree: Path, index: int, size: int) -> list[str]:
    """The inclusion path of a leaf, as hex: as many short reads as the tree has levels."""
    with tree.open("rb") as file:

        def node(place: int) -> str:
            file.seek(place * merkle.SIZE)
            return file.read(merkle.SIZE).hex()

        return [node(place) for place in merkle.siblings(index, size)]


def _lines(path: Path, ids: Sequence[int], hidden: Sequence[int]) -> Iterator[tuple[Record, int]]:
    """Each record and the signature behind it, the withheld ones in an order that tells nothing."""
    records = snapshot.records(path)
    yield from zip(islice(records, len(ids)), ids, strict=True)
    withheld = list(zip(records, hidden, strict=True))
    random.SystemRandom().shuffle(withheld)
    for seq, (record, signature_id) in enumerate(withheld, len(ids) + 1):
        yield {**record, "seq": seq}, signature_id


def _batches(lines: Iterator[tuple[Record, int]]) -> Iterator[list[tuple[Record, int]]]:
    while batch := list(islice(lines, BATCH)):
        yield batch


def _with_private(
    connection: Connection, batch: Sequence[tuple[Record, int]]
) -> Iterator[tuple[Record, int, tuple[str, str]]]:
    rows = connection.execute(
        select(Signature.id, Signature.email, Signature.name_typed, Signature.name).where(
            Signature.id.in_([signature_id for _, signature_id in batch])
        )
    )
    private = {row.id: (row.email or "", row.name_typed or row.name) for row in rows}
    return ((record, signature_id, private[signature_id]) for record, signature_id in batch)


def _write_tree(path: Path, leaves: Sequence[bytes]) -> bytes:
    """Writes the nodes level by level, and answers the root."""
    root = merkle.EMPTY
    with path.open("wb") as file:
        for level in merkle.levels(leaves):
            file.write(b"".join(level))
            root = level[0]
        file.flush()
        os.fsync(file.fileno())
    return root
