"""The table of methods: a badge comes from one of these, never from typed text."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Method:
    """A way to be verified. `shows_badge` when readers are told about it beside the name."""

    name: str
    shows_badge: bool


METHODS = {
    method.name: method
    for method in (
        Method("mailbox", shows_badge=False),
        Method("work_domain", shows_badge=True),
        Method("invitation", shows_badge=True),
        Method("vouched", shows_badge=True),
        Method("imported", shows_badge=False),
    )
}
