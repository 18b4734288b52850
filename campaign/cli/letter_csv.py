"""organizations.csv and timeline.csv, read row by row: fixed headers, and errors that name the line."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NoReturn

from campaign.choices import Audience, DemandStatus, OrganizationType, ResponseKind
from campaign.cli.letter_toml import BadFile, cleaned
from campaign.letters import rules
from campaign.lib.countries import BadCountry, country_code
from campaign.lib.emails import BadWebsite, clean_website
from campaign.sentences import sentence

ORGANIZATIONS, TIMELINE = "organizations.csv", "timeline.csv"
ORGANIZATION_COLUMNS = ("name", "website", "type", "country", "source")
TIMELINE_COLUMNS = ("happened", "precision", "sort_on", "kind", "actor", "text", "source", "url")
# What a timeline may say beside: which rows are responses of the target, to whom, and what they mean.
RESPONSE_COLUMNS = ("response", "audience", "demands", "status")


@dataclass(frozen=True, kw_only=True)
class ResponseRow:
    """Something the target said or did: the line it stands in, and what it means for which demands of the letter."""

    line: int
    event: rules.TimelineRow
    kind: str
    audience: str
    demands: tuple[int, ...]
    status: str


@dataclass(frozen=True, kw_only=True)
class OrganizationRow:
    """An organization that a source confirms, and the line it stands in."""

    line: int
    name: str
    website: str
    type: str
    country: str
    source: str


class CsvRow:
    """One row by column, with the line it begins in."""

    def __init__(self, file: str, line: int, cells: dict[str, str]) -> None:
        self.file, self.line, self.cells = file, line, cells

    def fail(self, problem: str) -> NoReturn:
        """Refuses the row with a sentence about it."""
        raise BadFile(self.file, self.line, problem)

    def text(self, column: str, limit: int, required: bool = False) -> str:
        """The cleaned cell of a column, of at most `limit` characters."""
        text = cleaned(self.cells[column], limit, lambda why: self.fail(f"{column} {why}"))
        if required and not text:
            self.fail(f"{column} is empty")
        return text


def read_rows(name: str, source: str, columns: Sequence[str], optional: Sequence[str] = ()) -> Iterator[CsvRow]:
    """The rows of a CSV text whose first line names exactly these columns, and all of the optional ones or none.

    Empty lines are skipped.
    """
    if optional and source.partition("\n")[0].strip() == ",".join((*columns, *optional)):
        columns = (*columns, *optional)
    reader = csv.reader(io.StringIO(source, newline=""), strict=True)
    line = 1
    try:
        for cells in reader:
            if line == 1 and tuple(cells) != tuple(columns):
                raise BadFile(name, 1, f"the first line has to be {','.join(columns)}")
            if line > 1 and cells:
                if len(cells) != len(columns):
                    raise BadFile(name, line, f"there are {len(cells)} cells, not {len(columns)}")
                yield CsvRow(name, line, dict(zip(columns, cells, strict=True)))
            line = reader.line_num + 1
    except csv.Error as error:
        raise BadFile(name, line, f"this is not CSV: {error}") from None
    if line == 1:
        raise BadFile(name, 1, f"the first line has to be {','.join(columns)}")


def read_organization(row: CsvRow) -> OrganizationRow:
    """An organization with its source, which is the reason to vouch for it."""
    kind = row.text("type", 20)
    if kind not in list(OrganizationType):
        row.fail(f"type is one of {', '.join(OrganizationType)}, not {kind!r}")
    website, country = row.cells["website"].strip(), row.cells["country"].strip()
    try:
        website = clean_website(website) if website else ""
        country = country_code(country) if country else ""
    except BadWebsite:
        row.fail(f"website is the address of a site like https://www.example.org/, not {website!r}")
    except BadCountry:
        row.fail(f"country is a code or a name like DE or Germany, not {country!r}")
    return OrganizationRow(
        line=row.line,
        name=row.text("name", 200, required=True),
        website=website,
        type=kind,
        country=country,
        source=row.text("source", 300, required=True),
    )


def read_event(row: CsvRow) -> rules.TimelineRow:
    """Something that happened, with its source."""
    happened, precision, url = row.text("happened", 40), row.text("precision", 10), row.text("url", 500)
    if problem := rules.happened_problem(happened, precision):
        row.fail(sentence(problem))
    if url and not rules.is_web_address(url):
        row.fail(sentence("bad_url"))
    try:
        sort_on = date.fromisoformat(row.cells["sort_on"].strip())
    except ValueError:
        row.fail("sort_on is a day like 2018-05-22; it only puts the rows in order")
    return rules.TimelineRow(
        sort_on=sort_on,
        happened=happened,
        precision=precision,
        kind=row.text("kind", 40),
        actor=row.text("actor", 200),
        text=row.text("text", 2000, required=True),
        source=row.text("source", 300),
        url=url,
    )


def read_response(row: CsvRow) -> ResponseRow | None:
    """What a row of the timeline says the target answered; None where the row is no response of the target."""
    if "response" not in row.cells or not any(row.cells[column].strip() for column in RESPONSE_COLUMNS):
        return None
    kind, audience, status = row.text("response", 20), row.text("audience", 20), row.text("status", 20)
    for column, word, known in (
        ("response", kind, list(ResponseKind)),
        ("audience", audience, list(Audience)),
        ("status", status, ["", *DemandStatus]),
    ):
        if word not in known:
            row.fail(f"{column} is one of {', '.join(filter(None, known))}, not {word!r}")
    numbers = [number.strip() for number in row.cells["demands"].split(";") if number.strip()]
    if not all(number.isascii() and number.isdigit() for number in numbers):
        row.fail("demands are numbers of the letter's demands, like 1;2")
    if bool(numbers) != bool(status):
        row.fail("demands and status go together: which demands, and where they stand")
    demands = tuple(int(number) for number in numbers)
    return ResponseRow(
        line=row.line, event=read_event(row), kind=kind, audience=audience, demands=demands, status=status
    )
