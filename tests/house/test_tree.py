"""What must not be in the repository: secrets, paths of a machine, work left open."""

from __future__ import annotations

import re

from config import ROOT
from tests.support.tree import committed_files, text

TEXT = re.compile(r".*(\.(py|txt|html|md|toml|json|css|js|svg|subject|typ|csv|ini|sh|mako)|Makefile|run)")
READ = [path for path in committed_files() if TEXT.fullmatch(path)]
ROOM = ("campaign/", "templates/", "static/", "migrations/", "config.py", "wsgi.py")
SECRETS = re.compile(
    r"-----BEGIN [A-Z ]*PRIVATE KEY|AKIA[0-9A-Z]{16}|gh[pousr]_[A-Za-z0-9]{30}|xox[bapr]-|sk_live_"
    r"|://[\w.-]+:[\w.%+-]{8,}@[\w.-]+"
)
EXAMPLES = ("user:password@", "name:password@")
SECRET_COLUMN = re.compile(r"^\s+\w*(password|secret|api_key|smtp)\w*: Mapped", re.MULTILINE)


def found(pattern: re.Pattern[str], paths: list[str]) -> list[str]:
    """Where a pattern stands, as path and line."""
    return [
        f"{path}:{number} {line.strip()[:100]}"
        for path in paths
        for number, line in enumerate(text(path).splitlines(), start=1)
        if pattern.search(line) and not any(example in line for example in EXAMPLES)
    ]


def test_no_secret_is_committed() -> None:
    """R11: no key, token or address with a password."""
    assert found(SECRETS, [path for path in READ if path != "tests/house/test_tree.py"]) == []


def test_no_table_holds_a_secret() -> None:
    """R11: the only column about a password is its hash."""
    columns = found(SECRET_COLUMN, [path for path in READ if path.startswith("campaign/models/")])
    assert [column.split()[1] for column in columns] == ["password_hash:"]


def test_no_path_of_a_machine() -> None:
    """Nothing names a folder of the computer it was written on."""
    machine = re.compile(rf"{re.escape(str(ROOT))}\b|/home/[a-z]+/|/Users/[A-Za-z]+/|[A-Z]:\\\\Users")
    assert found(machine, [path for path in READ if path != "tests/house/test_tree.py"]) == []


def test_nothing_is_left_open() -> None:
    """The product has no reminder to do something later."""
    left = re.compile(r"\b(TODO|FIXME|XXX|HACK|NotImplemented(Error)?)\b")
    assert found(left, [path for path in READ if path.startswith(ROOM)]) == []


def test_only_what_belongs_at_the_top() -> None:
    """The root holds the files that house rules name and no others."""
    allowed = {
        "Makefile",
        "README.md",
        "CONTRIBUTING.md",
        "CHANGELOG.md",
        "LICENSE",
        "pyproject.toml",
        "config.py",
        "wsgi.py",
        "requirements.txt",
        "requirements-test.txt",
        ".gitignore",
    }
    assert {path for path in committed_files() if "/" not in path} - allowed == set()
