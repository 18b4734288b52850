"""An attack: what checking costs a signing, what a flood costs an honest signer, and deciding on all of it at once.

`python -m bench.attack WHAT LETTER NUMBER` prints the figures of one part on the data of its environment.
"""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from http.client import HTTPConnection
from urllib.parse import urlencode

from sqlalchemy import insert, select

from bench.journeys import LETTERS, TOKEN
from bench.sites import Server, Site, served
from bench.table import Row
from campaign import create_app, networks
from campaign.choices import BulkState
from campaign.decisions import broken_links
from campaign.extensions import db
from campaign.letters.queries import letter_by_slug
from campaign.lib import clock
from campaign.models import SearchWord, Signature, SigningHint
from campaign.moderation import operations
from campaign.moderation.conditions import Condition
from campaign.moderation.rules import Ruling
from campaign.signing.operations.origin import Origin, examine, note_attempt
from campaign.signing.queries import count_public, letter_to_sign
from campaign.signing.rules import BURST_MOST, BURST_WINDOW, MOST_ON_LETTER, NETWORK_MOST, NETWORK_WINDOW
from config import ROOT

# The attack of 2016: so many in an hour; from so few networks that each is held within seconds.
WAVE, NETWORKS = 77_000, 8
A_SECOND = WAVE / 3600
CALM_SECONDS, MOST_HONEST = 60.0, 4_000
# What a signing is answered by: taken, shown again with a proof of work to do, its network full for now.
SIGNED, ASKED, REFUSED = 303, 422, 429
COLUMNS = [column for column in Signature.__table__.columns if column.name != "id"]


def attacked(site: Site, size: int, *, wave: int = WAVE, seconds: float = 20.0) -> list[Row]:
    """All three, on the letter of a size."""
    slug = site.letters[size]
    quiet, flooded = (told(site, what, slug, 300)["milliseconds"] for what in ("quiet", "flooded"))
    bulk = told(site, "bulk", slug, wave)
    worst = max(quiet, flooded)
    return [
        Row("checks of a signing, CPU", site.name, f"{quiet:.2f} to {flooded:.2f} ms", None, "2 ms", worst <= 2),
        *flooded_site(site, slug, seconds),
        Row(f"rejecting {wave:,}", site.name, f"{bulk['decided']:.0f} s", None, "under 60 s", bulk["decided"] < 60),
        Row(f"taking {wave:,} back", site.name, f"{bulk['undone']:.0f} s", None, "every count", bulk["is_same"]),
    ]


