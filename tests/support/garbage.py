"""The collector of garbage took an eighth of the run: it went through everything that stays, again and again."""

from __future__ import annotations

import gc

# It comes when so many objects were made, instead of 700.
OFTEN = 10_000


def collect_later() -> None:
    """While tests are collected nothing is garbage."""
    gc.disable()


def keep_for_good() -> None:
    """What is there now stays to the end, and is looked at no more; what comes now is."""
    gc.enable()
    gc.set_threshold(OFTEN)
    gc.collect()
    gc.freeze()
