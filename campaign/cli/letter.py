"""`undersigned letter`: loads a letter from files, leads it through its life, and freezes its list."""

from __future__ import annotations

import shutil
from dataclasses import asdict, replace
from datetime import datetime
from pathlib import Path

import click

from campaign import storage
from campaign.cli import fail, with_app
from campaign.cli.copy import copy
from campaign.cli.letter_csv import ORGANIZATIONS, TIMELINE, OrganizationRow, ResponseRow
from campaign.cli.letter_files import LetterFiles, read_letter
from campaign.cli.letter_toml import NAME, BadFile, CertifiedEntry
from campaign.extensions import db, empty_log
from campaign.letters import operations, queries
from campaign.lib import clock
from campaign.models import Campaign, Letter
from campaign.sentences import sentence
from campaign.signing.operations import end_and_forget, vouch_endorsement
from campaign.states import LetterState, Refused

EVIDENCE = "evidence"
# The key of letter.toml that a refusal is about, where it is about one.
BLAMED = {
    "letter_exists": "slug",
    "unknown_zone": "timezone",
    "nobody_may_sign": "accepts",
    "closes_before_opening": "closes_at",
    "bad_url": "website",
}


@click.group()
def letter() -> None:
    """Load a letter from files, open and close it, freeze its list, copy it."""


letter.add_command(copy)


