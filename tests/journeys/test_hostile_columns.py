"""T13: every column a person can fill holds script, markup and breaks; every page is opened, and nothing runs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext
from sqlalchemy import Column, String, update
from sqlalchemy.exc import IntegrityError

from campaign import create_app
from campaign.extensions import db
from config import Settings
from tests.journeys.conftest import World, watch
from tests.journeys.test_pages_in_a_browser import DESK, PUBLIC
from tests.journeys.world import fill
from tests.support.server import Site, environment, free_port

# Each breaks out of something: an element, an attribute in either quotes, an address, a comment, a raw text element.
BREAKS = (
    "<script>document.title='hacked'</script>",
    '"><img src=x onerror="document.title=\'hacked\'">',
    "' onfocus='document.title=1' autofocus x='",
    "--></title></textarea></style><svg onload=document.title='hacked'>",
    "javascript:document.title='hacked'",
)
# Long texts that nobody types: digests and keys, what is rendered or chosen, and what is folded from a name.
OURS = {"timezone", "previous", "digest", "kind", "worker", "body_html", "root", "leaf", "folder", "reasons", "error"}
ENDINGS = ("_digest", "_hash", "sha256", "_type", "_key", "folded", "_error")
KEPT_TABLES = {"job", "decision", "decision_detail"}


def is_typed(column: Column[Any]) -> bool:
    """Whether people's words stand in this column."""
    is_text = isinstance(column.type, String) and (column.type.length or 999) >= 60
    is_bound = bool(column.foreign_keys or column.primary_key or column.unique)
    return is_text and not is_bound and column.name not in OURS and not column.name.endswith(ENDINGS)


def spoil() -> list[str]:
    """Writes one of the breaks into every such column of every row; the columns it stands in now."""
    spoilt = []
    tables = [table for table in db.metadata.sorted_tables if table.name not in KEPT_TABLES]
    for column in (column for table in tables for column in table.columns if is_typed(column)):
        text = BREAKS[len(spoilt) % len(BREAKS)][: column.type.length or 999]  # type: ignore[attr-defined]
        try:
            with db.session.begin_nested():
                db.session.execute(update(column.table).values({column.name: text}))
        except IntegrityError:
            # A rule of the database keeps it clean; a frozen edition keeps its words.
            continue
        spoilt.append(str(column))
    return spoilt


@pytest.fixture(scope="module")
def spoilt_world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[World, list[str]]]:
    """The site of the browser tests, with every column spoilt."""
    folder = tmp_path_factory.mktemp("spoilt")
    port = free_port()
    environ = environment(folder, port=port, limits="off")
    app = create_app(Settings.load(environ))
    site = Site(environ, folder, port)
    site.start()
    try:
        with app.app_context():
            paths = fill()
            spoilt = spoil()
            db.session.commit()
            db.engine.dispose()
        yield World(site, app, paths), spoilt
    finally:
        site.stop()


def loaded(context: BrowserContext, world: World, paths: Iterable[str]) -> dict[str, list[str]]:
    """Opens pages one after the other, as a reader does; what went wrong on each."""
    seen = watch(context, world.site.url)
    page, wrong = seen.page, {}
    page.on("dialog", lambda dialog: seen.faults.append(f"dialog: {dialog.message}"))
    for path in paths:
        seen.faults.clear()
        answer = page.goto(world.paths[path.strip("<>")] if path.startswith("<") else path)
        if answer is None or answer.status >= 500:
            seen.faults.append(f"status {answer and answer.status}")
        if page.title() in ("hacked", "1") or page.evaluate(
            "document.querySelectorAll('svg[onload], [onerror]').length"
        ):
            seen.faults.append("the markup became elements")
        if seen.faults:
            wrong[path] = list(seen.faults)
    return wrong


def test_hostile_values_run_nowhere(browser: Browser, spoilt_world: tuple[World, list[str]]) -> None:
    """T13, ASVS 1.2.1: in every column, on every page of readers: no script, no element, no report."""
    world, spoilt = spoilt_world
    assert len(spoilt) > 60, spoilt
    context = browser.new_context(base_url=world.site.url)
    assert loaded(context, world, PUBLIC) == {}
    context.close()


def test_hostile_values_run_nowhere_on_the_desk(browser: Browser, spoilt_world: tuple[World, list[str]]) -> None:
    """T13, ASVS 1.2.1: the same on every page of the desk."""
    world, _spoilt = spoilt_world
    context = browser.new_context(base_url=world.site.url)
    page = context.new_page()
    page.goto(world.paths["sign-in"])
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/desk")
    assert loaded(context, world, DESK) == {}
    context.close()


def test_browser_keeps_nothing(browser: Browser, spoilt_world: tuple[World, list[str]]) -> None:
    """ASVS 14.3.3: a reader's browser has no cookie and nothing in its storage after a visit."""
    world, _spoilt = spoilt_world
    context = browser.new_context(base_url=world.site.url)
    page = context.new_page()
    for path in ("/", "/letters/rich", "/letters/rich/sign", "/letters/rich/names", "/my", world.paths["my person"]):
        page.goto(path)
    assert context.cookies() == []
    assert page.evaluate("[localStorage.length, sessionStorage.length]") == [0, 0]
    context.close()
