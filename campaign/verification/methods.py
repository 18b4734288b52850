"""The table of methods: a badge comes from one of these, never from typed text."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass


@dataclass(frozen=True)
class Method:
    """A way to be verified. `shows_badge` when readers are told about it beside the name.

    `of_claim` when it looked at the name or the website of an organization, and goes with them; `has_authority` when
    it shows by itself that the organization signs, whatever the address of its representative (p-V2). `level` is the
    key of `sentences.authority.LEVELS` that it reaches.
    """

    name: str
    shows_badge: bool
    of_claim: bool = False
    has_authority: bool = False
    level: str = ""


METHODS = {
    method.name: method
    for method in (
        Method("mailbox", shows_badge=False),
        Method("work_domain", shows_badge=True, of_claim=True, level="work_address"),
        Method("invitation", shows_badge=True, of_claim=True, has_authority=True, level="contact"),
        Method("published_contact", shows_badge=True, of_claim=True, has_authority=True, level="contact"),
        Method("second_person", shows_badge=True, of_claim=True, has_authority=True, level="two_people"),
        Method("dns_txt", shows_badge=True, of_claim=True, has_authority=True, level="domain"),
        Method("well_known", shows_badge=True, of_claim=True, has_authority=True, level="domain"),
        Method("vouched", shows_badge=True, of_claim=True, level="vouched"),
        Method("imported", shows_badge=False),
        Method("second_address", shows_badge=False),
        # Employees of the target, who are a number and have no row: safest first.
        Method("employee_code", shows_badge=False),
        Method("personal_proof", shows_badge=False),
        Method("work_mail", shows_badge=False),
    )
}

# What was proven of a claim that may change.
OF_CLAIM = tuple(method.name for method in METHODS.values() if method.of_claim)
# From the strongest; "claimed" where nothing shows that the representative may speak for the organization.
LEVELS = ("domain", "contact", "two_people", "work_address", "vouched", "claimed")


def has_authority(methods: Collection[str]) -> bool:
    """Whether one of these methods shows that an organization signs, whatever the address of its representative."""
    return any(METHODS[method].has_authority for method in methods)


def authority_level(methods: Collection[str]) -> str:
    """The strongest level that these methods reach, a key of LEVELS."""
    reached = {METHODS[method].level for method in methods}
    return next((level for level in LEVELS if level in reached), "claimed")
