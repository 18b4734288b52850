"""Plain text: the letter, then one name per line; UTF-8 with LF."""

import textwrap
from collections.abc import Iterator
from pathlib import Path

from campaign.exports.comparing import marked
from campaign.exports.lines import BATCH, between, details
from campaign.exports.report import Report
from campaign.exports.source import Addressee, Earlier, Source
from campaign.exports.wording import Words, words
from campaign.lib.markup import to_text_parts
from campaign.storage import part

NAME = "letter.txt"
WIDTH = 76


def write(source: Source, folder: Path, report: Report) -> list[str]:
    """Write `letter.txt`."""
    said = words(source)
    with part(folder / NAME) as path, path.open("w", encoding="utf-8", newline="\n") as file:
        for block in _letter(source, said):
            file.write(f"{block}\n\n")
        for block in _signatories(source, said, report):
            file.write(block)
        for block in _annex(source, said):
            file.write(f"\n{block}\n")
    return [NAME]


def _letter(source: Source, said: Words) -> Iterator[str]:
    letter = source.letter
    yield "\n".join([said.campaign, *letter.letterhead, said.kind])
    if said.notice:
        yield _filled(said.notice)
    if said.dated:
        yield said.dated
    for addressee in letter.addressees:
        yield _postal(addressee)
    if not letter.addressees and letter.targets:
        yield f"{said.to} {', '.join(letter.targets)}"
    yield _underlined(letter.title, "=")
    if letter.salutation:
        yield letter.salutation
    body, notes = to_text_parts(letter.body, WIDTH)
    yield body
    if letter.demands_intro:
        yield _filled(letter.demands_intro)
    for number, demand in enumerate(letter.demands, 1):
        mark = f"{number}. "
        yield mark + _filled(demand, len(mark)).lstrip()
    yield from map(_filled, letter.last_words)
    if notes:
        yield notes
    yield from map(_filled, said.corrections)
    yield said.signed
    yield from (_filled(line) for line in (said.not_frozen, said.texts) if line)


def _signatories(source: Source, said: Words, report: Report) -> Iterator[str]:
    if source.letter.initial:
        yield f"{_underlined(said.first_signed)}\n\n"
        for signer in source.letter.initial:
            yield _entry(signer.name, signer.title, signer.affiliation)
        yield "\n"
    if source.letter.copies:
        yield "\n\n".join([said.copy_to, *map(_postal, source.letter.copies)]) + "\n\n"
    countries: dict[str, str] = {}
    done, shown = 0, -1
    for piece, records in between(source, 0, source.statement.named):
        if piece.section != shown:
            shown = piece.section
            notes = "".join(f"{_filled(note)}\n" for note in said.list_notes if source.sections[shown].has_notes)
            yield f"{_underlined(said.sections[shown])}\n{notes}\n"
        if piece.letter and source.sections[shown].group:
            yield f"\n{piece.letter}\n"
        for record in records:
            yield _entry(record["name"], *details(record, source.sections[shown], source, countries))
            done += 1
            if done % BATCH == 0:
                report.progress(done)
    yield "\n"
    for line in said.also_counted:
        yield f"{_filled(line)}\n"


def _annex(source: Source, said: Words) -> Iterator[str]:
    letter = source.letter
    if letter.evidence:
        yield _underlined(said.evidence)
    for document, obtained in zip(letter.evidence, said.obtained, strict=True):
        facts = ", ".join(fact for fact in (document.source, obtained) if fact)
        digest = f"SHA-256 {document.sha256}" if document.sha256 else ""
        lines = [line for line in (document.title, facts, document.url, digest) if line]
        yield f"{document.number}. " + "\n   ".join(lines)
    for earlier, told in zip(source.earlier, said.annexes, strict=True):
        yield from _earlier_text(earlier, told, said)
    if said.confirmed:
        yield _underlined(said.confirmed_title)
        yield "\n".join(f"{method}: {count}" for method, count in said.confirmed)
        yield _filled(said.confirmed_note)
    yield _underlined(said.about)
    yield "\n".join(f"{name}: {value}" for name, value in said.statement)


def _earlier_text(earlier: Earlier, told: tuple[str, str], said: Words) -> Iterator[str]:
    """An earlier text that some accepted, with brackets around what was taken out and braces around what came."""
    title, accepted = told
    yield _underlined(title)
    yield _filled(f"{accepted} {said.marks}")
    around = {"same": "{}", "removed": "[{}]", "added": "{{{}}}"}
    for change in earlier.changes:
        parts = (f"{run.before}{around[run.mark].format(run.text)}{run.after}" for run in marked(change))
        yield _filled("".join(parts))


def _entry(*parts: str) -> str:
    return ", ".join([part for part in parts if part]) + "\n"


def _postal(addressee: Addressee) -> str:
    return "\n".join(line for line in (addressee.name, addressee.title, *addressee.postal) if line)


def _underlined(title: str, sign: str = "-") -> str:
    return f"{title}\n{sign * min(len(title), WIDTH)}"


def _filled(text: str, indent: int = 0) -> str:
    space = " " * indent
    return textwrap.fill(
        text, WIDTH, initial_indent=space, subsequent_indent=space, break_long_words=False, break_on_hyphens=False
    )
