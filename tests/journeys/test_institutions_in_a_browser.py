"""An academic names her university in Chromium, on a telephone, with script and without (p-S4)."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.journeys.conftest import Watched, World


def test_a_name_of_several_is_asked_and_printed_as_one(phone: Watched, world: World) -> None:
    """p-S4, S6: what was typed is found on the server, asked where it is doubtful, shown as it will print."""
    page = phone.page
    page.goto("/letters/academics/sign")
    page.get_by_label("Your name").fill("Grace Hopper")
    page.get_by_label("Email", exact=True).fill(f"grace{id(phone)}@example.net")
    page.get_by_label("Affiliation").fill("u.c.")
    page.get_by_label("Affiliation").fill("uc")
    page.get_by_role("button", name="Sign this letter").click()
    expect(page).to_have_title(re.compile("^Error: "))
    phone.tick("Universidade de Coimbra, Portugal, uc.pt")
    page.get_by_role("button", name="Sign this letter").click()
    expect(page.get_by_role("heading", name="Check your email to finish signing")).to_be_visible()
    expect(page.get_by_text("Universidade de Coimbra")).to_be_visible()
    expect(page.get_by_text("Title and affiliation are for identification only.")).to_be_visible()


def test_suggestions_are_worked_by_keyboard(desktop: Watched) -> None:
    """p-S4: a combobox as WAI-ARIA describes it: arrows move, Enter takes, Escape closes, focus stays in the field."""
    page = desktop.page
    page.goto("/letters/academics/sign")
    field = page.get_by_role("combobox", name="Affiliation")
    expect(field).to_have_attribute("aria-expanded", "false")
    field.press_sequentially("univ")
    options = page.get_by_role("option")
    expect(options).to_have_text(["Universidade de Coimbra", "University of Canterbury"])
    expect(field).to_have_attribute("aria-expanded", "true")
    field.press("ArrowUp")
    expect(options.nth(1)).to_have_attribute("aria-selected", "true")
    field.press("ArrowDown")
    expect(field).to_have_attribute("aria-activedescendant", "affiliation-list-0")
    expect(field).to_be_focused()
    field.press("Escape")
    expect(page.get_by_role("listbox")).to_be_hidden()
    expect(field).to_have_value("univ")
    field.press_sequentially("ersity of coi")
    expect(options).to_have_text(["Universidade de Coimbra University of Coimbra"])
    field.press("ArrowDown")
    field.press("Enter")
    expect(field).to_have_value("Universidade de Coimbra")
    expect(page.get_by_role("listbox")).to_be_hidden()


def test_a_suggestion_is_taken_with_a_finger(phone: Watched) -> None:
    """Pressed, it stands in the field; what a name holds is text and never markup (T13)."""
    page = phone.page
    page.goto("/letters/academics/sign")
    if not phone.has_script:
        expect(page.get_by_role("combobox", name="Affiliation")).to_have_count(0)
        return
    field = page.get_by_role("combobox", name="Affiliation")
    field.press_sequentially("script")
    page.get_by_role("option").first.tap()
    expect(field).to_have_value("<script>document.title='hacked'</script>")
    expect(page).not_to_have_title(re.compile("hacked"))
