"""`undersigned verify`: checks a delivered letter, a folder or its zip, with the very checker that lies in it."""

from __future__ import annotations

import lzma
import re
import tempfile
import zipfile
import zlib
from pathlib import Path
from typing import NoReturn

import click

from campaign.delivery.package import checker

# What an archive may hold once unpacked: files of its own folder, up to so much in all. The largest letters, of a
# million names in every format, need a tenth of it.
MOST_BYTES = 8 * 2**30
MOST_FILES = 500
PLAIN_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,120}")

# What an archive that is none, or is damaged, makes the readers of zip files say.
BROKEN = (
    zipfile.BadZipFile,
    zipfile.LargeZipFile,
    zlib.error,
    lzma.LZMAError,
    EOFError,
    RuntimeError,
    ValueError,
)


@click.command()
@click.argument("path", type=click.Path(exists=True, path_type=Path))
@click.option("--receipt", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="A signatory's receipt.")
def verify(path: Path, receipt: Path | None) -> None:
    """Check the delivered letter in PATH, a folder or its zip: sums, lines, leaves, root and seal.

    Exit 0: all is good, 1: something differs, 2: this is no delivered letter, or a damaged zip.

    Example: undersigned verify rekognition-2018-coalition-e1.zip
    """
    if path.is_dir():
        leave(path, receipt)
    with tempfile.TemporaryDirectory() as scratch:
        unpack(path, Path(scratch))
        leave(Path(scratch), receipt)


def leave(folder: Path, receipt: Path | None) -> None:
    """Prints what the checker says of a folder, and leaves with its exit code."""
    code, lines = checker().check(folder, receipt)
    click.echo("\n".join(line for line in lines if line), err=code == 2)
    raise click.exceptions.Exit(code)


def unpack(path: Path, folder: Path) -> None:
    """Unpacks an archive that may come from anybody: plain files of one folder, once each, and not too much."""
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
            names = [entry.filename for entry in entries]
            if len(names) > MOST_FILES or len(set(names)) != len(names) or not all(map(PLAIN_NAME.fullmatch, names)):
                no_letter(f"{path} is no delivered letter: it holds other things than the files of one folder")
            left = MOST_BYTES
            for entry in entries:
                with archive.open(entry) as source, (folder / entry.filename).open("xb") as target:
                    while chunk := source.read(2**20):
                        left -= len(chunk)
                        if left < 0:
                            no_letter(
                                f"{path} unpacks to more than {MOST_BYTES // 2**30} GB and was not read any further"
                            )
                        target.write(chunk)
    except BROKEN as problem:
        no_letter(f"{path} cannot be unpacked: {problem}")
    except OSError as problem:
        # One with a name is about a file of this machine, such as a full disk.
        if problem.filename is not None:
            raise
        no_letter(f"{path} cannot be unpacked: {problem}")


def no_letter(sentence: str) -> NoReturn:
    """Leaves with exit code 2 and one sentence on stderr: there is nothing to check."""
    click.echo(sentence, err=True)
    raise click.exceptions.Exit(2)
