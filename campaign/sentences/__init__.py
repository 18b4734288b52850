"""The sentences people read for short reasons and states: one table each, never the raw word on a page."""

from __future__ import annotations

from typing import Any

from campaign.sentences import (
    abuse,
    asking,
    authority,
    board,
    complaints,
    deliveries,
    duplicates,
    editions,
    employees,
    exporting,
    holding,
    institutions,
    press,
    rights,
    updates,
    versions,
)
from campaign.sentences.asking import QUESTIONS
from campaign.sentences.errors import ERRORS, OWN_SIGNATURE
from campaign.sentences.imports import IMPORTS
from campaign.sentences.jobs import JOBS
from campaign.sentences.letters import LETTER_KINDS, LETTER_STATES, PUBLICATION_MODES, ROLES
from campaign.sentences.refusals import REASONS as OLDER
from campaign.sentences.signatures import (
    ACTS,
    HOLDS,
    METHODS,
    ORGANIZATION_TYPES,
    REJECTIONS,
    SIGNATURE_KINDS,
    SIGNATURE_STATES,
)
from campaign.sentences.versions import ANSWERS, CHANGES

REASONS: dict[str, Any] = {
    **OLDER,
    **abuse.REFUSALS,
    **authority.REFUSALS,
    **board.REFUSALS,
    **institutions.REFUSALS,
    **versions.REFUSALS,
    **exporting.REFUSALS,
    **editions.REFUSALS,
    **deliveries.REFUSALS,
    **updates.REFUSALS,
    **press.REFUSALS,
    **rights.REFUSALS,
    **asking.REFUSALS,
    **holding.REFUSALS,
    **duplicates.REFUSALS,
    **complaints.REFUSALS,
    **employees.REFUSALS,
}

__all__ = [
    "ACTS",
    "ANSWERS",
    "CHANGES",
    "ERRORS",
    "HOLDS",
    "IMPORTS",
    "JOBS",
    "LETTER_KINDS",
    "LETTER_STATES",
    "METHODS",
    "ORGANIZATION_TYPES",
    "OWN_SIGNATURE",
    "PUBLICATION_MODES",
    "QUESTIONS",
    "REASONS",
    "REJECTIONS",
    "ROLES",
    "SIGNATURE_KINDS",
    "SIGNATURE_STATES",
    "sentence",
]


def sentence(reason: str, **values: object) -> str:
    """The sentence for a short reason; an unknown reason is a bug and raises KeyError."""
    text = REASONS.get(reason) or (HOLDS[reason] if not reason.startswith("http_") else REASONS["http_400"])
    return str(text % values) if values and "%(" in str(text) else str(text)
