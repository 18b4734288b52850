"""What is said of the versions of a text."""

from __future__ import annotations

from typing import Any

REFUSALS: dict[str, Any] = {}
