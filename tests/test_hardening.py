"""What every answer carries, what a request cannot change, and what is too much of anything."""

from __future__ import annotations

import time
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import scoped_session

from campaign import create_app
from campaign.http import CSP, HEADERS
from campaign.models import LimitCount, Signature
from config import Settings
from tests.factories import make_letter
from tests.house.test_routes import address
from tests.signing.acts import PERSON, form_of, link
from tests.support.cast import Cast, signed_in
from tests.support.pages import Page
from tests.support.server import environment
from tests.test_config import PRODUCTION

Session = scoped_session[Any]
Mails = Callable[..., list[dict[str, Any]]]
on_sqlite = pytest.mark.parametrize("app", ["sqlite"], indirect=True)

# The policy of stack and browsers: nothing inline, nothing from elsewhere, in no frame.
POLICY = {
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
}
FORGED = {
    "X-Forwarded-Host": "evil.example",
    "X-Forwarded-Proto": "gopher",
    "X-Forwarded-Port": "666",
    "X-Forwarded-Prefix": "/evil",
    "X-Forwarded-For": "203.0.113.9",
    "Forwarded": "for=203.0.113.9;host=evil.example;proto=gopher",
    "X-Original-URL": "/evil",
    "X-Rewrite-URL": "/evil",
    "X-HTTP-Method-Override": "POST",
}


def test_policy_is_the_one_that_is_meant() -> None:
    """T13, ASVS 3.4.3: no word of the policy can change unseen."""
    assert set(CSP.split("; ")) == POLICY
    assert "unsafe" not in CSP


@on_sqlite
def test_every_answer_has_the_headers(app: Flask, cast: Cast) -> None:
    """T13, T19, ASVS 3.4: pages, data, files, redirects and refusals of every route, for readers and organizers."""
    owner, reader = signed_in(app, cast.owner), app.test_client()
    paths = [address(rule) for rule in app.url_map.iter_rules() if "GET" in (rule.methods or set())]
    paths += ["/static/css/site.css", "/static/nothing.js", "/nowhere", "/letters/%00"]
    for path in paths:
        answer = (owner if path.startswith("/desk") else reader).get(path)
        found = {name: answer.headers.getlist(name) for name in HEADERS}
        wanted = {name: [value] for name, value in HEADERS.items()}
        # A personal page tells nobody where a reader came from.
        assert found.pop("Referrer-Policy") in (["no-referrer"], wanted.pop("Referrer-Policy")), path
        assert found == wanted, path
        assert len(answer.headers["X-Request-Id"]) == 16, path
    refused = reader.post("/sign-out"), reader.get("/", headers={"Host": "evil.example"})
    for answer in refused:
        assert answer.status_code == 400
        assert answer.headers["Content-Security-Policy"] == CSP
        assert len(answer.headers["X-Request-Id"]) == 16


@on_sqlite
def test_pages_of_the_desk_are_not_stored(app: Flask, cast: Cast) -> None:
    """ASVS 14.3.2: what an organizer sees stays in no cache, whatever its route."""
    owner = signed_in(app, cast.owner)
    rules = [rule for rule in app.url_map.iter_rules() if rule.rule.startswith("/desk")]
    asked = [address(rule) for rule in rules if "GET" in (rule.methods or set())]
    assert len(asked) > 30
    assert [path for path in asked if "no-store" not in owner.get(path).headers.get("Cache-Control", "")] == []


