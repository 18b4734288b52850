"""Every route of the site, asked in ways no browser asks: always an answer in plain words, never an error."""

from __future__ import annotations

import contextvars
import re
import zlib
from collections.abc import Mapping
from io import BytesIO

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.strategies import SearchStrategy
from sqlalchemy import select
from werkzeug.routing import Rule
from werkzeug.test import EnvironBuilder, run_wsgi_app

from campaign.extensions import db
from campaign.jobs.worker import Worker
from campaign.models import Job
from tests.journeys.world import fill
from tests.support.cast import desk_token, signed_in
from tests.support.hostile import READING, Asked, requests
from tests.support.pages import Page
from tests.support.tables import counted

# How many requests each route gets: about fifteen seconds on SQLite, five on PostgreSQL.
EXAMPLES = {"sqlite": 8, "postgresql": 2}
# What a page may say; 500 is not among it.
STATUSES = {200, 206, 301, 302, 303, 304, 308, 400, 403, 404, 405, 410, 413, 415, 416, 422, 429}
WRITES = ("INSERT", "UPDATE", "DELETE")
# Who is signed in stays so: these end the session of the browser that asks.
ENDS_SESSION = ("accounts.sign_out", "accounts.revoke")


@pytest.fixture
def places(app: Flask) -> dict[str, str]:
    """A letter in every state and of every size, its people and files, and the addresses that need a token."""
    app.config["LIMITS"] = "off"
    with app.app_context():
        found = fill()
        db.session.remove()
    return found


@pytest.fixture
def browsers(app: Flask, places: dict[str, str]) -> dict[str, FlaskClient]:
    """An owner who is signed in, and a reader."""
    return {"owner": signed_in(app, "owner@example.org"), "reader": app.test_client()}


def known_values(places: Mapping[str, str]) -> dict[str, dict[str, list[str]]]:
    """Values that exist, by the first words of an address and the name of its part."""
    tokens: dict[str, list[str]] = {}
    for path in places.values():
        door, _, rest = path.lstrip("/").partition("/")
        tokens.setdefault(door, []).append(re.split(r"[/?]", rest)[0])
    letters = ["rich", "open", "draft", "hostile", "scheduled", "closed", "removed", "withdrawn", "paused"]
    numbers = {name: ["1", "2", "3"] for name in ("number", "row_id", "response_id", "invitation_id", "signature_id")}
    everywhere = {**numbers, "step": ["pause", "close", "remove", "pausing"], "name": ["signatories.csv", "letter.pdf"]}
    found = {door: {"token": values, **everywhere} for door, values in tokens.items()}
    for door in ("letters", "desk/letters"):
        found[door] = {**everywhere, "slug": letters, "token": [places["preview"].rpartition("/")[2]]}
    for door in ("campaigns", "desk/campaigns"):
        found[door] = {**everywhere, "slug": ["face-recognition"]}
    return found | {"companies": {**everywhere, "slug": ["acme"]}}


def cookie_of(client: FlaskClient) -> str:
    """The cookie of a browser's session."""
    found = client.get_cookie("undersigned", domain="localhost")
    assert found is not None
    return found.value


def door_of(rule: Rule) -> str:
    """The first word of an address, two at the desk."""
    words = rule.rule.strip("/").split("/")
    return "/".join(words[:2]) if words[0] == "desk" else words[0]


def forms_of(browsers: Mapping[str, FlaskClient], rule: Rule, known: Mapping[str, list[str]]) -> dict[str, str]:
    """The fields of the form that a page sends to this route, tokens included; {} where no page has one."""
    if "POST" not in (rule.methods or set()):
        return {}
    path = re.sub(r"<(?:\w+:)?(\w+)>", lambda part: known.get(part[1], ["1"])[0], rule.rule)
    client = browsers["owner" if path.startswith("/desk") else "reader"]
    pages = [path, path.rpartition("/")[0], path.rpartition("/")[0].rpartition("/")[0]]
    for page in pages:
        answer = client.get(page or "/")
        forms = Page(answer.text).forms if answer.mimetype == "text/html" else []
        ours = [form for form in forms if form.method == "post" and (form.action or page) == path]
        if ours:
            return max((form.fields for form in ours), key=len)
    return {"csrf_token": desk_token(browsers["owner"])} if path.startswith("/desk") else {}


def answered(app: Flask, asked: Asked, cookie: str) -> tuple[int, bytes]:
    """Status and body of what the site says to a server's request, which goes to it as it is."""
    builder = EnvironBuilder(asked.path, query_string=asked.query, content_type=asked.content_type or None)
    environ = builder.get_environ()
    builder.close()
    environ |= {
        "REQUEST_METHOD": asked.method,
        "CONTENT_LENGTH": str(len(asked.body)),
        "wsgi.input": BytesIO(asked.body),
        "HTTP_COOKIE": cookie,
    }
    for name, value in asked.headers.items():
        environ[f"HTTP_{name.upper().replace('-', '_')}"] = value
    body, status, _headers = contextvars.Context().run(run_wsgi_app, app, environ, buffered=True)
    return int(status[:3]), b"".join(body)


def ask_in_every_way(app: Flask, rule: Rule, asked_how: SearchStrategy[Asked], cookie: str, examples: int) -> None:
    """Asks a route in so many ways: each answer is one a page may give, and who may only look has written nothing."""

    @seed(zlib.crc32(rule.rule.encode()))
    @settings(max_examples=examples, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
    @given(asked_how)
    def ask(asked: Asked) -> None:
        is_reader = asked.who == "reader" or rule.endpoint in ENDS_SESSION
        with counted(app) as statements:
            status, body = answered(app, asked, "" if is_reader else cookie)
        # No worker runs here, and this page says so.
        assert status in (STATUSES | {503} if rule.endpoint == "public.readyz" else STATUSES)
        assert b"Traceback" not in body
        assert asked.method not in READING or [sent for sent in statements if sent.startswith(WRITES)] == []

    ask()


def test_no_request_is_an_error(app: Flask, places: dict[str, str], browsers: dict[str, FlaskClient]) -> None:
    """R1, T17: no 500 for any method, address, query, field, type or header; who only looks writes nothing."""
    with app.app_context():
        examples = EXAMPLES[db.engine.dialect.name]
    values, cookie = known_values(places), f"undersigned={cookie_of(browsers['owner'])}"
    for rule in app.url_map.iter_rules():
        known = values.get(door_of(rule), {})
        form = forms_of(browsers, rule, known)
        ask_in_every_way(app, rule, requests(rule.rule, sorted(rule.methods or ()), known, form), cookie, examples)
    # What was let in can be mailed and counted as well; the editions of this world have no files.
    contextvars.Context().run(Worker(app).run_once)
    with app.app_context():
        failed = select(Job.kind).where(Job.error != "", Job.kind.not_like("delivery.%"))
        assert db.session.scalars(failed).all() == []
