"""What is said of handing a letter over and what was answered."""

from __future__ import annotations

from typing import Any

REFUSALS: dict[str, Any] = {}