@on_sqlite
def test_forged_headers_change_no_link(client: FlaskClient, session: Session, mails: Mails) -> None:
    """T12: pages, redirects and mails lead to the address of the settings, whatever the request says of itself."""
    make_letter()
    plain = client.get("/letters/stop").data
    assert client.get("/letters/stop", headers=FORGED).data == plain
    form = form_of(client.get("/letters/stop/sign"))
    answer = client.post("/letters/stop/sign", data={**form.fields, **PERSON}, headers=FORGED)
    assert answer.status_code == 303
    assert answer.location.startswith("/letters/stop/sign/sent?")
    moved = client.get("/desk", headers=FORGED)
    assert moved.location == "/sign-in?next=/desk"
    (mail,) = mails(PERSON["email"])
    base = client.application.config["BASE_URL"]
    assert len(mail["links"]) >= 3
    assert [found for found in mail["links"] if not found.startswith(f"{base}/")] == []
    assert client.get(link(mail, "confirm"), headers=FORGED).status_code == 200
    assert session.scalars(select(Signature.verification)).all() == ["pending"]


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "[::1", "a b", "localhost:x", "\xff"])
@pytest.mark.parametrize("path", ["/", "/letters/stop", "/letters/%00", "/desk", "/static/css/site.css"])
@on_sqlite
def test_unknown_host_gets_no_page(app: Flask, path: str, host: str) -> None:
    """T12: a Host that is not ours is 400 and plain text, before anything else is looked at."""
    environ = {"HTTP_HOST": host, "REQUEST_METHOD": "GET", "PATH_INFO": path.replace("%00", "\0")}
    environ |= {"SERVER_NAME": "x", "SERVER_PORT": "80", "wsgi.url_scheme": "http"}
    said: list[str] = []
    body = b"".join(app({**environ, "wsgi.input": BytesIO()}, lambda status, headers: said.append(status)))  # type: ignore[arg-type,return-value]
    assert (said, body) == (["400 BAD REQUEST"], b"Unknown host\n")


@on_sqlite
@pytest.mark.parametrize(
    ("proxies", "networks"),
    # Without a proxy nothing is believed; with one, only what that one has written: the last address.
    [(0, 1), (1, 3)],
)
def test_only_counted_proxies_are_believed(
    app: Flask, session: Session, cast: Cast, proxies: int, networks: int
) -> None:
    """T12, R9, ASVS 4.1.3: the leftmost forwarded address is never a way around a limit."""
    settings = Settings.load(
        environment(app.config["DATA_DIR"], database_url=app.config["DATABASE_URL"], trusted_proxies=proxies)
    )
    site = create_app(settings).test_client()
    for number in range(3):
        page = site.get("/sign-in")
        data = {**form_of(page).fields, "email": f"guess{number}@example.org", "password": "a wrong password"}
        forged = f"198.51.{number}.7, 203.0.{number}.9"
        assert site.post("/sign-in", data=data, headers={"X-Forwarded-For": forged}).status_code == 422
    buckets = select(func.count(LimitCount.bucket.distinct())).where(LimitCount.bucket.like("try-n:%"))
    assert session.scalar(buckets) == networks


MANY = b"&".join(b"field%d=1" % number for number in range(60_000))
DEEP = b"--x\r\n" + b'Content-Disposition: form-data; name="a"\r\n\r\n1\r\n--x\r\n' * 2_000 + b"--x--"


@on_sqlite
@pytest.mark.parametrize(
    ("body", "content_type", "statuses"),
    [
        (MANY, "application/x-www-form-urlencoded", {422}),
        (b"name=" + b"a" * 2**20, "application/x-www-form-urlencoded", {413}),
        (b"name=" + b"%" * 900_000, "application/x-www-form-urlencoded", {422}),
        (DEEP, "multipart/form-data; boundary=x", {413}),
        (b"[" * 1_000_000, "application/json", {422}),
        (b"name=" + "\u0301".encode() * 300_000, "application/x-www-form-urlencoded", {422}),
        (b"name=" + b"<" * 900_000, "application/x-www-form-urlencoded", {422}),
        (b"email=" + b"a@" * 400_000, "application/x-www-form-urlencoded", {422}),
    ],
    ids=["fields", "size", "percent", "parts", "nesting", "marks", "markup", "addresses"],
)
def test_too_much_is_refused_quickly(
    client: FlaskClient, session: Session, body: bytes, content_type: str, statuses: set[int]
) -> None:
    """T17, ASVS 4.2: the largest body of each kind is answered within a second of work, and stores nothing."""
    make_letter()
    client.get("/letters/stop/sign")
    begun = time.process_time()
    answer = client.post("/letters/stop/sign", data=body, content_type=content_type)
    took = time.process_time() - begun
    assert answer.status_code in statuses
    assert took < 1
    assert session.scalar(select(func.count()).select_from(Signature)) == 0


