"""The files of the checkout, as the house tests look at them."""

from __future__ import annotations

import ast
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from config import ROOT
from tests.support.needs import missing


@cache
def committed_files() -> tuple[str, ...]:
    """Every file that is, or is about to be, in the repository, as paths from its root."""
    answer = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True
    )
    if answer.returncode:
        missing("These tests read the list of files from git: run them in a clone")
    return tuple(sorted(path for path in answer.stdout.splitlines() if (ROOT / path).is_file()))


def files(*prefixes: str, suffix: str = ".py") -> list[str]:
    """The files of the repository under any of these folders, with that suffix."""
    return [path for path in committed_files() if path.startswith(prefixes) and path.endswith(suffix)]


@cache
def text(path: str) -> str:
    """The text of a file."""
    return (ROOT / path).read_text(encoding="utf-8")


@cache
def parsed(path: str) -> ast.Module:
    """The syntax tree of a Python file."""
    return ast.parse(text(path), path)


def module_name(path: str) -> str:
    """The dotted name of a Python file of the repository."""
    return ".".join(Path(path).with_suffix("").parts).removesuffix(".__init__")


@cache
def modules() -> frozenset[str]:
    """The dotted names of everything in `campaign`."""
    return frozenset(module_name(path) for path in files("campaign/"))


def imported(path: str) -> Iterator[tuple[str, int]]:
    """Every module a file imports, with its line; `from package import module` counts as the module."""
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name, node.lineno
        elif isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                inner = f"{node.module}.{alias.name}"
                yield (inner if inner in modules() else node.module), node.lineno
