"""One running site for all browser tests of a process, with letters in every state."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page

from campaign import create_app
from campaign.extensions import db
from config import ROOT, Settings
from tests.journeys.world import fill
from tests.support.server import Site, environment, free_port

# Milliseconds until a browser's wait is given up.
PATIENCE = 15_000
AXE = ROOT / "tests" / "support" / "axe"


@dataclass
class World:
    """The site, the app on the same data for looking behind the pages, and the addresses that need a token."""

    site: Site
    app: Flask
    paths: dict[str, str] = field(default_factory=dict)

    def mail(self, address: str) -> dict[str, Any]:
        """The newest mail to an address."""
        from tests.support.server import wait_until

        found: list[dict[str, Any]] = []

        def look() -> bool:
            with self.app.app_context():
                from campaign.mail.dev import kept_mails

                found[:] = kept_mails(address)
            return bool(found)

        wait_until(look, f"a mail to {address}")
        return found[0]


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A site on SQLite that runs for the whole session."""
    folder = tmp_path_factory.mktemp("site")
    port = free_port()
    environ = environment(folder, port=port, limits="off")
    app = create_app(Settings.load(environ))
    site = Site(environ, folder, port)
    site.start()
    try:
        with app.app_context():
            paths = fill()
            db.session.remove()
            db.engine.dispose()
        yield World(site, app, paths)
        with app.app_context():
            db.engine.dispose()
    finally:
        site.stop()


@pytest.fixture(scope="session")
def organizer(browser: Browser, world: World) -> Iterator[BrowserContext]:
    """An organizer's browser, signed in once: the link is good for one use."""
    context = browser.new_context(base_url=world.site.url)
    page = context.new_page()
    page.goto(world.paths["sign-in"])
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/desk")
    page.close()
    yield context
    context.close()


@pytest.fixture(scope="session")
def axe() -> str:
    """The source of the accessibility engine, checked against its recorded hash."""
    source = (AXE / "axe.min.js").read_bytes()
    recorded = json.loads((AXE / "package.json").read_text())["sha256"]["axe.min.js"]
    assert hashlib.sha256(source).hexdigest() == recorded
    return source.decode()


@dataclass
class Watched:
    """A page and what went wrong on it: scripts, blocked resources, requests to other hosts."""

    page: Page
    has_script: bool = True
    faults: list[str] = field(default_factory=list)

    def tick(self, words: str) -> None:
        """Press the label of a box or a choice, as a finger does."""
        self.page.locator("label", has_text=words).click()

    def afresh(self) -> Page:
        """The same tab for the next page: wide and light, with nothing written down."""
        self.faults.clear()
        self.page.set_viewport_size({"width": 1280, "height": 900})
        self.page.emulate_media(color_scheme="light")
        return self.page


def watch(context: BrowserContext, host: str, has_script: bool = True) -> Watched:
    """A new page whose errors, policy reports and foreign requests are written down."""
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    seen = Watched(page, has_script)

    def request(asked: Any) -> None:
        if not asked.url.startswith((host, "data:")):
            seen.faults.append(f"asked {asked.url}")

    def said(message: Any) -> None:
        # A 422 or 404 is an answer to look at, and Chromium says so in the console.
        if message.type == "error" and "Failed to load resource" not in message.text:
            seen.faults.append(f"console: {message.text}")

    page.on("request", request)
    page.on("console", said)
    page.on("pageerror", lambda error: seen.faults.append(f"script: {error}"))
    return seen


def tab(context: BrowserContext, world: World, axe: str) -> Watched:
    """A tab that goes from page to page with the accessibility engine: a new one for each costs more than the look."""
    seen = watch(context, world.site.url)
    seen.page.add_init_script(axe)
    return seen


@pytest.fixture(scope="session")
def reader_tab(browser: Browser, world: World, axe: str) -> Iterator[Watched]:
    """A reader's one tab; each test takes it `afresh()`."""
    context = browser.new_context(base_url=world.site.url)
    yield tab(context, world, axe)
    context.close()


@pytest.fixture(scope="session")
def desk_tab(organizer: BrowserContext, world: World, axe: str) -> Watched:
    """An organizer's one tab; each test takes it `afresh()`."""
    return tab(organizer, world, axe)


@pytest.fixture(params=["script", "no script"])
def phone(request: pytest.FixtureRequest, browser: Browser, world: World) -> Iterator[Watched]:
    """A telephone of 390 by 844, with and without script; nothing may go wrong on it."""
    has_script = request.param == "script"
    context = browser.new_context(
        base_url=world.site.url,
        viewport={"width": 390, "height": 844},
        has_touch=True,
        java_script_enabled=has_script,
    )
    seen = watch(context, world.site.url, has_script)
    yield seen
    cookies = context.cookies()
    context.close()
    assert (seen.faults, cookies) == ([], [])


@pytest.fixture
def desktop(browser: Browser, world: World) -> Iterator[Watched]:
    """A window of 1280 by 900; nothing may go wrong on it."""
    context = browser.new_context(base_url=world.site.url, viewport={"width": 1280, "height": 900})
    seen = watch(context, world.site.url)
    yield seen
    context.close()
    assert seen.faults == []