@on_sqlite
def test_long_texts_of_the_desk_are_answered_quickly(app: Flask, cast: Cast) -> None:
    """T17, ASVS 1.3.12: text that nests as deep as it can takes no longer than a second and harms nothing."""
    owner = signed_in(app, cast.owner)
    url = f"/desk/letters/{cast.letter}/edit"
    form = next(form.fields for form in Page(owner.get(url).text).forms if "body" in form.fields)
    for body in (
        "> " * 20_000,
        "[" * 50_000,
        "*a_" * 20_000,
        "- " * 20_000,
        "`" * 60_000,
        "[^1]" * 15_000,
        "|" * 60_000,
    ):
        begun = time.process_time()
        answer = owner.post(url, data={**form, "body": body, "action": "save"})
        assert answer.status_code in (200, 303, 409, 422), body[:10]
        assert time.process_time() - begun < 1, body[:10]


@on_sqlite
def test_no_other_site_may_read_or_frame(client: FlaskClient, session: Session) -> None:
    """T19, ASVS 3.4.2: whatever a page of another site asks for, no answer lets it read or frame what comes."""
    make_letter()
    origin = {"Origin": "https://evil.example", "Access-Control-Request-Method": "POST"}
    for path in ("/letters/stop", "/letters/stop.json", "/letters/stop/names.csv", "/letters/stop/sign", "/my"):
        for method in ("GET", "OPTIONS"):
            answer = client.open(path, method=method, headers=origin)
            assert [name for name in answer.headers.keys() if name.startswith("Access-Control")] == []  # noqa: SIM118
            assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
            assert answer.headers["X-Frame-Options"] == "DENY"


@on_sqlite
def test_every_body_says_what_it_is(app: Flask, cast: Cast) -> None:
    """ASVS 4.1.1: each answer with a body has a type, each text its characters."""
    owner, reader = signed_in(app, cast.owner), app.test_client()
    for rule in app.url_map.iter_rules():
        if "GET" in (rule.methods or set()):
            path = address(rule)
            answer = (owner if path.startswith("/desk") else reader).get(path)
            kind = answer.headers.get("Content-Type", "")
            assert kind or not answer.data, path
            assert "charset=utf-8" in kind or not answer.mimetype.startswith("text/"), path


@pytest.mark.parametrize(
    "path",
    [
        *("/static/", "/static", "/static/css/", "/static/../config.py", "/static/%2e%2e/config.py", "/.git/config"),
        *("/.env", "/undersigned.env", "/config.py", "/static/..%2fconfig.py", "/static/%5c..%5cwsgi.py"),
    ],
)
@on_sqlite
def test_nothing_but_static_files_is_served(client: FlaskClient, session: Session, path: str) -> None:
    """ASVS 13.4.1, 13.4.3: no folder is listed and nothing above the folder is reached."""
    answer = client.get(path)
    assert answer.status_code == 404
    assert not any(word in answer.text for word in ("SECRET_KEY", "create_app", "root:"))


@pytest.mark.parametrize("method", ["TRACE", "TRACK", "CONNECT", "PUT", "DELETE", "PROPFIND"])
@on_sqlite
def test_other_methods_are_refused(client: FlaskClient, session: Session, method: str) -> None:
    """ASVS 13.4.4: what no route takes is 405, and nothing of the request comes back."""
    make_letter()
    answer = client.open("/letters/stop", method=method, headers={"X-Secret": "markersecret"})
    assert answer.status_code == 405
    assert "markersecret" not in answer.text


def test_production_has_no_page_of_development(tmp_path: Path) -> None:
    """ASVS 13.4.5, 15.2.3: kept mails and whatever else helps at one's own machine have no address in production."""
    settings = Settings.load(PRODUCTION | {"UNDERSIGNED_DATA_DIR": str(tmp_path)})
    made = create_app(settings)
    assert [rule.rule for rule in made.url_map.iter_rules() if rule.rule.startswith("/dev")] == []
    assert not made.debug
    assert not made.testing
