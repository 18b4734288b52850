"""The target's own link and the codes mailed for it: derived from SECRET_KEY and the row's numbers, never stored."""

from __future__ import annotations

from campaign.lib import tokens
from campaign.links import external, key_of, make_token
from campaign.models import ReplyLink

PURPOSE = "reply"


def reply_url(link: ReplyLink) -> str:
    """The address at which the target answers."""
    return external("delivery.reply", token=make_token(PURPOSE, link.id, link.generation))


def reply_code(link: ReplyLink) -> str:
    """The six digits of the last mail that was asked for; the next mail brings others."""
    return tokens.six_digits(key_of("reply code"), link.id, link.generation, link.codes_asked)
