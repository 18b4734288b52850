"""What is said of the press page, previews and copies."""

from __future__ import annotations

from typing import Any

REFUSALS: dict[str, Any] = {}