@letter.command()
@click.argument("directory", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Check the files against the database and write nothing.")
@with_app
def load(directory: Path, dry_run: bool) -> None:
    """Load the letter in DIRECTORY as a draft, all of it or nothing.

    Example: undersigned letter load examples/rekognition-2018
    """
    try:
        files = read_letter(directory)
        loaded = build(files, clock.now())
    except BadFile as problem:
        db.session.rollback()
        fail(str(problem))
    summary = f"{files.slug}: {len(files.organizations)} organizations, {len(files.timeline)} timeline rows"
    if files.responses:
        summary += f", {len(files.responses)} responses"
    if dry_run:
        db.session.rollback()
        click.echo(f"Would load {summary}")
        return
    store_evidence(loaded, directory)
    db.session.commit()
    click.echo(f"Loaded {summary}, as a draft; open it with: undersigned letter open {files.slug}")


def build(files: LetterFiles, now: datetime) -> Letter:
    """Writes everything the files say into the caller's transaction. Raises BadFile."""
    try:
        campaign = find_or_create_campaign(files.campaign, now)
        made = operations.create_letter(
            campaign, slug=files.slug, words=files.words, settings=files.settings, by_id=None, now=now
        )
        operations.replace_targets(made, files.targets, by_id=None, now=now)
        operations.replace_addressees(made, files.addressees, by_id=None, now=now)
        operations.replace_initial_signatories(made, files.initial_signatories, by_id=None, now=now)
        operations.replace_evidence(made, files.evidence, by_id=None, now=now)
        operations.replace_watched_names(made, files.watched, by_id=None, now=now)
        operations.replace_timeline(made, files.timeline, by_id=None, now=now)
        if files.status_note:
            operations.set_status_note(made, files.status_note, by_id=None, now=now)
    except Refused as refusal:
        raise blame(refusal, files) from None
    certify(made, files.certified, now)
    answer(campaign, made, files.responses, now)
    # Last, because whoever accepted the words fixes them.
    for row in files.organizations:
        vouch(made, row, now)
    return made


def certify(made: Letter, entries: list[CertifiedEntry], now: datetime) -> None:
    """Records the numbers that partners certify."""
    from campaign.delivery import operations as delivering  # noqa: PLC0415  brings the encoders

    for entry in entries:
        delivering.certify(made, delivering.Certificate(**asdict(entry)), by_id=None, now=now)


def answer(campaign: Campaign, made: Letter, rows: list[ResponseRow], now: datetime) -> None:
    """Records what the letter's first target answered; an answer that another letter told already is joined to it.

    Raises BadFile.
    """
    from campaign.delivery import operations as delivering  # noqa: PLC0415  brings the encoders
    from campaign.delivery.queries import same_response  # noqa: PLC0415  brings the encoders

    target_id = next((target.id for target in queries.targets_of(made.id)), 0)
    for row in rows:
        about: dict[tuple[int, int], str | None] = {(made.id, number): row.status for number in row.demands}
        about = about or {(made.id, 0): None}
        event = {**asdict(row.event), "kind": row.kind}
        said = delivering.Answer(target_id=target_id, audience=row.audience, **event)
        known = same_response(campaign.id, target_id, said.happened, delivering.text_digest(said.text))
        try:
            if known is not None:
                delivering.join_letter(known, about, now)
            else:
                delivering.record_response(campaign, said, about, by_id=None, now=now)
        except Refused as refusal:
            raise BadFile(TIMELINE, row.line, sentence(refusal.reason, **refusal.values)) from None


def find_or_create_campaign(values: dict[str, str], now: datetime) -> Campaign:
    """The campaign of that slug, made where there is none."""
    return queries.campaign_by_slug(values["slug"]) or operations.create_campaign(**values, by_id=None, now=now)


def vouch(made: Letter, row: OrganizationRow, now: datetime) -> None:
    """Makes the organization's endorsement, vouched for with its source. Raises BadFile."""
    try:
        vouch_endorsement(
            made,
            name=row.name,
            website=row.website,
            type=row.type,
            country=row.country,
            reason=row.source,
            by_id=None,
            now=now,
        )
    except Refused as refusal:
        raise BadFile(ORGANIZATIONS, row.line, sentence(refusal.reason, **refusal.values)) from None


def blame(refusal: Refused, files: LetterFiles) -> BadFile:
    """A refusal as an error of the file and line it is about."""
    words = sentence(refusal.reason, **refusal.values)
    if refusal.reason.startswith("markup_"):
        line = refusal.values["line"]
        return BadFile("text.md", line if isinstance(line, int) else 0, words)
    return BadFile(NAME, files.lines.get(BLAMED.get(refusal.reason, "slug"), 1), words)


def store_evidence(loaded: Letter, directory: Path) -> None:
    """Copies the letter's documents to where the site serves them from; what a failed load left there goes."""
    storage.remove(EVIDENCE, str(loaded.id))
    for document in queries.evidence_of(loaded.id):
        if document.file_name:
            place = storage.folder(EVIDENCE, str(loaded.id))
            shutil.copyfile(directory / EVIDENCE / document.file_name, place / document.file_name)


@letter.command("open")
@click.argument("slug")
@with_app
def open_command(slug: str) -> None:
    """Publish the letter SLUG and take signatures; a paused one resumes, a closed one opens again.

    Example: undersigned letter open rekognition-2018-coalition
    """
    found = letter_or_fail(slug)
    again = {LetterState.PAUSED.value: operations.resume_letter, LetterState.CLOSED.value: operations.reopen_letter}
    again.get(found.state, operations.open_letter)(found, by_id=None, now=clock.now())
    finish(found)


@letter.command()
@click.argument("slug")
@with_app
def pause(slug: str) -> None:
    """Take no signatures on the letter SLUG until it is opened again; its closing time moves with the pause.

    Example: undersigned letter pause rekognition-2018-coalition
    """
    found = letter_or_fail(slug)
    operations.pause_letter(found, by_id=None, now=clock.now())
    finish(found)


@letter.command()
@click.argument("slug")
@with_app
def close(slug: str) -> None:
    """Take no more signatures on the letter SLUG; pending ones may be confirmed for 24 hours.

    Example: undersigned letter close rekognition-2018-coalition
    """
    found = letter_or_fail(slug)
    operations.close_letter(found, by_id=None, now=clock.now())
    finish(found)


@letter.command()
@click.argument("slug")
@with_app
def archive(slug: str) -> None:
    """Set the closed letter SLUG aside; it stays readable.

    Example: undersigned letter archive rekognition-2018-coalition
    """
    found = letter_or_fail(slug)
    operations.archive_letter(found, by_id=None, now=clock.now())
    finish(found)


@letter.command("forget-employees")
@click.argument("slug")
@with_app
def forget_employees(slug: str) -> None:
    """Destroy the key of the employees of the letter SLUG: none can sign, leave or be found, all stay counted.

    Example: undersigned letter forget-employees rekognition-2018-employees
    """
    found = letter_or_fail(slug)
    is_new = end_and_forget(found, by_id=None, now=clock.now())
    db.session.commit()
    empty_log()
    click.echo(f"{slug}: the key is destroyed" if is_new else f"{slug} has no key of employees")


@letter.command()
@click.argument("slug")
@click.option("--dated-on", type=click.DateTime(["%Y-%m-%d"]), help="The date it prints, like 2026-06-18.")
@click.option("--place", help="The place it prints beside the date.")
@click.option("--current-only", is_flag=True, help="Leave out who accepted an earlier text only.")
@with_app
def freeze(slug: str, dated_on: datetime | None, place: str | None, current_only: bool) -> None:
    """Freeze the letter SLUG and its public list as the next edition, and print its number.

    Date and place are those of the text unless they are given. Its files are built by the worker.

    Example: undersigned letter freeze rekognition-2018-coalition --dated-on 2026-06-18 --place Seattle
    """
    from campaign.delivery.jobs import complete_edition  # noqa: PLC0415  brings the encoders
    from campaign.delivery.operations import begin_edition, wanted_of  # noqa: PLC0415  brings the encoders

    found, now = letter_or_fail(slug), clock.now()
    wanted = wanted_of(found)
    if dated_on is not None:
        wanted = replace(wanted, dated_on=dated_on.date())
    if place is not None:
        wanted = replace(wanted, place=place.strip()[:120])
    edition = begin_edition(found, by_id=None, now=now, wanted=replace(wanted, is_current_only=current_only))
    number, edition_id = edition.number, edition.id
    db.session.commit()
    complete_edition(edition_id, clock.now())
    click.echo(f"edition {number}")


def letter_or_fail(slug: str) -> Letter:
    """The letter of that slug; leaves with a sentence where there is none."""
    found = queries.letter_by_slug(slug)
    if found is None:
        fail(f'There is no letter "{slug}".')
    return found


def finish(found: Letter) -> None:
    """Commits, and says where the letter stands."""
    slug, state = found.slug, found.state
    db.session.commit()
    click.echo(f"{slug} is {state}")
