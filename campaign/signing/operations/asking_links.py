"""Asking for the links to one's signatures: the same work for every address, and a mail where there are any."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete

from campaign.extensions import db, insert_or_skip
from campaign.jobs import outbox
from campaign.lib import tokens
from campaign.lib.emails import Address, parse_address
from campaign.lib.periods import PERIODS
from campaign.limits import add, is_on
from campaign.links import key_of
from campaign.mailboxes import mailbox_of
from campaign.models import LinkRequest
from campaign.signing.queries import signatures_of_mailbox
from campaign.signing.rules import SAME_MAIL_PAUSE

PURPOSE = "link request"


def ask_for_my_links(address: Address, now: datetime) -> None:
    """Keeps that an address asked, sealed, until the worker looks for its signatures; nothing is looked up here (T8).

    One that waits already stays as it is.
    """
    sealed = tokens.seal(key_of(PURPOSE), {"email": address.normalized}, now, PURPOSE)
    row = {"mailbox_key": mailbox_of(address).key, "sealed": sealed, "asked_at": now}
    insert_or_skip(LinkRequest.__table__, [row])  # type: ignore[arg-type]


def answer_link_request(request_id: int, now: datetime) -> None:
    """Queues the mail with the links of a mailbox, once in ten minutes; forgets who has none, or asked too soon."""
    request = db.session.get(LinkRequest, request_id, with_for_update=True)
    if request is None or request.queued_at is not None:
        return
    asked = add(f"my:{request.mailbox_key}", SAME_MAIL_PAUSE, now)
    address = address_that_asked(request, now)
    if address is None or (is_on() and asked > 1) or not signatures_of_mailbox(*mailbox_of(address).keys):
        forget_link_request(request_id)
        return
    request.queued_at = now
    key = f"my:{request.id}:{int(request.asked_at.timestamp() * 1_000_000)}"
    outbox.enqueue("signing.my_links", key, {"request": request.id}, now=now, prio=outbox.SOON)


def address_that_asked(request: LinkRequest, now: datetime) -> Address | None:
    """The address that asked; None when it is too old, or sealed under another key."""
    try:
        fields = tokens.unseal(key_of(PURPOSE), request.sealed, now, PURPOSE, PERIODS["link_requests"])
    except tokens.BadToken:
        return None
    return parse_address(fields["email"])


def forget_link_request(request_id: int) -> None:
    """Forgets who asked: the mail has left, or there is none to send."""
    db.session.execute(delete(LinkRequest).where(LinkRequest.id == request_id))
