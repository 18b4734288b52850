"""What the checks of a signing cost: the same signings with them and without, in turn, in one process."""

from __future__ import annotations

import functools
import importlib
import itertools
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from statistics import median
from typing import Any
from unittest.mock import patch

from sqlalchemy import select

from bench.journeys import LETTERS
from bench.sites import Site
from bench.table import Row
from campaign import create_app
from campaign.extensions import db
from campaign.lib.emails import parse_address
from campaign.models import Letter, Signature
from campaign.signing.operations import Entry, confirm_signature, sign_letter
from campaign.signing.operations.confirm import digest_of
from campaign.signing.queries import signature_to_confirm
from config import Settings

ROUNDS, SIGNINGS = 5, 60
MOST_MILLISECONDS = 2.0
# Where a signing asks who it comes from and what speaks against it.
CHECKS = {
    "campaign.signing.operations.sign": ("examine", "note_attempt"),
    "campaign.signing.operations.judging": ("claim_of", "watched_by", "hold_reasons", "ruling", "keep_hits"),
}
_numbers = itertools.count(1)


def kept(check: Callable[..., Any]) -> Callable[..., Any]:
    """A check that is made once, and says the same ever after, at no cost."""
    found: list[Any] = []

    @functools.wraps(check)
    def again(*given: Any, **named: Any) -> Any:
        if not found:
            found.append(check(*given, **named))
        return found[0]

    return again


@contextmanager
def without_checks() -> Iterator[None]:
    """Signings cost what they cost without them."""
    with ExitStack() as stack:
        for path, names in CHECKS.items():
            module = importlib.import_module(path)
            for name in names:
                stack.enter_context(patch.object(module, name, kept(getattr(module, name))))
        yield


def milliseconds(letter_id: int) -> float:
    """CPU of one signing and its confirmation, in the middle of so many."""
    begun = time.process_time()
    for number in itertools.islice(_numbers, SIGNINGS):
        now = datetime.now(UTC)
        name = f"Bench Ashgrove {str(number).translate(LETTERS).title()}"
        address = parse_address(f"checks.{number}@mail.example")
        sign_letter(letter_id, Entry(name, address, affiliation="University of Westmoor"), now)
        db.session.commit()
        row = db.session.scalars(select(Signature).where(Signature.email == address.normalized)).one()
        found = signature_to_confirm(row.id)
        assert found is not None
        confirm_signature(found, row.generation, digest_of(found[0]), now)
        db.session.commit()
    return 1000 * (time.process_time() - begun) / SIGNINGS


def measure_checks(site: Site) -> list[Row]:
    """What all checks together add to the CPU of a signing on the largest letter."""
    app = create_app(Settings.load(site.environ))
    with app.app_context():
        letter_id = db.session.scalars(select(Letter.id).where(Letter.slug == site.letters[max(site.letters)])).one()
        milliseconds(letter_id)
        bare, whole = [], []
        for _round in range(ROUNDS):
            with without_checks():
                bare.append(milliseconds(letter_id))
            whole.append(milliseconds(letter_id))
        db.engine.dispose()
    more = median(with_them - without for with_them, without in zip(whole, bare, strict=True))
    figure = f"{more:.2f} ms CPU more, of {median(whole):.2f} ms"
    ratio = median(whole) / median(bare)
    what = f"signing and confirming, all checks, {max(site.letters):,}"
    return [Row(what, site.name, figure, ratio, "at most 2 ms more", more <= MOST_MILLISECONDS)]
