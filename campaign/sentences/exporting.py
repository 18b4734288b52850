"""What is said of making files of a list."""

from __future__ import annotations

from typing import Any

REFUSALS: dict[str, Any] = {}
