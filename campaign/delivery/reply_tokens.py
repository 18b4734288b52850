"""The target's own link and the codes mailed for it: derived from SECRET_KEY and the row's numbers, never stored."""

from __future__ import annotations

from flask import current_app

from campaign.lib import tokens
from campaign.links import external
from campaign.models import ReplyLink


def reply_url(link: ReplyLink) -> str:
    """The address at which the target answers."""
    token = tokens.link_token(_key("reply link"), "reply", link.id, link.generation)
    return external("delivery.reply", token=token)


def read_reply_token(token: str) -> tuple[int, int]:
    """Id and generation of a link. Raises `tokens.BadToken`."""
    read = tokens.read_link_token(_key("reply link"), "reply", token)
    return read.row_id, read.generation


def reply_code(link: ReplyLink) -> str:
    """The six digits of the last mail that was asked for; the next mail brings others."""
    return tokens.six_digits(_key("reply code"), link.id, link.generation, link.codes_asked)


def _key(purpose: str) -> bytes:
    return tokens.derive_key(current_app.config["SECRET_KEY"], purpose)
