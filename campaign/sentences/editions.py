"""What is said of editions, their seals and their proofs."""

from __future__ import annotations

from typing import Any

REFUSALS: dict[str, Any] = {}
