"""`undersigned export`: a list as a file, or as a folder with its statement and checksums."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from campaign.cli import fail, with_app
from campaign.exports import files, operations
from campaign.exports.formats import FORMATS
from campaign.exports.queries import edition_numbered
from campaign.exports.report import Report
from campaign.exports.rules import checked_purpose, filter_of
from campaign.exports.source import Choice, Order, Purpose
from campaign.extensions import db, read_only
from campaign.letters.queries import letter_by_slug
from campaign.lib import clock
from campaign.states import Refused

# The zip of an edition with all its files, its manifest and its seal.
PACKAGE = "package"


@click.command()
@click.option("--letter", "slug", required=True, help="The letter's slug.")
@click.option("--edition", type=int, help="The number of a frozen edition; without it the list as it is now.")
@click.option("--format", "form", required=True, type=click.Choice(sorted([*FORMATS, PACKAGE])))
@click.option("--purpose", required=True, type=click.Choice(["delivery", "press", "internal"]))
@click.option(
    "--order",
    default=Order.AGREED.value,
    show_default=True,
    type=click.Choice([order.value for order in Order]),
    help="How the lines of each kind are ordered and grouped.",
)
@click.option("-o", "--output", required=True, type=click.Path(path_type=Path), help="A file or a folder.")
@with_app
def export(slug: str, edition: int | None, form: str, purpose: str, order: str, output: Path) -> None:
    """Write the list of the letter as a file.

    With the format's suffix the path becomes that one file; else a folder with the file, about.json
    and SHA256SUMS.

    Example: undersigned export --letter my-letter --edition 1 --format pdf --purpose delivery -o letter.pdf
    """
    letter_id = wanted_letter(slug, edition)
    if purpose == "internal" and edition is not None:
        click.echo(f"Edition {edition} froze the public list; the internal one shows the records of now.", err=True)
        edition = None
    wanted = checked_purpose(purpose, edition)
    if form == PACKAGE:
        if order != Order.AGREED:
            raise Refused("package_keeps_order")
        hand_out_package(letter_id, edition, wanted, output)
        return
    report = Report(progress=show_progress)
    operations.log_begun(letter_id, form, wanted, edition, None, clock.now())
    db.session.commit()
    output.parent.mkdir(parents=True, exist_ok=True)
    with unfinished(output) as folder:
        choice = Choice(order=Order(order))
        names = operations.make_export(
            letter_id, wanted, form, edition, folder=folder, now=clock.now(), report=report, choice=choice
        )
        about = json.loads((folder / files.ABOUT).read_text(encoding="utf-8"))
        place(folder, names, form, output)
    operations.log_export(letter_id, form, about, None, clock.now())
    db.session.commit()
    for file in report.files:
        click.echo(f"{file['sha256']}  {file['name']}")


def hand_out_package(letter_id: int, number: int | None, purpose: Purpose, output: Path) -> None:
    """Copies an edition's package to a path that ends in .zip, or its files into a folder; builds them if need be."""
    from campaign.delivery import package  # noqa: PLC0415  only here, as above
    from campaign.delivery.jobs import build_now  # noqa: PLC0415  only here, it brings the seal
    from campaign.delivery.operations import files_folder  # noqa: PLC0415  only here, as above

    if number is None:
        raise Refused("package_needs_edition")
    with read_only():
        edition = edition_numbered(letter_id, number)
        is_built = edition is not None and bool(edition.files)
    if edition is None:
        raise Refused("no_such_edition")
    if not is_built:
        build_now(edition.id, clock.now())
    folder = files_folder(edition.id)
    operations.log_begun(letter_id, PACKAGE, purpose, number, None, clock.now())
    db.session.commit()
    output.parent.mkdir(parents=True, exist_ok=True)
    is_zip = output.suffix.lower() == ".zip"
    taken = package.listed(folder, only=package.ZIP) if is_zip else package.listed(folder, without=())
    sealed = json.loads((folder / package.MANIFEST).read_text(encoding="utf-8"))
    with unfinished(output) as copies:
        for file in taken:
            shutil.copyfile(folder / file["name"], copies / file["name"])
        place(copies, [package.ZIP], PACKAGE, output)
    about = {**sealed, "purpose": purpose.value, "filter": filter_of(purpose, Choice())}
    operations.log_export(letter_id, PACKAGE, about, None, clock.now())
    db.session.commit()
    for file in taken:
        click.echo(f"{file['sha256']}  {output.name if is_zip else file['name']}")


@contextmanager
def unfinished(output: Path) -> Iterator[Path]:
    """A hidden folder beside the output for files that are not whole yet. What a killed run left in it goes first."""
    folder = output.with_name(f".{output.name}.part")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def wanted_letter(slug: str, edition: int | None) -> int:
    """The id of the letter, which has that edition. Leaves with a sentence when there is none."""
    with read_only():
        letter = letter_by_slug(slug)
        if letter is None:
            fail(f'There is no letter "{slug}".')
        if edition is not None and edition_numbered(letter.id, edition) is None:
            raise Refused("no_such_edition")
        return letter.id


def place(folder: Path, names: list[str], form: str, output: Path) -> None:
    """Moves what was made to where it was asked for."""
    if output.suffix.lower() == Path(names[0]).suffix:
        if len(names) > 1 and form == "pdf":
            fail(f"This list has {len(names)} volumes. Name a folder instead: -o {output.with_suffix('')}")
        (folder / names[0]).replace(output)
        return
    output.mkdir(parents=True, exist_ok=True)
    for file in sorted(folder.iterdir()):
        if file.name != files.REPORT:
            shutil.move(file, output / file.name)


def show_progress(rows: int) -> None:
    """How far it is, on stderr."""
    click.echo(f"{rows} rows", err=True)
