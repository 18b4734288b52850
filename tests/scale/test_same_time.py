"""A stopwatch at the door tells nothing: an address that signed is answered in the time of one that nobody knows.

Only before a release: what a busy machine does to a clock fails no change. That both do the same work is proven always,
in `tests/signing/test_no_enumeration.py`.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from statistics import median

import pytest

from tests.scale.crowd import TOKEN, Browser, seeded
from tests.support.server import Site

StartSite = Callable[..., Site]
EACH = 40
# Another process of the machine may take a moment away from either.
NOISE_SECONDS, NOISE_SHARE = 0.004, 0.35


def typed(door: str, address: str, token: str) -> dict[str, str]:
    """What is sent to a door about an address."""
    more = {"name": "Crowd Ashgrove", "homepage": "", "seconds": "20"} if door.endswith("/sign") else {}
    return {"csrf_token": token, "email": address, "code": "123456", **more}


DOORS = ("/letters/{slug}/sign", "/letters/{slug}/sign/resend", "/letters/{slug}/sign/code", "/my")


@pytest.mark.slow
@pytest.mark.parametrize("door", DOORS)
def test_answer_takes_as_long_for_who_is_known(start_site: StartSite, site_database: dict[str, str], door: str) -> None:
    """T8, p-V7: medians over loopback, one of each in turn, are within noise."""
    site = start_site(limits="off", **site_database)
    slug = seeded(site)
    seconds: dict[str, list[float]] = {"known": [], "unknown": []}
    with Browser(site) as browser:
        token = browser.token(slug)
        for number in range(EACH):
            assert browser.sign(slug, token, f"a.known.{number}@mail.example") == 303
        path = door.format(slug=slug)
        if path == "/my":
            found = TOKEN.search(browser.ask("GET", "/my")[1])
            assert found is not None
            token = found[1]
        for number in range(EACH):
            for kind, name in (("known", "a.known"), ("unknown", "nobodys")):
                began = time.perf_counter()
                status, _body = browser.ask("POST", path, typed(path, f"{name}.{number}@mail.example", token))
                seconds[kind].append(time.perf_counter() - began)
                assert status == (422 if path.endswith("/code") else 303)
    known, unknown = median(seconds["known"]), median(seconds["unknown"])
    assert abs(known - unknown) <= NOISE_SECONDS + NOISE_SHARE * unknown, (
        f"known {known:.4f} s, unknown {unknown:.4f} s"
    )
