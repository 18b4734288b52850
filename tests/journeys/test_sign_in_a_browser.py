"""Signing in Chromium, on a telephone, with script and without."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.journeys.conftest import Watched, World


def code_of(world: World, address: str) -> str:
    """The six digits of the newest mail."""
    (code,) = re.findall(r"\b\d{6}\b", world.mail(address)["text"])
    return str(code)


def path_of(world: World, address: str, door: str) -> str:
    """A link of the newest mail, as a path."""
    return next(
        link.partition(f":{world.site.port}")[2] for link in world.mail(address)["links"] if f"/{door}/" in link
    )


def test_signs_on_a_phone(phone: Watched, world: World) -> None:
    """S1, S2, B10: letter, jump, two fields, one press, mail, one press: signed; script or not."""
    page = phone.page
    address = f"phone{id(phone)}@example.net"
    page.goto("/letters/few")
    page.get_by_role("link", name="Sign this letter").click()
    page.get_by_label("Your name").fill("Ada Lovelace")
    page.get_by_label("Email", exact=True).fill(address)
    page.get_by_role("button", name="Sign this letter").click()
    expect(page.get_by_role("heading", name="Check your email to finish signing")).to_be_visible()
    expect(page.get_by_text(address)).to_be_visible()
    page.goto(path_of(world, address, "confirm"))
    expect(page.get_by_text("Ada Lovelace")).to_be_visible()
    page.get_by_role("button", name="Confirm my signature").click()
    expect(page.get_by_role("heading", name="You have signed.")).to_be_visible()
    page.get_by_role("link", name="Change or remove my signature").first.click()
    page.get_by_label("Affiliation").fill("Analytical Society")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status")).to_contain_text("Your changes are saved.")


def test_signs_with_the_code(phone: Watched, world: World) -> None:
    """S8: six digits typed into "check your email"."""
    page = phone.page
    address = f"code{id(phone)}@example.net"
    page.goto("/letters/few/sign")
    page.get_by_label("Your name").fill("Grace Hopper")
    page.get_by_label("Email", exact=True).fill(address)
    page.get_by_role("button", name="Sign this letter").click()
    page.get_by_label("Six-digit code").fill("000000")
    page.get_by_role("button", name="Confirm with the code").click()
    expect(page.get_by_role("alert")).to_contain_text("That code does not match.")
    page.get_by_label("Six-digit code").fill(code_of(world, address))
    page.get_by_role("button", name="Confirm with the code").click()
    expect(page.get_by_role("heading", name="You have signed.")).to_be_visible()


def test_errors_take_the_focus_and_lose_nothing(phone: Watched, world: World) -> None:
    """S6: 422, "Error: " in the title, a summary that leads to each field, everything typed still there."""
    page = phone.page
    page.goto("/letters/rich/sign")
    page.get_by_label("Title or role").fill("Countess")
    page.get_by_label("Comment").fill("First line\nsecond line")
    page.get_by_label("Country").select_option("PT")
    phone.tick("Keep my name private")
    page.get_by_label("Email", exact=True).fill("ada")
    page.get_by_role("button", name="Sign this letter").click()
    expect(page).to_have_title(re.compile("^Error: "))
    summary = page.get_by_role("alert")
    expect(summary.get_by_role("link")).to_have_text(
        ["Enter your name", "Enter an email address with an @, like name@example.org"]
    )
    if phone.has_script:
        expect(summary).to_be_focused()
    expect(page.get_by_label("Email", exact=True)).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_label("Email", exact=True)).to_have_value("ada")
    expect(page.get_by_label("Title or role")).to_have_value("Countess")
    expect(page.get_by_label("Comment")).to_have_value("First line\nsecond line")
    expect(page.get_by_label("Country")).to_have_value("PT")
    expect(page.get_by_label("Keep my name private")).to_be_checked()
    summary.get_by_role("link").first.click()
    if phone.has_script:
        expect(page.get_by_label("Your name")).to_be_focused()


def test_organization_signs_another_way(phone: Watched, world: World) -> None:
    """S3, S4: one question, then the form of organizations; an exact address appears on confirmation."""
    page = phone.page
    number = id(phone)
    page.goto("/letters/few/sign")
    page.get_by_label("Your name").fill("Rosa Marín")
    page.get_by_role("button", name="Sign another way").click()
    phone.tick("For an organization")
    page.get_by_role("button", name="Continue").click()
    page.get_by_label("Name of the organization").fill(f"Open Rights {number}")
    page.get_by_label("Website").fill(f"rights{number}.org")
    expect(page.get_by_label("Your name")).to_have_value("Rosa Marín")
    page.get_by_label("Your role").fill("Director")
    page.get_by_label("Work email").fill(f"rosa@rights{number}.org")
    phone.tick("I may speak for this organization")
    page.get_by_role("button", name="Sign for the organization").click()
    expect(page.get_by_role("heading", name="Check your email to finish signing")).to_be_visible()
    page.goto(path_of(world, f"rosa@rights{number}.org", "confirm"))
    page.get_by_role("button", name="Confirm my signature").click()
    expect(page.get_by_role("heading", name="You have signed.")).to_be_visible()
    expect(page.get_by_text(f"Open Rights {number}").first).to_be_visible()


def test_my_page_leads_out(phone: Watched, world: World) -> None:
    """S12: from the footer of any page to the mail, to one's own page, to withdrawing."""
    page = phone.page
    address = f"leaves{id(phone)}@example.net"
    page.goto("/letters/few/sign")
    page.get_by_label("Your name").fill("Ada Lovelace")
    page.get_by_label("Email", exact=True).fill(address)
    page.get_by_role("button", name="Sign this letter").click()
    page.goto(path_of(world, address, "confirm"))
    page.get_by_role("button", name="Confirm my signature").click()
    page.get_by_role("contentinfo").get_by_role("link", name="Change or remove my signature").click()
    page.get_by_label("Email").fill(address)
    page.get_by_role("button", name="Mail me the link").click()
    expect(page.get_by_role("heading", name="Check your email")).to_be_visible()
    page.goto(path_of(world, address, "my"))
    page.get_by_text("Withdraw my signature").first.click()
    page.get_by_role("button", name="Withdraw my signature").click()
    expect(page.get_by_role("heading", name="Your signature is withdrawn")).to_be_visible()


