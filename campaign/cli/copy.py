"""`undersigned letter copy`: a letter as a folder that opens without the site."""

from __future__ import annotations

import contextvars
import hashlib
import logging
import tempfile
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import click
from flask import current_app
from flask.testing import FlaskClient
from werkzeug.http import parse_options_header
from werkzeug.test import TestResponse

from campaign.cli import fail, with_app
from campaign.extensions import read_only
from campaign.languages import SHIPPED, _, force_locale, when
from campaign.letters import queries
from campaign.lib import clock, sitecopy
from campaign.models import Letter
from campaign.public.queries.letters import delivered_editions
from campaign.states import Refused

PAGES = (".json", "/names", "/timeline", "/changes", "/method", "/corrections", "/press", "/names.csv", "/feed.atom")
# Beside the files that an edition lists: what they are checked with.
EDITION_FILES = ("SHA256SUMS", "verify.py")
SUMS, README = "SHA256SUMS", "README.txt"
TOLD_EVERY = 50


@dataclass(frozen=True, kw_only=True)
class Fetched:
    """An answer of the site: kept as `body` until every name is known. `file` is where it goes in the copy."""

    address: str
    is_page: bool
    body: Path
    file: str


@click.command("copy")
@click.argument("slug")
@click.option(
    "-o", "--output", required=True, type=click.Path(path_type=Path), help="A folder that is empty or not there yet."
)
@with_app
def copy(slug: str, output: Path) -> None:
    """Copy the letter SLUG with its pages, names, files and proofs into a folder that opens without the site.

    Example: undersigned letter copy rekognition-2018-coalition -o /srv/archive/rekognition
    """
    if output.exists() and (not output.is_dir() or any(output.iterdir())):
        fail(f"{output} is not an empty folder. Choose another one.")
    with read_only():
        letter = queries.letter_by_slug(slug)
        if letter is None:
            fail(f'There is no letter "{slug}".')
        scope, first, language = scope_of(letter), first_addresses(letter), letter.language
    output.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=output.parent) as scratch, quiet_requests():
        made, bodies = Path(scratch) / "copy", Path(scratch) / "bodies"
        made.mkdir()
        bodies.mkdir()
        fetched = fetch_all(scope, first, language, bodies)
        write_all(fetched, scope, made, language, clock.now())
        made.replace(output)
    click.echo(f"{len(fetched)} pages and files in {output}")


def scope_of(letter: Letter) -> sitecopy.Scope:
    """What belongs to the copy of a letter."""
    campaign = queries.campaign_of(letter)
    companies = [target.slug for target in queries.targets_of(letter.id)]
    return sitecopy.Scope(
        site=current_app.config["BASE_URL"], letter=letter.slug, campaign=campaign.slug, companies=companies
    )


def first_addresses(letter: Letter) -> list[str]:
    """Where the walk begins: the letter's pages, and the files of its delivered editions, whatever links to them."""
    base = f"/letters/{letter.slug}"
    found = [base, *(f"{base}{page}" for page in PAGES), f"/campaigns/{queries.campaign_of(letter).slug}"]
    for edition in delivered_editions([letter.id])[letter.id]:
        place = f"{base}/editions/{edition.number}"
        names = [file["name"] for file in edition.files]
        found += [place, *(f"{place}/{name}" for name in dict.fromkeys([*names, *EDITION_FILES]))]
    return found


def fetch_all(scope: sitecopy.Scope, first: list[str], language: str, bodies: Path) -> list[Fetched]:
    """Every page and file of the copy, each asked for once; what a page links to follows it."""
    client, names = current_app.test_client(), sitecopy.Names(scope)
    waiting, known, found = deque(first), set(first), list[Fetched]()
    while waiting:
        address = waiting.popleft()
        answer = contextvars.Context().run(ask, client, scope.site, address, language)
        if answer.status_code != 200:
            check(address, answer.status_code, address == first[0])
            continue
        kept = keep(address, answer, names, bodies / str(len(found)))
        found.append(kept)
        for link in links_in(kept, answer):
            linked = scope.address_of(link, address)
            if linked is not None and linked not in known:
                known.add(linked)
                waiting.append(linked)
        if len(found) % TOLD_EVERY == 0:
            click.echo(f"{len(found)} pages and files", err=True)
    return found


