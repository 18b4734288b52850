"""`undersigned expire`: ends what is over, at once instead of at the worker's next round."""

from __future__ import annotations

from datetime import datetime, timedelta

import click

from campaign.cli import print_json, with_app
from campaign.exports import jobs as exports
from campaign.exports.expiring import count_expired
from campaign.exports.rules import KEPT_DAYS
from campaign.extensions import db, read_only
from campaign.jobs import outbox
from campaign.lib import clock
from campaign.signing import operations, queries

# How many signatures are blanked in one commit.
BATCH = 100
EVERYTHING = 2**31 - 1
# The classes of signatures whose personal data is over.
OVER = ("expired", "withdrawn")
WORDS = {
    "expired": "signatures that were never confirmed",
    "blanked": "signatures whose personal data is over",
    "jobs": "finished jobs and jobs given up",
    "exports": "files of exports",
}


@click.command()
@click.option("--dry-run", is_flag=True, help="Only count.")
@click.option("--json", "as_json", is_flag=True, help="Print the counts as JSON.")
@with_app
def expire(dry_run: bool, as_json: bool) -> None:
    """End confirmation links, waiting signatures, finished jobs, and personal data whose time is up.

    Example: undersigned expire --dry-run
    """
    now = clock.now()
    counts = what_is_over(now)
    if not dry_run:
        end_everything(now)
    if as_json:
        print_json(counts)
        return
    for name, count in counts.items():
        click.echo(f"{'would end' if dry_run else 'ended'}: {count} {WORDS[name]}")


def what_is_over(now: datetime) -> dict[str, int]:
    """How much of each kind has reached its end."""
    with read_only():
        return {
            "expired": queries.count_over(now),
            "blanked": sum(len(queries.signatures_due(kind, now, EVERYTHING)) for kind in OVER),
            "jobs": outbox.count_over(now),
            "exports": sum(n for _letter, n, held in count_expired(now - timedelta(days=KEPT_DAYS)) if not held),
        }


def end_everything(now: datetime) -> None:
    """Does what the worker's timers do, in batches of one commit each."""
    operations.expire_pending(now)
    db.session.commit()
    for kind in OVER:
        while due := queries.signatures_due(kind, now, BATCH):
            operations.take(kind, due, now)
            db.session.commit()
    outbox.prune(now)
    db.session.commit()
    exports.expire(now)
