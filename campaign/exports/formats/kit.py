"""The press kit: letter, list, sentence to cite, ask and method in one ZIP; the same bytes whenever it is packed."""

from pathlib import Path
from zipfile import ZipFile

from campaign.exports import files
from campaign.exports.formats import FORMATS
from campaign.exports.report import Report
from campaign.exports.source import Purpose, Source
from campaign.links import external
from campaign.states import Refused
from campaign.storage import part

NAME = "press-kit.zip"
# What is taken from the folder, as far as it is there; volumes of names are not: the list is in the CSV file.
MEMBERS = ("letter.pdf", "letter.docx", "letter.txt", "signatories.csv")


def write(source: Source, folder: Path, report: Report) -> list[str]:
    """Write the files of the kit, and `press-kit.zip` with all of them. Raises `Refused("kit_is_public")`."""
    if source.statement.purpose is Purpose.INTERNAL:
        raise Refused("kit_is_public")
    names = [name for form in ("pdf", "txt", "csv") for name in FORMATS[form](source, folder, report)]
    return [*pack(source, folder), *names]


def pack(source: Source, folder: Path) -> list[str]:
    """Write `press-kit.zip` from the files of the same list that lie in the folder already."""
    added = {
        "citation.txt": f"{source.statement.citation}\n",
        "press.txt": _sheet(source),
        "method.txt": "".join(f"{number}. {line}\n" for number, line in enumerate(source.letter.method, 1)),
        files.ABOUT: files.as_json(files.about(source.statement, source.letter.slug)),
    }
    with part(folder / NAME) as unfinished, ZipFile(unfinished, "w") as kit:
        for name, text in sorted(added.items()):
            kit.writestr(files.zip_entry(name, source.statement.time), text)
        for name in MEMBERS:
            if (folder / name).is_file():
                files.add_file(kit, folder / name, source.statement.time)
    return [NAME]


def _sheet(source: Source) -> str:
    """What is asked of whom, what to cite, and where a person is named: that may change, so the page says it."""
    letter, page = source.letter, external("public.press", slug=source.letter.slug)
    parts = [
        letter.title,
        letter.notice,
        f"{', '.join(letter.targets)}: {letter.ask}" if letter.ask else "\n".join(letter.demands),
        source.statement.citation,
        page,
    ]
    return "".join(f"{part}\n\n" for part in parts if part).rstrip() + "\n"
