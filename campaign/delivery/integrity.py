"""The integrity statement of an edition (p-D4): what the rows said when it was frozen, never typed by anybody."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from flask import current_app
from sqlalchemy import Connection, func, select

from campaign.exports.employees import employees_in
from campaign.exports.files import write_json
from campaign.exports.queries import accepted_text
from campaign.exports.source import Counts, Source
from campaign.languages import SHIPPED, _, force_locale
from campaign.models import Attestation, ImportBatch, Proof, Signature, Version
from campaign.models.signature import IS_PUBLIC
from campaign.moderation.figures import count_checks
from campaign.sentences import ACTS, HOLDS, METHODS, REJECTIONS
from campaign.sentences.complaints import OUTCOMES
from campaign.sentences.corrections import rule_in_words
from campaign.signing.employee_numbers import OTHER
from config import ROOT

FILE_NAME = "integrity.html"
STYLE = ROOT / "templates" / "exports" / "integrity.css"
_NAMES = {"person": "people", "organization": "organizations", "imported": "imported"}


class Part(NamedTuple):
    """A heading of the statement, its lines as words and numbers, and what is to be said under them."""

    heading: str
    lines: Sequence[tuple[object, int]]
    note: str = ""


def facts_in(connection: Connection, letter_id: int, text_of: int | None = None) -> dict[str, Any]:
    """The figures of the statement, read on the connection of the snapshot.

    How signatures were confirmed is told of the list alone: of the text of one version, where it is given.
    """
    mine = Signature.letter_id == letter_id
    listed = accepted_text(letter_id, text_of).subquery()
    methods = select(Proof.method, func.count()).join(listed, listed.c.id == Proof.signature_id).group_by(Proof.method)
    was_public = mine & (Signature.verification == "verified") & (Signature.moderation == "approved")
    employees = employees_in(connection, letter_id)
    return {
        **count_checks(letter_id, connection.execute),
        "methods": _numbers(connection, methods),
        "employees": dict(employees.ways) if employees.number else {},
        "withdrawn": _count(connection, was_public & Signature.withdrawn_at.is_not(None)),
        "merged": _count(connection, mine & Signature.merged_into_id.is_not(None)),
        "import_files": connection.scalar(select(func.count()).where(ImportBatch.letter_id == letter_id)) or 0,
    }


def versions_in(connection: Connection, letter_id: int) -> list[dict[str, int]]:
    """The public counts for each text that was accepted, the newest first, read on the connection of the snapshot."""
    rows = connection.execute(
        select(Version.number, Signature.kind, Signature.is_private, func.count())
        .join(Version, Version.id == Signature.version_id)
        .where(Signature.letter_id == letter_id, Signature.kind != "employee", IS_PUBLIC)
        .group_by(Version.number, Signature.kind, Signature.is_private)
        .order_by(Version.number.desc())
    )
    found: dict[int, Counter[str]] = {}
    for version, kind, is_private, number in rows:
        counts = found.setdefault(version, Counter())
        counts[_NAMES[kind]] += number
        counts["private"] += number if kind == "person" and is_private else 0
    employees = employees_in(connection, letter_id)
    if employees.number:
        found.setdefault(employees.version, Counter())["employees"] = employees.number
    names = ("people", "private", "organizations", "employees", "imported")
    return [
        {"version": version} | {name: counts[name] for name in names}
        for version, counts in sorted(found.items(), reverse=True)
    ]


def write(path: Path, facts: Mapping[str, Any]) -> None:
    """Keeps the figures beside the list."""
    write_json(path, dict(facts))


def read(path: Path) -> dict[str, Any]:
    """The figures that `write` kept."""
    facts: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return facts


def parts(facts: Mapping[str, Any], counts: Counts) -> list[Part]:
    """The statement in words, in the language that is spoken now; a part is told also where it is all zeros."""
    kept_apart = [
        (_("Signatures collected elsewhere"), counts.imported),
        (_("Files they came in"), facts["import_files"]),
    ]
    return [
        *_counted(facts, counts),
        *_left_out(facts),
        Part(_("Imported, in no total"), kept_apart),
        Part(_("Decisions of organizers on this letter"), _decided(facts)),
        Part(_("Left the public count since opening, by rule"), _fell(facts.get("falls", {}))),
        Part(_("Complaints, by outcome"), _complaints(facts.get("complaints", {}))),
    ]


def _decided(facts: Mapping[str, Any]) -> list[tuple[object, int]]:
    """Every act by its kind, and all of them; statements of earlier releases have only the sum."""
    told = [(ACTS[name], number) for name, number in facts["decisions"].items() if name in ACTS]
    whole = (_("All, each in a log that cannot be changed without a trace"), sum(facts["decisions"].values()))
    return [*told, whole]


def _fell(falls: Mapping[str, int]) -> list[tuple[object, int]]:
    return [(rule_in_words(rule), number) for rule, number in falls.items() if number] or [(_("None"), 0)]


def _complaints(outcomes: Mapping[str, int]) -> list[tuple[object, int]]:
    words = {**OUTCOMES, "other": _("Dismissed for another reason, told with the case."), "": _("Not decided yet")}
    return _told(outcomes, words)


def _counted(facts: Mapping[str, Any], counts: Counts) -> list[Part]:
    """Who is in the list, and how they were confirmed."""
    numbers = [
        (_("Organizations"), counts.organizations),
        (_("People"), counts.people),
        (_("of these, people who keep their name private"), counts.private),
        (_("Employees of the company, one number without names"), counts.employees),
    ]
    note = _("One signature may be confirmed in several ways. Nobody is counted who was confirmed in none.")
    confirmed = Part(_("How they were confirmed"), _told(facts["methods"], METHODS), note)
    return [Part(_("What is counted"), numbers), confirmed, *_employees(facts.get("employees", {}))]


def _employees(ways: Mapping[str, int]) -> list[Part]:
    """How employees were checked, as far as it may be told; nothing where none are counted."""
    words = {**METHODS, OTHER: _("In other ways, each too few to be told apart")}
    note = _("Each was checked in one way. No number below ten is told, so that nobody can be made out.")
    return [Part(_("How employees were checked"), _told(ways, words), note)] if ways else []


def _left_out(facts: Mapping[str, Any]) -> list[Part]:
    """Who is not in the list, by reason."""
    waiting = {**HOLDS, "waiting": _("Not decided yet")}
    gone = [
        (_("Withdrawn or erased by the signatory"), facts["withdrawn"]),
        (_("Duplicates counted with another signature"), facts["merged"]),
    ]
    several, once = (
        _("One signature may be held for several reasons."),
        _("One mailbox signs a letter once, so that most duplicates never come in."),
    )
    off = _told(facts["rejected"], {**HOLDS, **REJECTIONS})
    return [
        Part(_("Held back and not counted, by reason"), _told(facts["held"], waiting), several),
        Part(_("Taken off by an organizer and not counted, by reason"), off),
        Part(_("Left since they signed"), gone, once),
    ]


def page(source: Source, facts: Mapping[str, Any], attestations: Sequence[Attestation]) -> str:
    """The statement as one page that needs nothing else."""
    template = current_app.jinja_env.get_template("exports/integrity.html")
    language = source.letter.language if source.letter.language in SHIPPED else SHIPPED[0]
    with force_locale(language):
        return template.render(
            letter=source.letter,
            language=language,
            style=STYLE.read_text(encoding="utf-8"),
            statement=source.statement,
            parts=parts(facts, source.statement.counts),
            attestations=attestations,
        )


def _told(numbers: Mapping[str, int], words: Mapping[str, object]) -> list[tuple[object, int]]:
    """Each reason in its words, in the order of the table; none at all is one line that says so."""
    told = [(words[name], numbers[name]) for name in words if numbers.get(name)]
    return told or [(_("None"), 0)]


def _numbers(connection: Connection, statement: Any) -> dict[str, int]:
    return {str(name): int(number) for name, number in sorted(connection.execute(statement).all())}


def _count(connection: Connection, condition: Any) -> int:
    return connection.scalar(select(func.count()).select_from(Signature).where(condition)) or 0
