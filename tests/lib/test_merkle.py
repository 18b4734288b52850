"""The Merkle tree against its standard: fixed vectors, the recursive definition, and paths that must not hold."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import pytest

from campaign.lib import merkle

# The eight leaves and roots that implementations of certificate transparency share.
INPUTS = (
    b"",
    b"\x00",
    b"\x10",
    b"\x20\x21",
    b"\x30\x31",
    b"\x40\x41\x42\x43",
    bytes.fromhex("5051525354555657"),
    bytes.fromhex("606162636465666768696a6b6c6d6e6f"),
)
ROOTS = (
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
)


def recursive_root(leaves: Sequence[bytes]) -> bytes:
    """MTH as section 2.1.1 defines it."""
    if len(leaves) < 2:
        return leaves[0] if leaves else hashlib.sha256().digest()
    cut = split(len(leaves))
    return merkle.node_hash(recursive_root(leaves[:cut]), recursive_root(leaves[cut:]))


def recursive_path(index: int, leaves: Sequence[bytes]) -> list[bytes]:
    """PATH as section 2.1.3.1 defines it."""
    if len(leaves) < 2:
        return []
    cut = split(len(leaves))
    if index < cut:
        return [*recursive_path(index, leaves[:cut]), recursive_root(leaves[cut:])]
    return [*recursive_path(index - cut, leaves[cut:]), recursive_root(leaves[:cut])]


def split(size: int) -> int:
    """The largest power of two below the size."""
    return 1 << ((size - 1).bit_length() - 1)


def numbered(size: int) -> list[bytes]:
    """So many leaves."""
    return [merkle.leaf_hash(str(number).encode()) for number in range(size)]


def row_of(leaves: Sequence[bytes]) -> list[bytes]:
    """The row of nodes as it is kept."""
    return [node for level in merkle.levels(leaves) for node in level]


@pytest.mark.parametrize("size", range(1, 9))
def test_fixed_vectors(size: int) -> None:
    """p-D3: the roots everybody else computes."""
    assert merkle.root([merkle.leaf_hash(data) for data in INPUTS[:size]]).hex() == ROOTS[size - 1]


def test_empty_list() -> None:
    """The root of nothing is the hash of nothing."""
    assert merkle.root([]).hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


@pytest.mark.parametrize("size", range(1, 70))
def test_tree_is_that_of_the_standard(size: int) -> None:
    """p-D3: root and every path equal the recursive definition, and every path holds."""
    leaves = numbered(size)
    row, root = row_of(leaves), recursive_root(leaves)
    assert (merkle.root(leaves), row[-1]) == (root, root)
    for index in range(size):
        path = [row[place] for place in merkle.siblings(index, size)]
        assert path == recursive_path(index, leaves)
        assert merkle.holds(leaves[index], index, size, path, root)


def test_wrong_paths_do_not_hold() -> None:
    """p-D3: another leaf, place, size, root, order or length of the path is no proof."""
    leaves = numbered(11)
    row, root = row_of(leaves), merkle.root(leaves)
    path = [row[place] for place in merkle.siblings(4, 11)]
    wrong = [
        (leaves[5], 4, 11, path, root),
        (leaves[4], 5, 11, path, root),
        (leaves[4], 4, 8, path, root),
        (leaves[4], 4, 11, path, leaves[0]),
        (leaves[4], 4, 11, path[::-1], root),
        (leaves[4], 4, 11, path[:-1], root),
        (leaves[4], 4, 11, [*path, root], root),
        (leaves[4], -1, 11, path, root),
        (leaves[4], 11, 11, path, root),
    ]
    assert [merkle.holds(*claim) for claim in wrong] == [False] * len(wrong)