def ask(client: FlaskClient, site: str, address: str, language: str) -> TestResponse:
    """The site's own answer, as a reader of that language gets it."""
    return client.get(address, base_url=site, headers={"Accept-Language": language}, buffered=True)


def check(address: str, status: int, is_letter: bool) -> None:
    """Leaves when what was refused cannot be missing from a copy, and says which file of an edition is not there.

    Any other page there is none of is none of the copy either.
    """
    if is_letter:
        raise Refused("gone" if status == 410 else "not_public")
    if status >= 500:
        fail(f"{address} could not be read (status {status}), so nothing was copied. Try again.")
    if "/editions/" in address:
        click.echo(f"{address} is not there (status {status}), so it is not in the copy", err=True)


def keep(address: str, answer: TestResponse, names: sitecopy.Names, body: Path) -> Fetched:
    """Keeps an answer until the names of all others are known."""
    body.write_bytes(answer.data)
    # A file of an edition may be HTML too, and is kept byte by byte.
    is_page = answer.mimetype == "text/html" and "." not in address.partition("?")[0].rpartition("/")[2]
    download = parse_options_header(answer.headers.get("Content-Disposition"))[1].get("filename", "")
    return Fetched(address=address, is_page=is_page, body=body, file=names.file_of(address, is_page, download))


def links_in(kept: Fetched, answer: TestResponse) -> list[str]:
    """What an answer links to or loads."""
    if kept.is_page:
        return sitecopy.links_of(answer.text)
    return list(sitecopy.style_links_of(answer.text)) if answer.mimetype == "text/css" else []


def write_all(fetched: list[Fetched], scope: sitecopy.Scope, folder: Path, language: str, now: datetime) -> None:
    """Writes the copy, its README and the sums over all of it."""
    files = {one.address: one.file for one in fetched}
    with force_locale(language if language in SHIPPED else SHIPPED[0]):
        source = f"{scope.site}/letters/{scope.letter}"
        notice = _("A copy of %(source)s, made on %(moment)s.", source=source, moment=when(now))
        instead = _("Forms work on the site alone: %(source)s", source=source)
    for one in fetched:
        place = folder / one.file
        place.parent.mkdir(parents=True, exist_ok=True)
        if one.is_page:
            page = one.body.read_text(encoding="utf-8")
            text = sitecopy.rewritten(page, one.address, files, scope, notice=notice, instead_of_form=instead)
            place.write_text(text, encoding="utf-8", newline="\n")
        else:
            one.body.replace(place)
    (folder / README).write_text(readme(folder, notice), encoding="utf-8", newline="\n")
    (folder / SUMS).write_text("".join(sums(folder)), encoding="utf-8", newline="\n")


def readme(folder: Path, notice: str) -> str:
    """What lies here, and how to check it."""
    checks = [
        f"    python3 {script.relative_to(folder).as_posix()}" for script in sorted(folder.glob("editions/*/verify.py"))
    ]
    proofs = (
        "\nEach delivered edition checks itself against its own manifest:\n\n" + "\n".join(checks) if checks else ""
    )
    return (
        f"""{notice}

Open index.html in a browser. Nothing is loaded from elsewhere; links out of the copy
lead to the living site and to sources, and nothing here depends on them.

Whether a byte was changed since the copy was made, says:

    sha256sum -c {SUMS}
{proofs}
""".rstrip()
        + "\n"
    )


def sums(folder: Path) -> Iterator[str]:
    """The lines of SHA256SUMS over every file of the copy, by name."""
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        with path.open("rb") as file:
            yield f"{hashlib.file_digest(file, 'sha256').hexdigest()}  {path.relative_to(folder).as_posix()}\n"


@contextmanager
def quiet_requests() -> Iterator[None]:
    """While the site is asked a thousand times over, its log of requests keeps to what goes wrong."""
    log = logging.getLogger("campaign.requests")
    before = log.level
    log.setLevel(logging.WARNING)
    try:
        yield
    finally:
        log.setLevel(before)
