"""What is said of updates and the mails they send."""

from __future__ import annotations

from typing import Any

REFUSALS: dict[str, Any] = {}
