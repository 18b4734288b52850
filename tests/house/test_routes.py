"""Every route is in the ledger with its guard, and each guard holds against strangers, viewers and forgers."""

from __future__ import annotations

import ast
import inspect
import re
import textwrap
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.routing import Rule

from campaign.extensions import csrf, db
from config import ROOT
from tests.support.cast import Cast, desk_token, signed_in

LEDGER = ROOT / "tests" / "house" / "routes.txt"
GUARDS = ("letter_or_refuse", "campaign_or_refuse")
WRITING = ("POST", "PUT", "PATCH", "DELETE")
# Tests of guards need the app, not both databases: what they prove is decided before the first query differs.
on_sqlite = pytest.mark.parametrize("app", ["sqlite"], indirect=True)


def calls(view: Callable[..., Any], depth: int = 3) -> Iterator[ast.Call]:
    """Every call in a view, and in the functions of the product's views that it calls."""
    plain = inspect.unwrap(view)
    for node in ast.walk(ast.parse(textwrap.dedent(inspect.getsource(plain)))):
        if isinstance(node, ast.Call):
            yield node
            name = node.func.id if isinstance(node.func, ast.Name) else ""
            helper = plain.__globals__.get(name)
            if depth and inspect.isfunction(helper) and ".views" in helper.__module__:
                yield from calls(helper, depth - 1)


def guard(view: Callable[..., Any]) -> str:
    """Who may come here: public, signed-in, or the permissions asked for."""
    asked = {
        node.args[1].value if isinstance(node.args[1], ast.Constant) else ast.unparse(node.args[1])
        for node in calls(view)
        if isinstance(node.func, ast.Name) and node.func.id in GUARDS and len(node.args) > 1
    }
    decorated = "organizer_required" in inspect.getsource(inspect.unwrap(view)).split("def ")[0]
    if asked and not decorated:
        return "UNGUARDED"
    return ",".join(sorted(map(str, asked))) or ("signed-in" if decorated else "public")


def token_of(app: Flask, rule: Rule) -> str:
    """Which token a writing route asks for: the session's on the desk, the signed one of public forms."""
    if not set(WRITING) & (rule.methods or set()):
        return "-"
    view = app.view_functions[rule.endpoint]
    blueprint = app.blueprints.get(rule.endpoint.partition(".")[0])
    exempt = blueprint in csrf._exempt_blueprints or f"{view.__module__}.{view.__name__}" in csrf._exempt_views
    return "signed" if exempt else "session"


def ledger(app: Flask) -> list[str]:
    """One line for each route: address, methods, guard, token."""
    return sorted(
        f"{rule.rule} | {' '.join(sorted((rule.methods or set()) - {'HEAD', 'OPTIONS'}))}"
        f" | {guard(app.view_functions[rule.endpoint])} | {token_of(app, rule)}"
        for rule in app.url_map.iter_rules()
        if rule.endpoint != "static"
    )


@on_sqlite
def test_routes_are_in_the_ledger(app: Flask) -> None:
    """R2: a new or changed route is a line somebody wrote down on purpose."""
    written = [row for row in LEDGER.read_text(encoding="utf-8").splitlines() if row and not row.startswith("#")]
    assert ledger(app) == written


@on_sqlite
def test_every_route_is_guarded_or_public(app: Flask) -> None:
    """R2: nothing under /desk is public, and nothing outside it asks for a role."""
    for row in ledger(app):
        place, _methods, who, _token = row.split(" | ")
        assert (place.startswith("/desk")) == (who != "public"), row
        assert who != "UNGUARDED", row


def desk_routes(app: Flask, *methods: str) -> list[tuple[str, str, str]]:
    """Method, address for the cast, and guard of every desk route that names a letter or a campaign."""
    return [
        (method, address(rule), guard(app.view_functions[rule.endpoint]))
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/desk") and "slug" in rule.arguments
        for method in sorted((rule.methods or set()) & set(methods))
    ]


