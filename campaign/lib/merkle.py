"""The Merkle tree of a list (RFC 9162 section 2.1), kept as one row of nodes so that a path is a few short reads.

The row holds the leaves, then the nodes above them, level by level, up to the root. A last node without a neighbour
goes up as it is, which gives the tree of the standard.

The product writes `levels` and reads `siblings`; `root` and `holds` are the definition that tests and bench check
these, the seal and the receipts against.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence

SIZE = 32
LEAF, NODE = b"\x00", b"\x01"
EMPTY = hashlib.sha256(b"").digest()


def leaf_hash(record: bytes) -> bytes:
    """The leaf of a record's bytes."""
    return hashlib.sha256(LEAF + record).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The node above two others."""
    return hashlib.sha256(NODE + left + right).digest()


def levels(leaves: Sequence[bytes]) -> Iterator[Sequence[bytes]]:
    """The levels of the tree, the leaves first, the root alone last; none without leaves."""
    level = leaves
    while len(level) > 1:
        yield level
        above = [node_hash(left, right) for left, right in zip(level[::2], level[1::2], strict=False)]
        level = [*above, level[-1]] if len(level) % 2 else above
    if level:
        yield level


def root(leaves: Sequence[bytes]) -> bytes:
    """The root; SHA-256 of nothing without leaves."""
    top = EMPTY
    for level in levels(leaves):
        top = level[0]
    return top


def siblings(index: int, size: int) -> Iterator[int]:
    """Where in the row the nodes of the inclusion path of leaf `index` stand, from the leaves up."""
    start = 0
    while size > 1:
        if index ^ 1 < size:
            yield start + (index ^ 1)
        start, index, size = start + size, index // 2, (size + 1) // 2


def holds(leaf: bytes, index: int, size: int, path: Sequence[bytes], expected: bytes) -> bool:
    """Whether the path leads from leaf `index` of `size` to the expected root (RFC 9162 section 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    last, found, left = size - 1, leaf, list(path)
    while last:
        if index & 1 or index < last:
            if not left:
                return False
            node = left.pop(0)
            found = node_hash(node, found) if index & 1 else node_hash(found, node)
        index, last = index >> 1, last >> 1
    return not left and found == expected
