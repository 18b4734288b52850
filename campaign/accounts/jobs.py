"""The job kinds of accounts."""

from __future__ import annotations

from datetime import datetime

from campaign.accounts import messages
from campaign.accounts.operations import link_left
from campaign.jobs.kinds import Payload, mail_kind
from campaign.mail.render import Mail


def build_sign_in_link(payload: Payload, now: datetime) -> Mail | None:
    """The mail of one link."""
    return messages.sign_in_link(payload["link"], now)


def sign_in_link_sent(payload: Payload, now: datetime) -> None:
    """The link's quarter of an hour begins."""
    link_left(payload["link"], now)


# Apart from other mails: on the day of an attack an organizer gets many, and has to come in.
mail_kind("accounts.sign_in_link", build_sign_in_link, sign_in_link_sent, is_apart=True)