def address(rule: Rule) -> str:
    """A rule filled in: the cast's letter or campaign, number 1, a step that exists, any other name."""
    slug = Cast.campaign if rule.rule.startswith("/desk/campaigns") else Cast.letter
    known = rule.rule.replace("<slug>", slug).replace("<step>", "pause")
    return re.sub(r"<(?:\w+:)?\w+>", "letter.csv", re.sub(r"<int:\w+>", "1", known))


def answer(client: FlaskClient, method: str, url: str, token: str = "") -> int:
    """The status of one request, with the desk's token where it writes."""
    return client.open(url, method=method, data={"csrf_token": token} if method in WRITING else None).status_code


def rows(app: Flask) -> dict[str, int]:
    """How many rows each table has, but for what signing in itself writes."""
    with app.app_context():
        return {
            table.name: db.session.scalar(select(func.count()).select_from(table)) or 0
            for table in db.metadata.sorted_tables
            if table.name != "desk_session"
        }


@on_sqlite
def test_strangers_find_nothing(app: Flask, cast: Cast) -> None:
    """T18: an organizer of another campaign gets 404 for each method of each route, and writes no row."""
    client = signed_in(app, cast.stranger)
    token, before = desk_token(client), rows(app)
    routes = desk_routes(app, "GET", "POST")
    assert len(routes) > 10
    wrong = [(method, url, code) for method, url, _ in routes if (code := answer(client, method, url, token)) != 404]
    assert (wrong, rows(app)) == ([], before)


@on_sqlite
def test_viewers_may_only_look(app: Flask, cast: Cast) -> None:
    """T18, M5: the read-only role gets 403 wherever more than looking is asked, and writes no row."""
    client = signed_in(app, cast.viewer)
    token, before = desk_token(client), rows(app)
    routes = [route for route in desk_routes(app, "GET", "POST") if route[2] != "view"]
    assert len(routes) > 5
    wrong = [(method, url, code) for method, url, _ in routes if (code := answer(client, method, url, token)) != 403]
    assert (wrong, rows(app)) == ([], before)


@on_sqlite
def test_desk_asks_who_is_there(app: Flask, cast: Cast) -> None:
    """Whoever is not signed in is sent to sign in, and comes back afterwards."""
    client = app.test_client()
    for _method, url, _guard in desk_routes(app, "GET"):
        response = client.get(url)
        assert (response.status_code, response.location.partition("?")[0]) == (303, "/sign-in"), url


@on_sqlite
def test_desk_refuses_a_form_without_token(app: Flask, cast: Cast) -> None:
    """T19: a forged form of an owner's own browser is 400 and writes no row."""
    client, before = signed_in(app, cast.owner), rows(app)
    routes = desk_routes(app, "POST")
    wrong = [(url, code) for method, url, _ in routes if (code := answer(client, method, url, "forged")) != 400]
    assert (wrong, rows(app)) == ([], before)


@on_sqlite
def test_public_forms_refuse_a_missing_token(app: Flask, cast: Cast) -> None:
    """T19: a public form without its signed token is 422, keeps everything typed, and writes no row."""
    client, before = app.test_client(), rows(app)
    data = {"name": "Ada Lovelace", "email": cast.signatory, "code": "123456", "server": "mastodon.example"}
    for rule in app.url_map.iter_rules():
        if "POST" not in (rule.methods or set()) or rule.arguments != {"slug"} or rule.rule.startswith("/desk"):
            continue
        assert client.post(address(rule), data=data).status_code == 422, rule
    assert rows(app) == before


@on_sqlite
def test_wrong_method_is_405(app: Flask, cast: Cast) -> None:
    """A method that a route does not take never reaches its view."""
    client = signed_in(app, cast.owner)
    for _method, url, _guard in desk_routes(app, "GET"):
        assert client.put(url).status_code in (400, 405), url
