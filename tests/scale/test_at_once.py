"""Many at the same moment: one signature per mailbox, one count per confirmation, no lock ever told to anybody."""

from __future__ import annotations

import itertools
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from config import ROOT
from tests.scale.crowd import CONFIRM, Browser, Crowd, outbox_empty, rows, seeded, wait_for_people, wait_long
from tests.support.server import Site
from tests.support.smtp import Sink

StartSite = Callable[..., Site]
CLIENTS = 8
LIVE = """
    SELECT mailbox_key, count(*) FROM signature JOIN letter ON letter.id = signature.letter_id
    WHERE letter.slug = :slug AND lower(email) LIKE :like
      AND withdrawn_at IS NULL AND verification <> 'expired' AND merged_into_id IS NULL
    GROUP BY mailbox_key
"""


def spellings(number: int, count: int) -> list[str]:
    """One mailbox, spelt in so many ways: case, tags, and the case of the domain."""
    local, domains = f"many.{number}", ("mail.example", "Mail.Example", "MAIL.EXAMPLE")
    forms = (local, local.upper(), local.title())
    tags = ("", *(f"+{tag}" for tag in range(count)))
    every = (f"{form}{tag}@{domain}" for tag, form, domain in itertools.product(tags, forms, domains))
    return list(itertools.islice(every, count))


def in_parallel(site: Site, acts: list[Callable[[Browser], int]]) -> list[int]:
    """What each act answered; eight browsers take turns, so that neighbours in the list meet."""

    def work(own: list[Callable[[Browser], int]]) -> list[int]:
        with Browser(site) as browser:
            return [act(browser) for act in own]

    shares = [acts[start::CLIENTS] for start in range(CLIENTS)]
    with ThreadPoolExecutor(CLIENTS) as pool:
        return [status for answers in pool.map(work, shares) for status in answers]


def prove_one_signature(site: Site, mailboxes: int, posts: int) -> None:
    """P4: each mailbox signs that often at once, and has one live signature."""
    slug = seeded(site)
    with Browser(site) as browser:
        token = browser.token(slug)
    acts = [
        (lambda browser, address=address: browser.sign(slug, token, address))
        for number in range(mailboxes)
        for address in spellings(number, posts)
    ]
    assert set(in_parallel(site, acts)) == {303}
    counts = [count for _key, count in rows(site, LIVE, slug=slug, like="%any.%")]
    assert counts == [1] * mailboxes


def prove_one_count(site: Site, sink: Sink, links: int, posts: int) -> None:
    """P5: each link is pressed that often at once, and the tally is exact."""
    slug = seeded(site)
    with Browser(site) as browser:
        token = browser.token(slug)
    acts = [(lambda browser, n=n: browser.sign(slug, token, f"once.{n}@mail.example")) for n in range(links)]
    assert set(in_parallel(site, acts)) == {303}
    wait_long(lambda: outbox_empty(site), "the mails", 30 + links / 10)
    people = rows(site, "SELECT people FROM tally JOIN letter ON letter.id = tally.letter_id WHERE slug = :s", s=slug)
    texts = [mail.get_body(("plain",)).get_content() for mail in sink.messages]
    paths = [urlsplit(match[0]).path for match in map(CONFIRM.search, texts) if match]
    assert len(paths) == links
    with Browser(site) as browser:
        buttons = [(path, browser.button(path)) for path in paths]
    presses = [
        (lambda browser, path=path, fields=fields: browser.ask("POST", path, fields)[0])
        for path, fields in buttons
        for _time in range(posts)
    ]
    assert set(in_parallel(site, presses)) == {303}
    wait_for_people(site, slug, people[0][0] + links)
    assert '"differences": {}' in site.run("recount", "--letter", slug, "--json")


def test_one_mailbox_signs_once(start_site: StartSite, site_database: dict[str, str]) -> None:
    """P4: parallel posts of one mailbox in many spellings leave one live signature."""
    prove_one_signature(start_site(limits="off", **site_database), mailboxes=10, posts=12)


def test_one_confirmation_counts_once(start_site: StartSite, site_database: dict[str, str], sink: Sink) -> None:
    """P5: parallel presses of one link count once."""
    prove_one_count(start_site(limits="off", mail_url=sink.url, **site_database), sink, links=8, posts=8)


@pytest.mark.slow
def test_two_hundred_mailboxes_sign_once(start_site: StartSite, site_database: dict[str, str]) -> None:
    """P4 in full: 50 parallel posts for each of 200 mailboxes."""
    prove_one_signature(start_site(limits="off", **site_database), mailboxes=200, posts=50)


@pytest.mark.slow
def test_five_hundred_confirmations_count_once(
    start_site: StartSite, site_database: dict[str, str], sink: Sink
) -> None:
    """P5 in full: 20 parallel posts on each of 500 links."""
    prove_one_count(start_site(limits="off", mail_url=sink.url, **site_database), sink, links=500, posts=20)


def prove_no_lock(site: Site, log: Path, seconds: float) -> None:
    """P10: eight people sign while the worker sends and lists are written; everybody is answered."""
    log.mkdir()
    crowd = Crowd(site, seeded(site), log, CLIENTS)
    end = time.monotonic() + seconds
    with crowd.signing():
        while time.monotonic() < end:
            asked = f"export --letter {crowd.slug} --format csv --purpose internal -o {site.data_dir / 'list.csv'}"
            # A process of its own, as when an operator types it: nothing is shared with the crowd.
            command = [sys.executable, "-m", "campaign.cli", *asked.split()]
            subprocess.run(command, cwd=ROOT, env=site.environ, check=True)
    assert crowd.statuses == {303}
    assert len(crowd.acknowledged) > 20
    assert "locked" not in site.log


def test_nobody_meets_a_lock(start_site: StartSite, tmp_path: Path) -> None:
    """P10: a few seconds of signing, sending and exporting on SQLite."""
    prove_no_lock(start_site(limits="off"), tmp_path / "acknowledged", 4)


@pytest.mark.slow
def test_nobody_meets_a_lock_in_three_minutes(start_site: StartSite, tmp_path: Path) -> None:
    """P10 in full."""
    prove_no_lock(start_site(limits="off"), tmp_path / "acknowledged", 180)
