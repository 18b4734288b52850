"""No raw word reaches a person: each reason, state, act, job and method has its words, and all words their use."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest
from flask import Flask

from campaign import choices, sentences, states
from campaign.accounts.rules import BY_ROLE
from campaign.jobs.kinds import KINDS
from campaign.moderation.rules import MOVE_TO, TONES
from campaign.signing.holds import RULES
from campaign.verification.methods import METHODS
from tests.support.tree import files, parsed, text


def constants(node: ast.AST) -> Iterator[str]:
    """The texts written inside a piece of code."""
    for inner in ast.walk(node):
        if isinstance(inner, ast.Constant) and isinstance(inner.value, str):
            yield inner.value


def called(path: str, name: str) -> Iterator[ast.Call]:
    """The calls of a function or class of that name in a file."""
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.Call) and name in (getattr(node.func, "id", ""), getattr(node.func, "attr", "")):
            yield node


def answers(path: str) -> Iterator[ast.expr]:
    """What the questions of a rules file answer with a reason or None return: `why_not_...`, `..._problem`."""
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.FunctionDef) and (node.name.startswith("why_not") or node.name.endswith("_problem")):
            returns = [inner.value for inner in ast.walk(node) if isinstance(inner, ast.Return)]
            yield from (value for value in returns if value is not None)


def results(value: ast.expr) -> Iterator[str]:
    """The texts that an expression can be, its conditions left out."""
    if isinstance(value, ast.IfExp):
        yield from results(value.body)
        yield from results(value.orelse)
    elif isinstance(value, ast.Constant) and isinstance(value.value, str):
        yield value.value


def used_reasons() -> set[str]:
    """Every reason that product code refuses with."""
    found: set[str] = set()
    for path in files("campaign/"):
        for call in called(path, "Refused"):
            found.update(constants(call.args[0]) if isinstance(call.args[0], ast.Constant) else ())
        found.update(f"markup_{call.args[0].value}" for call in called(path, "BadMarkup"))  # type: ignore[attr-defined]
        if path.endswith("rules.py"):
            found.update(reason for value in answers(path) for reason in results(value))
    return found


def test_every_reason_has_its_sentence(app: Flask) -> None:
    """House 4: a refusal that a person sees is a sentence that says what to do."""
    reasons = used_reasons()
    assert len(reasons) > 40
    assert {"letter_not_open", "closes_before_opening", "markup_too_deep", "gone"} <= reasons
    assert sorted(reasons - set(sentences.REASONS)) == []
    with app.test_request_context():
        assert [name for name, words in sentences.REASONS.items() if not str(words).strip().endswith((".", "?"))] == []


def test_every_reason_stands_in_one_file() -> None:
    """House 4: two parts that chose the same word would read each other's sentence."""
    parts = [ast.literal_eval(key) for path in files("campaign/sentences/") for key in refusal_keys(path)]
    assert sorted({name for name in parts if parts.count(name) > 1}) == []
    assert len(parts) == len(sentences.REASONS)


def refusal_keys(path: str) -> Iterator[ast.expr]:
    """The keys of the refusals in a file of sentences."""
    for node in parsed(path).body:
        if isinstance(node, ast.AnnAssign) and isinstance(node.value, ast.Dict):
            if getattr(node.target, "id", "") not in ("REFUSALS", "REASONS"):
                continue
            yield from (key for key in node.value.keys if key is not None)


def test_every_sentence_has_its_use() -> None:
    """House 8: what nobody says any more is not kept."""
    code = "\n".join(text(path) for path in files("campaign/") if not path.startswith("campaign/sentences/"))
    named = used_reasons() | {name for name in sentences.REASONS if f'"{name}"' in code}
    kept = {name for name in sentences.REASONS if not name.startswith("http_")}
    assert sorted(kept - named) == []


@pytest.mark.parametrize(
    ("table", "words"),
    [
        (sentences.LETTER_STATES, set(states.LetterState)),
        (sentences.SIGNATURE_STATES, {*states.Verification, *states.Moderation, "asked", "withdrawn", "merged"}),
        (sentences.SIGNATURE_KINDS, set(choices.SignatureKind)),
        (sentences.ORGANIZATION_TYPES, set(choices.OrganizationType)),
        (sentences.LETTER_KINDS, set(choices.LetterKind)),
        (sentences.ROLES, set(BY_ROLE)),
        (sentences.METHODS, set(METHODS)),
    ],
)
def test_every_value_has_its_words(table: dict[str, object], words: set[str]) -> None:
    """House 7: states and kinds are never shown raw."""
    assert set(table) == words


def test_every_hold_and_rejection_has_its_words() -> None:
    """M1: each reason a rule holds for is a sentence of the queue."""
    rules = {rule.id for rule in RULES}
    assert {"honeypot", "addressee", "watched_name", "name_clash"} <= rules
    assert sorted(rules - set(sentences.HOLDS)) == []
    assert sorted(set(TONES) - set(sentences.HOLDS) - set(sentences.REJECTIONS)) == []


def test_every_job_and_act_has_its_words(app: Flask) -> None:
    """The desk names jobs that failed and acts of a history in words, whichever they are."""
    assert {name for name in KINDS if not name.startswith("test.")} == set(sentences.JOBS)
    acts = set(MOVE_TO.values()) - {"reset"}
    for path in files("campaign/moderation/operations/"):
        for call in (*called(path, "record"), *called(path, "record_decision")):
            acts.update(value for value in map(literal, call.args) if value)
    assert acts - {""} == set(sentences.ACTS)


def literal(argument: ast.expr) -> str:
    """The text of an argument that is written out."""
    return argument.value if isinstance(argument, ast.Constant) and isinstance(argument.value, str) else ""
