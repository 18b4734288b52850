"""The blueprint of the letters' desk, and what its pages share."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, request

from campaign.accounts.permissions import may_here, signed_in
from campaign.extensions import db
from campaign.http import private_page, typed_again
from campaign.letters import queries
from campaign.letters.forms import DeskForm
from campaign.letters.wording import LETTER_TONES
from campaign.models import Letter
from campaign.sentences import LETTER_STATES, sentence
from campaign.states import Refused

bp = Blueprint("letters", __name__)


@bp.before_request
def keep_what_was_typed() -> Response | None:
    """What somebody wrote whose session ended meanwhile is shown once more, to be sent after signing in."""
    return typed_again(401) if request.method == "POST" and signed_in() is None else None


@bp.app_context_processor
def rights_and_tones() -> dict[str, Any]:
    """What every page of the desk asks rights by, and how it colours the state of a letter."""
    return {"may": may_here, "letter_tones": LETTER_TONES}


def refuse(form: DeskForm, refused: Refused) -> None:
    """Puts a refusal into the form it is about; what was written so far is undone."""
    db.session.rollback()
    form.add_refusal(refused.reason, sentence(refused.reason, **refused.values))


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
