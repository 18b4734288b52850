"""Workers killed while an update is mailed: nobody gets it twice, and one mail for each kill is in doubt (P3)."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from campaign import create_app
from campaign.extensions import db
from campaign.models import Letter
from campaign.updates import operations
from campaign.updates.queries import Circle, count_recipients
from config import Settings
from tests.factories import make_update
from tests.scale.crowd import rows, seeded, wait_long
from tests.scale.test_kills import AFTER_THE_LEASE, kill_now_and_then
from tests.support.server import Site
from tests.support.smtp import Sink

StartSite = Callable[..., Site]
STATES = "SELECT state, count(*) FROM update_mail GROUP BY state"


def begin_update(site: Site, slug: str) -> int:
    """The organizer's press, on the site's own data; to how many the update goes."""
    app = create_app(Settings.load(site.environ))
    with app.app_context():
        letter = db.session.scalars(select(Letter).where(Letter.slug == slug)).one()
        update = make_update(letter, "result")
        operations.send_now(letter, update, by_id=None, now=datetime.now(UTC))
        wanted = count_recipients(Circle.of(update))
        db.session.commit()
        db.session.remove()
        db.engine.dispose()
    return wanted


def prove_nobody_gets_it_twice(
    start_site: StartSite, settings: dict[str, str], sink: Sink, size: int, kills: int, gap: float
) -> None:
    """Mails an update under kills, starts again, lets it end, and compares rows and mails."""
    site = start_site(limits="off", mail_url=sink.url, **settings)
    slug = seeded(site, size)
    wanted = begin_update(site, slug)
    killed = kill_now_and_then(site, kills, gap, random.Random(kills), kinds=("worker",))
    site.stop()
    site.environ["UNDERSIGNED_TEST_CLOCK_OFFSET"] = str(AFTER_THE_LEASE)
    site.start()
    wait_long(lambda: rows(site, 'SELECT state FROM "update"') == [("sent",)], "the update to be over", 60 + size / 10)
    counts = dict(rows(site, STATES))
    mails = [address for address, mail in zip(sink.recipients, sink.messages, strict=True) if mail["List-Unsubscribe"]]
    assert len(mails) == len(set(mails))  # P3
    assert set(counts) <= {"sent", "parked"}
    parked = counts.get("parked", 0)
    # The stop in between ends a worker too, if it takes longer over its mail than a stop waits.
    assert parked <= killed["worker"] + 1
    # A parked mail may have left, and a sent one has.
    assert counts["sent"] <= len(mails) <= counts["sent"] + parked
    assert wanted > size / 10
    assert sum(counts.values()) == wanted


def test_nobody_gets_an_update_twice(start_site: StartSite, site_database: dict[str, str], sink: Sink) -> None:
    """P3, p-D7: three kills of workers within the few seconds of a mailing, on both databases."""
    prove_nobody_gets_it_twice(start_site, site_database, sink, size=1200, kills=3, gap=0.4)


@pytest.mark.slow
def test_nobody_gets_an_update_twice_in_the_long_run(
    start_site: StartSite, site_database: dict[str, str], sink: Sink
) -> None:
    """P3, p-D7 in full: some 4,000 mails over 40 kills."""
    prove_nobody_gets_it_twice(start_site, site_database, sink, size=20_000, kills=40, gap=0.8)
