"""What is measured over HTTP: pages, signing and confirming, as requests of a reader's browser would come."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator
from urllib.parse import urlencode

from bench.load import Answer, Journey, expect, request
from campaign import create_app
from campaign.links import make_token
from config import Settings

TOKEN = re.compile(rb'name="csrf_token"[^>]*value="([^"]+)"')
DIGEST = re.compile(rb'name="digest"[^>]*value="([^"]*)"')

LETTERS = str.maketrans("0123456789", "abcdefghij")

# No two signings of a run come from one mailbox.
_numbers = itertools.count(1)

Journeys = Callable[[], Iterator[Journey]]


def page(port: int, path: str, status: int = 200, **headers: str) -> Journeys:
    """Reads one page again and again."""
    asked = request("GET", path, port, **headers)

    def once() -> Journey:
        expect((yield asked), status)

    return lambda: (once() for _ in itertools.count())


def signing(port: int, slug: str) -> Journeys:
    """Opens the form and signs, each time from a mailbox of its own."""
    path = f"/letters/{slug}/sign"
    form = request("GET", path, port)

    def once() -> Journey:
        token = found(TOKEN, expect((yield form), 200))
        number = next(_numbers)
        typed = {
            "csrf_token": token,
            # Without digits, which would hold the name.
            "name": f"Bench Ashgrove {str(number).translate(LETTERS).title()}",
            "email": f"bench.{number}@mail.example",
            "affiliation": "University of Westmoor",
            "seconds": "20",
            "homepage": "",
        }
        expect((yield request("POST", path, port, urlencode(typed).encode())), 303)

    return lambda: (once() for _ in itertools.count())


def confirming(port: int, environ: dict[str, str], ids: list[int]) -> Journeys:
    """Opens the mailed link of each of these signatures and presses its button; ends with the last."""
    app = create_app(Settings.load(environ))
    with app.app_context():
        paths = [f"/confirm/{make_token('confirm', signature_id, 0)}" for signature_id in ids]

    def once(path: str) -> Journey:
        answer = expect((yield request("GET", path, port)), 200)
        pressed = {"csrf_token": found(TOKEN, answer), "digest": found(DIGEST, answer), "action": "confirm"}
        expect((yield request("POST", path, port, urlencode(pressed).encode())), 303)

    left = iter(paths)
    return lambda: (once(path) for path in left)


def found(pattern: re.Pattern[bytes], answer: Answer) -> str:
    """What a form carries in a hidden field."""
    match = pattern.search(answer.body)
    return match[1].decode() if match else ""
