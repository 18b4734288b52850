"""Rounds over pages and signings: each in turn with the bare page, so that a busy machine slows both."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median

from sqlalchemy import create_engine, text

from bench import journeys
from bench.desk import signed_in
from bench.journeys import Journeys
from bench.load import MOST_JOURNEYS, Answer, Journey, Result, expect, request, run
from bench.sites import Server, Site
from bench.table import Row

ROUNDS = 3


@dataclass(frozen=True)
class Measured:
    """The middle rate of the rounds, and the middle ratio to the bare page."""

    rate: float
    ratio: float
    last: Result

    @property
    def figure(self) -> str:
        """The rate with its spread, as text."""
        return f"{self.rate:,.0f}/s, p95 {self.last.percentile(0.95):.0f} ms"


class Rounds:
    """Measures against one bare server, in rounds of so many seconds."""

    def __init__(self, bare: Server, seconds: float) -> None:
        self.bare, self.seconds = bare, seconds

    def measure(self, port: int, journey: Journeys, most: int = MOST_JOURNEYS) -> Measured:
        """The rate of a journey, in alternation with the bare page."""
        run(port, journey, 0.3, most // 10)
        rates, ratios = [], []
        for _round in range(ROUNDS):
            base = run(self.bare.port, journeys.page(self.bare.port, "/"), self.seconds)
            result = run(port, journey, self.seconds, most // ROUNDS)
            rates.append(result.rate)
            ratios.append(result.rate / base.rate)
        return Measured(median(rates), median(ratios), result)


def at_least(what: str, on: str, measured: Measured, target: float | None) -> Row:
    """A row whose ratio to the bare page should not be less."""
    if target is None:
        return Row(what, on, measured.figure, measured.ratio)
    return Row(what, on, measured.figure, measured.ratio, f"at least {target:.2f}", measured.ratio >= target)


def flat(what: str, on: str, small: Measured, large: Measured, percent: int) -> Row:
    """A row that says how much slower the large letter is, as ratio to the small one."""
    ratio = large.ratio / small.ratio
    return Row(what, on, f"{100 * (1 - ratio):.0f} % slower", ratio, f"within {percent} %", ratio >= 1 - percent / 100)


def within(what: str, on: str, measured: Measured, letter: Measured, times: float) -> Row:
    """A row whose time should be under so many times the letter page's."""
    ratio = letter.ratio / measured.ratio
    return Row(what, on, measured.figure, measured.ratio, f"under {times:g} x letter: {ratio:.2f} x", ratio < times)


def measure_pages(rounds: Rounds, site: Site, servers: dict[str, Server]) -> list[Row]:
    """The letter page in each way it is made, the names and the queue."""
    rows: list[Row] = []
    targets = {"site": 0.50, "rendered": 0.35}
    words = {
        "site": "letter page, from the cache of bytes",
        "rendered": "letter page, rendered from its parts",
        "recounted": "letter page, after a new count",
        "cold": "letter page, nothing kept",
    }
    small, large = min(site.letters), max(site.letters)
    for kind, what in words.items():
        port, found = servers[kind].port, {}
        for size in (small, large):
            found[size] = rounds.measure(port, journeys.page(port, f"/letters/{site.letters[size]}"))
            rows.append(at_least(f"{what}, {size:,}", site.name, found[size], targets.get(kind)))
        if kind in targets:
            rows.append(flat(f"{what}, flat", site.name, found[small], found[large], 10))
    cold, port, path = found[large], servers["cold"].port, f"/letters/{site.letters[large]}"
    desk = signed_in(site, port)
    for what, journey in (
        ("names page", journeys.page(port, f"{path}/names")),
        ("queue page", journeys.page(port, f"/desk{path}/queue", Cookie=desk)),
    ):
        rows.append(within(f"{what}, {large:,}", site.name, rounds.measure(port, journey), cold, 2))
    return rows


def measure_conditional(rounds: Rounds, site: Site, server: Server) -> Row:
    """A reader who has the page already."""
    large = max(site.letters)
    path = f"/letters/{site.letters[large]}"
    answers: list[Answer] = []

    def ask() -> Journey:
        answers.append(expect((yield request("GET", path, server.port)), 200))

    run(server.port, lambda: iter([ask()]), 1)
    again = journeys.page(server.port, path, 304, If_None_Match=answers[0].header("ETag"))
    return at_least(f"letter page, 304, {large:,}", site.name, rounds.measure(server.port, again), None)


def measure_signing(rounds: Rounds, site: Site, server: Server) -> list[Row]:
    """Form and post, then link and button, on the smallest and the largest letter."""
    small, large = min(site.letters), max(site.letters)
    signed = {}
    for size in (small, large):
        signed[size] = rounds.measure(server.port, journeys.signing(server.port, site.letters[size]))
    confirmed = {}
    for size in (small, large):
        ids = waiting(site, site.letters[size])
        link = journeys.confirming(server.port, site.environ, ids)
        confirmed[size] = rounds.measure(server.port, link, len(ids))
    rows = []
    for what, found in (("signing", signed), ("confirming", confirmed)):
        rows += [at_least(f"{what}, {size:,}", site.name, found[size], 0.04) for size in (small, large)]
        rows.append(flat(f"{what}, flat", site.name, found[small], found[large], 15))
    return rows


def waiting(site: Site, slug: str) -> list[int]:
    """The signatures this run made on a letter, which wait for their button."""
    engine = create_engine(site.environ["UNDERSIGNED_DATABASE_URL"].replace("postgresql://", "postgresql+psycopg://"))
    found = text(
        "SELECT signature.id FROM signature JOIN letter ON letter.id = signature.letter_id "
        "WHERE letter.slug = :slug AND verification = 'pending' AND email LIKE 'bench.%' ORDER BY signature.id"
    )
    with engine.connect() as connection:
        ids = [int(row.id) for row in connection.execute(found, {"slug": slug})]
    engine.dispose()
    return ids
