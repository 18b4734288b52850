"""The blueprint of the letters' desk, and what its pages share."""

from __future__ import annotations

from flask import Blueprint, Response

from campaign.extensions import db
from campaign.http import private_page
from campaign.letters import queries
from campaign.letters.forms import DeskForm
from campaign.models import Letter
from campaign.sentences import LETTER_STATES, sentence
from campaign.states import Refused

bp = Blueprint("letters", __name__)


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
