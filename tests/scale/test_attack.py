"""Many from one network, over real connections: a campus loses nobody, and a script is held."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.scale.crowd import Browser, rows, seeded
from tests.support.server import Site

StartSite = Callable[..., Site]
CLIENTS = 8
KEPT = """
    SELECT signature.email, signature.reasons
    FROM signature JOIN letter ON letter.id = signature.letter_id
    WHERE letter.slug = :slug AND signature.email LIKE :like
"""


def signs_from_one_network(site: Site, slug: str, who: str, people: int) -> Counter[int]:
    """So many people sign from this machine, eight at a time; how often each status was the answer."""

    def some(client: int) -> list[int]:
        with Browser(site) as browser:
            token = browser.token(slug)
            numbers = range(client, people, CLIENTS)
            return [browser.sign(slug, token, f"{who}.{number}@mail.example") for number in numbers]

    with ThreadPoolExecutor(CLIENTS) as pool:
        return Counter(status for answers in pool.map(some, range(CLIENTS)) for status in answers)


def prove_campus(site: Site, people: int) -> None:
    """p-V5: everybody on a campus is answered as anybody, and stored; what is above the limit waits for a look."""
    slug = seeded(site)
    assert signs_from_one_network(site, slug, "campus", people) == {303: people}
    kept = rows(site, KEPT, slug=slug, like="campus.%")
    assert len({email for email, _reasons in kept}) == people
    held = Counter(reasons for _email, reasons in kept)
    assert set(held) == {"", "burst"}
    # Eight at once may each count before the others have committed.
    assert 20 <= held[""] < 20 + CLIENTS


def prove_script(site: Site, posts: int, most: int) -> None:
    """T2, D3: a script is held from the start, and sent away once it made more attempts than anybody can look at."""
    slug = seeded(site)
    answers = signs_from_one_network(site, slug, "script", posts)
    assert set(answers) <= {303, 429}
    assert min(posts, most) <= answers[303] < most + CLIENTS
    kept = rows(site, KEPT, slug=slug, like="script.%")
    assert len(kept) == answers[303]
    assert sum(reasons == "burst" for _email, reasons in kept) > answers[303] - 20 - CLIENTS


def test_campus_loses_nobody(start_site: StartSite, site_database: dict[str, str]) -> None:
    """p-V5 in small: 160 people behind one address."""
    prove_campus(start_site(**site_database), 160)


def test_script_is_held(start_site: StartSite, site_database: dict[str, str]) -> None:
    """T2 in small: 120 posts from one network."""
    prove_script(start_site(**site_database), 120, 3_000)


@pytest.mark.slow
def test_campus_of_two_thousand(start_site: StartSite, site_database: dict[str, str]) -> None:
    """p-V5 in full: 2,000 behind one address."""
    prove_campus(start_site(**site_database), 2_000)


@pytest.mark.slow
def test_script_of_five_thousand(start_site: StartSite, site_database: dict[str, str]) -> None:
    """T2 in full: 5,000 posts from one network, of which 3,000 are taken."""
    prove_script(start_site(**site_database), 5_000, 3_000)
