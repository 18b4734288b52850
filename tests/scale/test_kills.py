"""Real processes killed at random moments: what was acknowledged is there, and its mail is sent (P1, P2, P3)."""

from __future__ import annotations

import os
import random
import signal
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.scale.crowd import CONFIRM, Crowd, outbox_empty, rows, seeded, wait_long
from tests.support.server import Site
from tests.support.smtp import Sink

StartSite = Callable[..., Site]
# A job that died with its worker is taken over after its lease of five minutes: the clock is moved instead.
AFTER_THE_LEASE = 600


def kill_now_and_then(
    site: Site, times: int, mean_gap: float, source: random.Random, kinds: tuple[str, ...] = ("web", "worker")
) -> Counter[str]:
    """Kills processes of this site, web or worker, with -9 at random moments; how many of each."""
    killed: Counter[str] = Counter()
    while sum(killed.values()) < times:
        time.sleep(source.expovariate(1 / mean_gap))
        kind = source.choice(kinds)
        running = site.children(kind)
        if running:
            os.kill(source.choice(running), signal.SIGKILL)
            killed[kind] += 1
            time.sleep(0.1)  # the supervisor notes the death, so that nobody is killed twice
    return killed


def prove_nothing_lost(
    start_site: StartSite, settings: dict[str, str], sink: Sink, log: Path, kills: int, gap: float, least: int
) -> None:
    """Signs under kills, starts again, sends what is left, and compares log, table and mails."""
    site = start_site(limits="off", mail_url=sink.url, **settings)
    crowd = Crowd(site, seeded(site), log)
    with crowd.signing():
        killed = kill_now_and_then(site, kills, gap, random.Random(kills))
    site.stop()
    site.environ["UNDERSIGNED_TEST_CLOCK_OFFSET"] = str(AFTER_THE_LEASE)
    site.start()
    wait_long(lambda: outbox_empty(site), "the outbox to be empty", 30 + len(crowd.acknowledged) / 20)
    acknowledged = crowd.acknowledged
    assert len(acknowledged) >= least
    stored = Counter(row[0] for row in rows(site, "SELECT email FROM signature WHERE email LIKE 'crowd.%'"))
    assert acknowledged - stored.keys() == set()  # P1
    assert [address for address, count in stored.items() if count > 1] == []  # P4
    assert acknowledged - set(sink.recipients) == set()  # P2
    repeats = [mails for mails in map(sink.to, stored) if len(mails) > 1]
    assert sum(len(mails) - 1 for mails in repeats) <= killed["worker"]  # P3
    for mails in repeats:
        assert len({mail["Message-ID"] for mail in mails}) == 1
        assert len({CONFIRM.findall(mail.get_body(("plain",)).get_content())[0] for mail in mails}) == 1
    assert crowd.statuses <= {303, 503}


def test_nothing_acknowledged_is_lost(
    start_site: StartSite, site_database: dict[str, str], sink: Sink, tmp_path: Path
) -> None:
    """P1, P2, P3: five kills within a few seconds of signing, on both databases."""
    log = tmp_path / "acknowledged"
    log.mkdir()
    prove_nothing_lost(start_site, site_database, sink, log, kills=5, gap=0.5, least=20)


@pytest.mark.slow
def test_nothing_acknowledged_is_lost_in_the_long_run(
    start_site: StartSite, site_database: dict[str, str], sink: Sink, tmp_path: Path
) -> None:
    """P1, P2, P3 in full: 0 of 10,000 over 60 kills, three seconds apart."""
    log = tmp_path / "acknowledged"
    log.mkdir()
    prove_nothing_lost(start_site, site_database, sink, log, kills=60, gap=3.0, least=10_000)
