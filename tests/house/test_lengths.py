"""Files and functions stay short enough to be read without scrolling much."""

from __future__ import annotations

import ast

from tests.support.tree import files, parsed, text

FILE_LINES, FUNCTION_LINES = 400, 40
PYTHON = files("campaign/", "tests/", "bench/", "vendor/", "config.py", "wsgi.py")


def test_files_are_short() -> None:
    """No file passes 400 lines; under 300 is the aim."""
    lengths = {path: len(text(path).splitlines()) for path in [*PYTHON, *files("templates/", suffix="")]}
    assert {path: length for path, length in lengths.items() if length > FILE_LINES} == {}


def test_functions_are_short() -> None:
    """No function passes 40 lines; under 25 is the aim."""
    lengths = {
        f"{path}:{node.lineno} {node.name}": (node.end_lineno or node.lineno) - node.lineno + 1
        for path in PYTHON
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }
    assert {name: length for name, length in lengths.items() if length > FUNCTION_LINES} == {}


def test_modules_say_what_they_are() -> None:
    """Every module of the product begins with a sentence, unless it is empty."""
    product = [path for path in PYTHON if not path.startswith("tests/")]
    assert [path for path in product if parsed(path).body and not ast.get_docstring(parsed(path))] == []