def test_checks_run_on_leaving_a_field(desktop: Watched) -> None:
    """S6: never while typing, on leaving, gone on correction; a likely slip is a suggestion, not a fault."""
    page = desktop.page
    page.goto("/letters/few/sign")
    name, email = page.get_by_label("Your name"), page.get_by_label("Email", exact=True)
    email.press_sequentially("ada")
    expect(email).not_to_have_attribute("aria-invalid", "true")
    email.press("Tab")
    expect(email).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_text("Enter an email address with an @")).to_be_visible()
    email.fill("ada@gmial.com")
    expect(email).not_to_have_attribute("aria-invalid", "true")
    email.press("Tab")
    expect(page.get_by_text("Did you mean gmail.com?")).to_be_visible()
    expect(email).not_to_have_attribute("aria-invalid", "true")
    page.get_by_role("button", name="Did you mean gmail.com?").click()
    expect(email).to_have_value("ada@gmail.com")
    name.press("Tab")
    expect(page.get_by_text("Enter your name")).to_be_hidden()
    name.fill("A")
    name.press("Tab")
    name.fill("")
    name.press("Tab")
    expect(page.get_by_text("Enter your name")).to_be_visible()
    name.fill("Ada")
    expect(page.get_by_text("Enter your name")).to_be_hidden()


def test_keyboard_alone_signs(desktop: Watched, world: World) -> None:
    """WCAG 2.1.1: no pointer from the letter to "check your email"."""
    page = desktop.page
    page.goto("/letters/few/sign")
    page.get_by_label("Your name").focus()
    page.keyboard.type("Ada Lovelace")
    page.keyboard.press("Tab")
    page.keyboard.type("keyboard@example.net")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Check your email to finish signing")).to_be_visible()
    assert world.mail("keyboard@example.net")["to"] == "keyboard@example.net"
