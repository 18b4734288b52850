"""Imports go one way: between the ground floor and the rooms, along the rooms, and inside a room."""

from __future__ import annotations

import ast
import re

import pytest

from tests.support.tree import files, imported, module_name, parsed, text

ROOMS = (
    "accounts",
    "letters",
    "verification",
    "organizations",
    "signing",
    "moderation",
    "exports",
    "delivery",
    "updates",
    "public",
)
# A file may import files of its own rank or below. Names a room gives its own files stand with the queries.
RANKS = {"rules": 1, "queries": 2, "messages": 3, "operations": 4, "jobs": 5, "views": 6}
OWN = 2
# The whole world of the files that must stay pure or nearly so; None below means "anything".
PURE = ("campaign.states", "campaign.choices", "campaign.lib")
WORDS = ("campaign.languages", "campaign.sentences")
ALLOWED = {
    "lib": ("campaign.lib", "campaign.states", "campaign.choices"),
    "states": (),
    "choices": (),
    "models": (*PURE, "campaign.extensions", "campaign.models"),
    "extensions": PURE,
    "rules": (*PURE, *WORDS),
    "forms": (*PURE, *WORDS, "campaign.formbase"),
}
NEVER = {
    "lib": ("flask", "sqlalchemy"),
    "states": ("flask", "sqlalchemy"),
    "choices": ("flask", "sqlalchemy"),
    "rules": ("flask", "sqlalchemy", "random", "secrets", "time"),
    "forms": ("sqlalchemy",),
    "queries": ("flask",),
}
REQUEST = {"request", "session", "g", "flash", "redirect", "render_template"}
MAIL_LIBRARY = {"campaign.extensions", "campaign.mail.sender"}


def place(module: str) -> tuple[str, str]:
    """The room of a module ("" on the ground floor) and its kind: rules, queries, ..., or the file's own name."""
    parts = module.split(".")[1:]
    if parts and parts[0] in ROOMS:
        return parts[0], parts[1] if len(parts) > 1 else "queries"
    return "", parts[0] if parts else ""


def problem(importer: str, target: str) -> str | None:
    """Why this import goes the wrong way, or None."""
    room, kind = place(importer)
    target_room, target_kind = place(target)
    if kind in NEVER and target.split(".")[0] in NEVER[kind]:
        return f"{kind} never imports {target.split('.')[0]}"
    if target.split(".")[0] == "flask_mail" and importer not in MAIL_LIBRARY:
        return "only campaign.mail.sender knows Flask-Mail"
    if not target.startswith("campaign") or (not room and kind in ("", "cli", "registry")):
        return None
    if target_room and not room:
        return "the ground floor never imports a room"
    if target_room and room and ROOMS.index(target_room) > ROOMS.index(room):
        return f"{room} stands before {target_room}"
    if kind in ALLOWED:
        below = kind in ("rules", "forms") and target_room and (target_kind in ("rules", kind) or is_pure(target))
        return None if below or within(target, ALLOWED[kind]) else f"{kind} may not import {target}"
    if target_kind == "forms" and target_room and kind != "views":
        return "only views know forms"
    if target_room and RANKS.get(target_kind, OWN) > RANKS.get(kind, OWN):
        return f"{kind} stands below {target_kind}"
    return "cli is the roof" if target.startswith("campaign.cli") else None


def is_pure(module: str) -> bool:
    """Whether a room's own module holds values and rules only, such as the description of a printed letter."""
    path = module.replace(".", "/") + ".py"
    impure = ("flask", "sqlalchemy", "campaign.models", "campaign.extensions")
    own = place(module)[1] not in (*RANKS, "forms")
    return own and path in files("campaign/") and not any(within(target, impure) for target, _ in imported(path))


def within(module: str, packages: tuple[str, ...]) -> bool:
    """Whether a module is one of these packages or inside one."""
    return any(module == package or module.startswith(package + ".") for package in packages)


def test_imports_go_one_way() -> None:
    """Every arrow of the product is one the house allows."""
    arrows = [(path, line, target) for path in files("campaign/") for target, line in imported(path)]
    assert len(arrows) > 100
    found = [(path, line, target, problem(module_name(path), target)) for path, line, target in arrows]
    assert [f"{path}:{line} imports {target}: {why}" for path, line, target, why in found if why] == []


@pytest.mark.parametrize(
    ("importer", "target"),
    [
        ("campaign.accounts.queries", "campaign.signing.queries"),
        ("campaign.signing.rules", "campaign.models"),
        ("campaign.signing.rules", "flask"),
        ("campaign.signing.rules", "campaign.accounts.permissions"),
        ("campaign.signing.queries", "campaign.signing.operations"),
        ("campaign.signing.operations", "campaign.signing.views.sign"),
        ("campaign.signing.operations", "campaign.signing.forms"),
        ("campaign.signing.forms", "campaign.models"),
        ("campaign.jobs.worker", "campaign.signing.operations"),
        ("campaign.lib.names", "campaign.models"),
        ("campaign.models.letter", "campaign.jobs.outbox"),
        ("campaign.signing.messages", "flask_mail"),
        ("campaign.public.views", "campaign.cli.db"),
    ],
)
def test_wrong_arrow_is_found(importer: str, target: str) -> None:
    """The rule above would notice each kind of wrong arrow."""
    assert problem(importer, target)


def test_import_inside_a_function_has_its_reason() -> None:
    """An import inside a function says on its line why it is not at the top."""
    bare = [
        f"{path}:{node.lineno}"
        for path in files("campaign/")
        for function in ast.walk(parsed(path))
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
        and len(re.sub(r".*?#(\s*noqa:\s*\w+)?", "", text(path).splitlines()[node.lineno - 1]).split()) < 3
    ]
    assert bare == []


def test_only_views_know_the_request() -> None:
    """Operations, queries, messages and jobs get the actor and the time as arguments."""
    found = [
        f"{path} imports {alias.name}"
        for path in of_kinds("operations", "queries", "messages", "jobs")
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.ImportFrom) and node.module == "flask"
        for alias in node.names
        if alias.name in REQUEST
    ]
    assert found == []


def test_operations_never_commit() -> None:
    """One commit per request or batch, by the caller."""
    found = [
        f"{path}:{node.lineno}"
        for path in of_kinds("operations", "queries", "rules", "messages")
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "commit"
    ]
    assert found == []


def of_kinds(*kinds: str) -> list[str]:
    """The files of rooms that are of these kinds."""
    places = {path: place(module_name(path)) for path in files("campaign/")}
    return [path for path, (room, kind) in places.items() if room and kind in kinds]
