"""What is said of the coalition board."""

from __future__ import annotations

from typing import Any

REFUSALS: dict[str, Any] = {}
