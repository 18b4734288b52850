"""What is said of editions, their seals and their proofs."""

from __future__ import annotations

from typing import Any

from campaign.languages import lazy

REFUSALS: dict[str, Any] = {
    "package_needs_edition": lazy("A package is made of an edition: name one, like --edition 1."),
    "package_keeps_order": lazy("A package has its edition's own order, under its seal. Leave --order out."),
    "edition_differs": lazy(
        "A colleague has just frozen edition %(number)s with another date, place or choice of texts. Look at it first, "
        "then load this page again to freeze the next one."
    ),
}
