"""What a decision on many signatures is about."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import Any, Self

from campaign.lib.clock import rfc3339
from campaign.moderation.rules import looks_random
from campaign.states import Moderation

# In place of a pattern: names that look like nobody's.
RANDOM = "~random"
# States that alone are no condition: to reject everybody who is shown, or show everybody who was rejected, is a slip.
OPEN_STATES = ("", Moderation.APPROVED.value, Moderation.REJECTED.value)


@dataclass(frozen=True)
class Condition:
    """Which signatures; what is empty leaves that open.

    `domain` is exact or `*.edu`, `name` a pattern with `*`, `network` the mark of a day, `rule` a reason kept on the
    signature, `since` and `until` moments of signing.
    """

    state: str = ""
    kind: str = ""
    domain: str = ""
    network: str = ""
    name: str = ""
    rule: str = ""
    batch: int | None = None
    since: datetime | None = None
    until: datetime | None = None

    @property
    def is_empty(self) -> bool:
        """Whether this is nearly everybody: nothing but a kind, or a state that is no queue."""
        narrow = (self.domain, self.network, self.name.strip("* "), self.rule, self.batch, self.since, self.until)
        return not any(narrow) and self.state in OPEN_STATES

    @property
    def stored(self) -> dict[str, Any]:
        """As JSON keeps it; what is empty is left out."""
        given = {name: value for name, value in asdict(self).items() if value}
        return {name: rfc3339(value) if isinstance(value, datetime) else value for name, value in given.items()}

    @classmethod
    def read(cls, stored: dict[str, Any]) -> Self:
        """The condition that was stored."""
        known = {field.name for field in fields(cls)}
        values = {name: value for name, value in stored.items() if name in known}
        times = {name: datetime.fromisoformat(values[name]) for name in ("since", "until") if values.get(name)}
        return cls(**{**values, **times})

    def fits(self, name: str) -> bool:
        """What SQL cannot ask of a name."""
        return self.name != RANDOM or looks_random(name)


def like(pattern: str) -> str:
    """A pattern with `*` for SQL, `/` before what SQL would read as its own; without a star names that begin so."""
    for sign in "/%_":
        pattern = pattern.replace(sign, f"/{sign}")
    return (pattern if "*" in pattern else f"{pattern}*").replace("*", "%")