def flooded_site(site: Site, slug: str, seconds: float) -> list[Row]:
    """What a flood of so many seconds costs an honest signer, and what becomes of it."""
    calm, under, answers = honest(site, slug, seconds)
    held = int(told(site, "held", slug, 0)["number"])
    sent, stopped = answers.total(), answers[ASKED] + answers[REFUSED]
    figure = f"{answers[SIGNED] - held:,} of {sent:,}: {held:,} held, {stopped:,} asked for a proof or refused"
    windows, hours = (1 + seconds // window.total_seconds() for window in (BURST_WINDOW, NETWORK_WINDOW))
    most = NETWORKS * min(BURST_MOST * windows, NETWORK_MOST * hours)
    return [
        Row(
            f"honest signer, p95, while {A_SECOND:.0f} a second attack for {seconds:,.0f} s",
            site.name,
            f"{under * 1000:.0f} ms after {calm * 1000:.0f} ms",
            None,
            "within 2x",
            under <= 2 * calm,
        ),
        Row(
            "of the attack, not stopped",
            site.name,
            figure,
            None,
            f"at most {most:,.0f}: what {NETWORKS} networks may in that time",
            answers[SIGNED] - held <= most,
        ),
    ]


def told(site: Site, what: str, slug: str, number: int) -> dict[str, float]:
    """What a part prints, run in a process of its own."""
    command = [sys.executable, "-m", "bench.attack", what, slug, str(number)]
    environ = {**site.environ, "UNDERSIGNED_LIMITS": "on"}
    done = subprocess.run(command, cwd=ROOT, env=environ, check=True, capture_output=True, text=True)
    answer: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return answer


def checks(slug: str, number: int, hints: int) -> dict[str, float]:
    """Milliseconds of CPU that looking at an attempt and keeping its hint take, its network having made so many."""
    letter_id, now = letter_of(slug), clock.now()
    letter, origin = letter_to_sign(letter_id), Origin(address="192.0.2.7", seconds=20)
    mark = networks.mark(origin.address, now)
    rows = [{"letter_id": letter_id, "network": mark, "signed_at": now}] * hints
    db.session.execute(insert(SigningHint), rows or [{**origin_row(letter_id), "signed_at": now}])
    started = time.process_time()
    for turn in range(number):
        finding = examine(letter, origin, [f"{turn:064}"], "mail.example", now)
        note_attempt(letter_id, None, replace(finding, network="elsewhere"), origin, now)
    took = time.process_time() - started
    db.session.rollback()
    return {"milliseconds": took * 1000 / number}


def origin_row(letter_id: int) -> dict[str, object]:
    """A hint of another network."""
    return {"letter_id": letter_id, "network": "elsewhere"}


def letter_of(slug: str) -> int:
    """The id of a letter."""
    letter = letter_by_slug(slug)
    if letter is None:
        raise SystemExit(f"no letter {slug}")
    return letter.id


def bulk(slug: str, number: int) -> dict[str, float]:
    """Seconds that rejecting so many signatures takes, and taking it back; whether every count is as before."""
    letter_id = letter_of(slug)
    add_wave(letter_id, number)
    letter, before, now = letter_by_slug(slug), count_public(letter_id), clock.now()
    if letter is None:
        raise SystemExit("the letter went away")
    condition = Condition(domain="wave.example")
    row = operations.plan_bulk(letter, condition, Ruling("reject", "not_a_person"), by_id=None, now=now)
    bulk_id = row.id
    carry_on(bulk_id, BulkState.COUNTING)
    operations.start_bulk(letter_id, bulk_id, by_id=None, now=now)
    decided = carry_on(bulk_id, BulkState.RUNNING)
    fell = before["people"] - count_public(letter_id)["people"]
    operations.undo_bulk(letter_id, bulk_id, by_id=None, now=now)
    undone = carry_on(bulk_id, BulkState.UNDOING)
    is_same = count_public(letter_id) == before and fell == number and not broken_links(letter_id)
    return {"decided": decided, "undone": undone, "is_same": is_same}


def carry_on(bulk_id: int, state: BulkState) -> float:
    """Seconds the job takes."""
    started = time.perf_counter()
    db.session.commit()
    while operations.take_step(bulk_id, state, None, clock.now()):
        db.session.commit()
        db.session.expunge_all()
    db.session.commit()
    return time.perf_counter() - started


def add_wave(letter_id: int, number: int) -> None:
    """So many public signatures of a script, with their words."""
    like = db.session.execute(
        select(*COLUMNS).where(Signature.letter_id == letter_id, Signature.moderation == "approved").limit(1)
    ).one()
    same = {**like._mapping, "kind": "person", "organization_id": None, "is_private": False, "reasons": ""}
    for start in range(0, number, 5_000):
        turns = range(start, min(start + 5_000, number))
        rows = [{**same, "email": f"w{n}@wave.example", "mailbox_key": f"wave{n:060}"} for n in turns]
        ids = db.session.scalars(insert(Signature).returning(Signature.id), rows).all()
        words = [{"letter_id": letter_id, "word": "wave", "signature_id": number} for number in ids]
        db.session.execute(insert(SearchWord), words)
    db.session.commit()


def honest(site: Site, slug: str, seconds: float) -> tuple[float, float, Counter[int]]:
    """The p95 of somebody who signs alone, and under attack, in seconds; and how often each answer met the attack."""
    environ = {**site.environ, "UNDERSIGNED_LIMITS": "on", "UNDERSIGNED_TRUSTED_PROXIES": "1"}
    with served(replace(site, environ=environ), "site") as server:
        calm = p95(sign_for(server, slug, min(seconds, CALM_SECONDS), "calm"))
        with flood(server, slug) as answers:
            under = p95(sign_for(server, slug, seconds, "under"))
    return calm, under, answers


def sign_for(server: Server, slug: str, seconds: float, who: str) -> list[float]:
    """Seconds each signing took of people who come one after the other, each from a network of their own."""
    connection, token, took = *opened(server, slug), []
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        number = len(took)
        started = time.perf_counter()
        address = f"{20 + number // 65_536}.{number // 256 % 256}.{number % 256}.1"
        status = post(connection, slug, token, f"{who}.{number}@mail.example", address)
        if status != SIGNED:
            raise SystemExit(f"an honest signing was answered by {status}")
        took.append(time.perf_counter() - started)
        time.sleep(max(0.05, seconds / MOST_HONEST))
    return took


@contextmanager
def flood(server: Server, slug: str) -> Iterator[Counter[int]]:
    """The attack at its own pace while the block runs, from a few networks; how often it got each status."""
    stop, answers = threading.Event(), Counter[int]()

    def attack() -> None:
        connection, token = opened(server, slug)
        number, due = 0, time.monotonic()
        while not stop.is_set():
            answers[post(connection, slug, token, f"attack.{number}@mail.example", f"203.0.{number % NETWORKS}.7")] += 1
            number, due = number + 1, due + 1 / A_SECOND
            time.sleep(max(0.0, due - time.monotonic()))

    thread = threading.Thread(target=attack)
    thread.start()
    try:
        yield answers
    finally:
        stop.set()
        thread.join()


def opened(server: Server, slug: str) -> tuple[HTTPConnection, str]:
    """A connection, and the token of the letter's form."""
    connection = HTTPConnection("127.0.0.1", server.port, timeout=30)
    connection.request("GET", f"/letters/{slug}/sign")
    match = TOKEN.search(connection.getresponse().read())
    return connection, match[1].decode() if match else ""


def post(connection: HTTPConnection, slug: str, token: str, email: str, address: str) -> int:
    """Somebody at an address signs; the status of the answer."""
    name = f"Bench {email.split('@')[0].replace('.', ' ').translate(LETTERS).title()}"
    body = urlencode({"csrf_token": token, "name": name, "email": email, "seconds": "20", "homepage": ""})
    headers = {"Content-Type": "application/x-www-form-urlencoded", "X-Forwarded-For": address}
    connection.request("POST", f"/letters/{slug}/sign", body, headers)
    answer = connection.getresponse()
    answer.read()
    if answer.status not in (SIGNED, ASKED, REFUSED):
        raise SystemExit(f"signing answered {answer.status}")
    return answer.status


def p95(took: list[float]) -> float:
    """What 95 of 100 stay below."""
    return sorted(took)[int(len(took) * 0.95)]


def held(slug: str) -> dict[str, float]:
    """How many of the attack will be held when they are confirmed."""
    mine = (Signature.letter_id == letter_of(slug), Signature.email.startswith("attack."))
    reasons = db.session.scalars(select(Signature.reasons).where(*mine))
    return {"number": sum("burst" in one for one in reasons)}


def main(what: str, slug: str, number: int) -> None:
    """Prints one line of JSON."""
    with create_app().app_context():
        parts = {
            "quiet": lambda: checks(slug, number, 0),
            "flooded": lambda: checks(slug, number, MOST_ON_LETTER - 1),
            "bulk": lambda: bulk(slug, number),
            "held": lambda: held(slug),
        }
        print(json.dumps(parts[what]()))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
