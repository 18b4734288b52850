"""The pages of a text that changed in Chromium: accessible, narrow, still; and the question an editor is asked."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from playwright.sync_api import BrowserContext

from campaign.extensions import db
from campaign.letters.operations import correct_text, publish_new_version, read_words
from campaign.letters.queries import campaign_by_slug, version_of
from campaign.letters.rules import Words
from campaign.signing.operations import recount_letter
from tests.factories import BODY, DEMANDS, make_letter, make_signature
from tests.journeys.conftest import Watched, World
from tests.journeys.test_pages_in_a_browser import AXE, SIDEWAYS, TAGS, TARGETS, looked_at
from tests.journeys.world import LONG, link

EDIT = "/desk/letters/changed/edit"
WORDS = Words(
    title="Stop selling face recognition",
    body=BODY,
    ask="Stop selling face recognition to governments.",
    salutation="Dear Mr. Bezos,",
    demands=DEMANDS,
    closing="We look forward to your answer.",
    dated_on=date(2026, 6, 3),
)


@pytest.fixture(scope="module")
def changed(world: World) -> World:
    """A letter with a correction and a new text, and the page of somebody who signed the first."""
    now = datetime.now(UTC).replace(microsecond=0)
    with world.app.app_context():
        letter = make_letter("changed", campaign=campaign_by_slug("face-recognition"))
        version_of(letter).dated_on = date(2026, 5, 22)
        row = make_signature(letter, "First Person")
        make_signature(letter, LONG, website="https://long.example.org")
        body = f"{BODY}\n\n{LONG}"
        correct_text(letter, read_words(replace(WORDS, body=body), "en"), "A name was missing.", by_id=None, now=now)
        new = replace(WORDS, body=body.replace("the police", "anybody"), demands=DEMANDS[:1])
        publish_new_version(letter, read_words(new, "en"), "Not only the police.", by_id=None, now=now)
        make_signature(letter, "Second Person")
        recount_letter(letter.id, now)
        world.paths["my changed"] = link("my", "my", row)
        db.session.commit()
        db.session.remove()
    return world


@pytest.mark.parametrize("path", ["/letters/changed", "/letters/changed/changes", "<my changed>"])
def test_page_of_a_changed_text(reader_tab: Watched, changed: World, path: str) -> None:
    """B3, B6, B7, B8, x-S14: marked by more than colour, in light, dark and narrow."""
    assert looked_at(reader_tab, changed, path) == {}


def test_page_that_asks(organizer: BrowserContext, changed: World, axe: str) -> None:
    """B6, B7, B8, x-S14: asked before anything is saved; going on writing brings every word back."""
    page = organizer.new_page()
    page.goto(EDIT)
    page.get_by_label("Closing").fill("With respect,\nThe coalition.")
    page.get_by_role("button", name="Change the text").click()
    assert page.get_by_role("radio", name="Put a status note above the text").is_checked()
    page.evaluate(axe)
    assert page.evaluate(AXE, TAGS) == []
    page.emulate_media(color_scheme="dark")
    assert page.evaluate(AXE, ["color-contrast"]) == []
    page.set_viewport_size({"width": 320, "height": 640})
    assert (page.evaluate(SIDEWAYS), page.evaluate(TARGETS, 24)) == (0, [])
    page.get_by_role("button", name="Go on writing").click()
    assert page.get_by_label("Closing").input_value() == "With respect,\nThe coalition."
    page.get_by_role("button", name="Change the text").click()
    page.locator("label", has_text="Correct the text").click()
    page.get_by_label("What readers are told about the change").fill("The closing was missing.")
    page.get_by_role("button", name="Do what I chose").click()
    page.wait_for_url(f"**{EDIT}")
    assert "The correction is published." in page.content()
    page.goto("/letters/changed/changes")
    assert "The closing was missing." in page.content()
    page.close()
