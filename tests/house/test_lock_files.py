"""The lock files name what is installed by hash, and nobody's index."""

from __future__ import annotations

import re

import pytest

from tests.support.tree import text

LOCKS = ("requirements.txt", "requirements-test.txt")
ENTRY = re.compile(r"^([a-z0-9][a-z0-9._-]*)==([^ \\]+)", re.MULTILINE)


@pytest.mark.parametrize("path", LOCKS)
def test_lock_file_carries_no_address(path: str) -> None:
    """No address, index option or path of a machine stands in a lock file."""
    assert re.findall(r".*(?:://|--index|--extra-index|--find-links|file:).*", text(path)) == []


@pytest.mark.parametrize("path", LOCKS)
def test_lock_file_hashes_every_package(path: str) -> None:
    """Every package has at least one SHA-256."""
    blocks = re.split(r"\n(?=[a-z0-9])", text(path))
    packages = [block for block in blocks if ENTRY.match(block)]
    assert len(packages) > 20
    assert [block for block in packages if not re.search(r"--hash=sha256:[0-9a-f]{64}", block)] == []


def test_lock_files_agree() -> None:
    """The tests run on the very versions that the site runs on."""
    runtime, testing = (dict(ENTRY.findall(text(path))) for path in LOCKS)
    assert {name: version for name, version in runtime.items() if testing.get(name) != version} == {}
