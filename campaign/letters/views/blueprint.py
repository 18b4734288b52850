"""The blueprint of the letters' desk, and what its pages share."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response

from campaign.accounts.permissions import keep_what_was_typed, may_here
from campaign.http import private_page
from campaign.letters import queries
from campaign.letters.wording import LETTER_TONES
from campaign.models import Letter
from campaign.sentences import LETTER_STATES

bp = Blueprint("letters", __name__)
bp.before_request(keep_what_was_typed)


@bp.app_context_processor
def rights_and_tones() -> dict[str, Any]:
    """What every page of the desk asks rights by, and how it colours the state of a letter."""
    return {"may": may_here, "letter_tones": LETTER_TONES}


def editor_page(template: str, letter: Letter, part: str, status: int = 200, **values: object) -> Response:
    """A page of the editor. After a POST it is rendered inside `read_only()`, outside of any write."""
    return private_page(
        f"letters/{template}",
        status,
        letter=letter,
        tab="edit",
        part=part,
        is_fixed=not queries.words_may_change(letter),
        states=LETTER_STATES,
        **values,
    )
