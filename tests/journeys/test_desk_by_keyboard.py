"""The desk by keyboard, in Chromium: every key presses a button of the page, and never while one types."""

from __future__ import annotations

from datetime import timedelta
from itertools import count

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import func, select

from campaign.accounts import operations, queries
from campaign.extensions import db
from campaign.lib import clock
from campaign.models import Asked, Letter, Pair, Signature
from campaign.moderation import operations as desk
from tests.factories import DAY, make_campaign, make_letter, make_organizer, make_signature
from tests.journeys.conftest import Watched, World

WAITING = 12
_numbers = count(1)


@pytest.fixture
def slug(world: World) -> str:
    """A letter of its own with twelve held signatures, and its owner of the same name."""
    slug = f"keys-{next(_numbers)}"
    with world.app.app_context():
        campaign = make_campaign(slug)
        letter = make_letter(slug, campaign=campaign, closes_at=clock.now() + 30 * DAY)
        make_organizer(f"{slug}@example.org", campaign)
        for place in range(WAITING):
            email = f"p{place}@{slug}.example"
            make_signature(letter, f"Person {place:02}", email, moderation="held", reasons="watched_name")
        db.session.commit()
    return slug


@pytest.fixture
def queue(world: World, desktop: Watched, slug: str) -> Page:
    """The owner's queue on a wide screen."""
    with world.app.app_context():
        organizer = queries.organizer_by_key(f"{slug}@example.org")
        assert organizer is not None
        token = operations.make_sign_in_link(organizer, timedelta(hours=1), clock.now())
        db.session.commit()
    page = desktop.page
    page.goto(f"/sign-in/{token}")
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/desk")
    page.goto(f"/desk/letters/{slug}/queue")
    return page


def states(world: World, slug: str) -> dict[str, int]:
    """How many signatures of the letter are in each state."""
    with world.app.app_context():
        rows = db.session.execute(
            select(Signature.moderation, func.count())
            .join(Letter, Letter.id == Signature.letter_id)
            .where(Letter.slug == slug)
            .group_by(Signature.moderation)
        )
        return {row[0]: row[1] for row in rows}


def opened(page: Page, name: str) -> None:
    """Wait until that signature is the one beside the list."""
    expect(page.locator("[data-one] h2")).to_have_text(name)


def test_one_key_clears_one_case(world: World, queue: Page, slug: str) -> None:
    """O2: a clear case is one keystroke; the focus lands on the next row, and what happened is said."""
    for place in range(WAITING - 1):
        opened(queue, f"Person {place:02}")
        with queue.expect_navigation():
            queue.keyboard.press("a")
        expect(queue.locator("[data-row][aria-current] a")).to_be_focused()
    expect(queue.locator("body > p[role=status]")).to_have_text("1 signature approved.")
    assert states(world, slug) == {"approved": WAITING - 1, "held": 1}


def test_keys_move_select_reject_and_undo(world: World, queue: Page, slug: str) -> None:
    """O1: J K X R 2 Z; selected rows stay selected while one looks at others."""
    queue.keyboard.press("x")
    for key, name in (("j", "Person 01"), ("j", "Person 02"), ("k", "Person 01"), ("j", "Person 02")):
        queue.keyboard.press(key)
        opened(queue, name)
    queue.keyboard.press("x")
    expect(queue.locator("[data-chosen]")).to_have_text("2 selected")
    queue.keyboard.press("r")
    with queue.expect_navigation():
        queue.keyboard.press("2")
    assert states(world, slug) == {"rejected": 2, "held": WAITING - 2}
    expect(queue.locator(".toast")).to_contain_text("2 signatures rejected.")
    with queue.expect_navigation():
        queue.keyboard.press("z")
    assert states(world, slug) == {"held": WAITING}


