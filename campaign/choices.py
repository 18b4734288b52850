"""Words of which a column holds one, where no table says who may move where: those are in `states`."""

from __future__ import annotations

from enum import StrEnum


class Asking(StrEnum):
    """Whether a held signatory was asked something. In the order of the queue: who answered comes first."""

    ANSWERED = "answered"
    ASKED = "asked"
    NONE = "none"
