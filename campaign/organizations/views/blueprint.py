"""The blueprint of the coalition's desk, and what its pages share."""

from __future__ import annotations

from collections import Counter
from typing import Any

from flask import Blueprint, Response

from campaign.accounts.permissions import may_here
from campaign.http import private_page
from campaign.lib import clock
from campaign.models import Invitation, Letter
from campaign.organizations.operations.board import is_to_remind
from campaign.organizations.rules import takes_answers
from campaign.sentences.board import ANSWERS, LINE_PROBLEMS
from campaign.states import InvitationAnswer

# How the board colours an answer.
TONES = {
    "none": "info",
    "considering": "info",
    "question": "warn",
    "approved": "ok",
    "declined": "bad",
}

bp = Blueprint("organizations", __name__)
bp.context_processor(lambda: {"may": may_here, "answers": ANSWERS, "problems": LINE_PROBLEMS, "tones": TONES})


def page(template: str, letter: Letter, status: int = 200, **values: Any) -> Response:
    """A page of the desk's tab "Coalition"."""
    takes = takes_answers(letter.state, letter.closes_at, clock.now())
    return private_page(f"organizations/{template}", status, letter=letter, tab="coalition", takes=takes, **values)


def counts_of(rows: Any) -> dict[str, int]:
    """How many organizations gave each answer; those taken back are in none."""
    counted = Counter(row.Invitation.answer for row in rows if row.Invitation.cancelled_at is None)
    return {answer.value: counted[answer.value] for answer in InvitationAnswer}


def to_remind(row: Invitation) -> bool:
    """Whether the page offers to remind this organization."""
    return is_to_remind(row, clock.now())