def test_q_and_a_number_ask(world: World, queue: Page, slug: str) -> None:
    """x-O1: `Q` opens the questions, a number asks one, the next row opens, `Z` takes it back."""
    queue.keyboard.press("q")
    expect(queue.locator("[data-decide=one] [data-ask]")).to_have_attribute("open", "")
    queue.keyboard.press("2")
    expect(queue.locator(".toast > span")).to_contain_text("1 person is asked.")
    expect(queue.locator("[data-row][aria-current] [data-open]")).to_have_text("Person 01")
    with world.app.app_context():
        letter = db.session.scalars(select(Letter.id).where(Letter.slug == slug)).one()
        assert [row.ready for row in db.session.scalars(select(Asked).where(Asked.letter_id == letter))] == ["identity"]
    queue.keyboard.press("z")
    expect(queue.locator(".toast > span")).to_contain_text("1 decision undone.")
    queue.keyboard.press("x")
    queue.keyboard.press("q")
    expect(queue.locator("[data-decide=bulk] [data-ask]")).to_have_attribute("open", "")
    queue.keyboard.press("Escape")
    expect(queue.locator("[data-decide=bulk] [data-ask]")).not_to_have_attribute("open", "")


def test_m_and_n_decide_a_pair(world: World, queue: Page, slug: str) -> None:
    """O1, O7, p-V4: where the open signature may be the same as another, M merges, Z takes it back, N tells apart."""
    with world.app.app_context():
        letter = db.session.scalars(select(Letter).where(Letter.slug == slug)).one()
        first = db.session.scalars(select(Signature).where(Signature.email == f"p0@{slug}.example")).one()
        first.affiliation = "Analytical Society"
        again = make_signature(letter, first.name, f"again@{slug}.example", affiliation="Analytical Society")
        desk.look_for_pairs([first.id, again.id], clock.now())
        db.session.commit()
        ids = (first.id, again.id)

    def pair() -> tuple[str, int | None]:
        with world.app.app_context():
            row = db.session.scalars(select(Pair).where(Pair.first_id == ids[0], Pair.second_id == ids[1])).one()
            return row.state, row.dropped_id

    queue.reload()
    opened(queue, "Person 00")
    expect(queue.get_by_role("heading", name="May be the same as another")).to_be_visible()
    with queue.expect_navigation():
        queue.keyboard.press("m")
    opened(queue, "Person 01")
    assert pair() == ("merged", ids[0])
    with queue.expect_navigation():
        queue.keyboard.press("z")
    opened(queue, "Person 00")
    with queue.expect_navigation():
        queue.keyboard.press("n")
    assert pair() == ("not_the_same", None)
    expect(queue.get_by_role("heading", name="May be the same as another")).to_have_count(0)


def test_key_without_effect_says_so(world: World, queue: Page, slug: str) -> None:
    """O1: holding what is held does nothing, and that is said."""
    queue.keyboard.press("h")
    words = "That is not possible for this signature as it stands."
    expect(queue.locator(".toast")).to_have_text(words)
    expect(queue.locator("body > p[role=status]")).to_have_text(words)
    assert states(world, slug) == {"held": WAITING}


def test_decision_does_not_scroll_the_list_away(world: World, queue: Page, slug: str) -> None:
    """O2: on a wide screen the page stays at its top after each decision."""
    queue.set_viewport_size({"width": 1280, "height": 500})
    with queue.expect_navigation():
        queue.keyboard.press("a")
    expect(queue.locator("[data-row][aria-current] a")).to_be_focused()
    assert queue.evaluate("window.scrollY") == 0
    assert queue.locator("h1").is_visible()


def test_keys_rest_while_one_types_and_when_switched_off(
    world: World, desktop: Watched, queue: Page, slug: str
) -> None:
    """O1: never in a field; the switch is kept by the browser; Escape closes what is open."""
    queue.keyboard.press("/")
    queue.keyboard.type("ahrzxjk")
    expect(queue.locator("[data-search]")).to_have_value("ahrzxjk")
    queue.locator("h1").click()
    queue.keyboard.press("?")
    expect(queue.locator("[data-help]")).to_have_attribute("open", "")
    desktop.tick("Keys are on")
    queue.keyboard.press("Escape")
    expect(queue.locator("[data-help]")).not_to_have_attribute("open", "")
    queue.reload()
    queue.locator("h1").click()
    for key in "ahz":
        queue.keyboard.press(key)
    expect(queue.locator("[data-keys-switch]")).not_to_be_checked()
    assert states(world, slug) == {"held": WAITING}
