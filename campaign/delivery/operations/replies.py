"""The target answers for itself: its own link, a code to its own domain, and what it sends."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select, update

from campaign import limits
from campaign.accounts.queries import who_may
from campaign.choices import Audience, ResponseKind
from campaign.decisions import record_act
from campaign.delivery import queries
from campaign.delivery.operations.responses import Answer, new_response
from campaign.delivery.reply_tokens import reply_code
from campaign.extensions import db
from campaign.jobs import outbox
from campaign.jobs.notices import write_to
from campaign.lib import emails
from campaign.models import Campaign, Delivery, ReplyLink, Response, ResponseDemand
from campaign.states import DeliveryState, Refused, ResponseState
from campaign.storage import Upload

CODE_LIFE = timedelta(hours=1)
CODE_TRIES = 5
# How many codes one link may ask for.
MAILS = ((timedelta(hours=1), 3), (timedelta(days=1), 5))


@dataclass(frozen=True, kw_only=True)
class Reply:
    """What the target sends: an acknowledgement, an answer, or a request for a correction by a day."""

    kind: str
    actor: str
    text: str
    due_on: date | None = None
    upload: Upload | None = None
    file_name: str = ""


def make_reply_link(delivery: Delivery, domain: str, *, by_id: int | None, now: datetime) -> ReplyLink:
    """Gives the target a link to answer a delivery, which a code to this domain proves; an older link ends.

    Raises `Refused`: not_delivered, domain_proves_nothing for free mail and shared hosts.
    """
    if delivery.state != DeliveryState.DELIVERED:
        raise Refused("not_delivered")
    registered = emails.registrable_domain(domain.strip().lower())
    if registered is None or emails.is_free_mail(registered) or emails.is_shared_host(registered):
        raise Refused("domain_proves_nothing")
    link = queries.reply_link_of(delivery.id)
    if link is None:
        link = ReplyLink(delivery_id=delivery.id, domain=registered, created_at=now)
        db.session.add(link)
    else:
        link.domain, link.revoked_at, link.email, link.code_asked_at = registered, None, None, None
        link.generation += 1
    db.session.flush()
    _log(delivery, "reply_link_made", by_id, now)
    return link


def mail_reply_link(
    link: ReplyLink, delivery: Delivery, address: emails.Address, *, by_id: int | None, now: datetime
) -> None:
    """Mails the link to an address of the target. Raises `Refused`: not_its_domain, reply_link_revoked."""
    db.session.refresh(link, with_for_update=True)
    _check_usable(link)
    _check_domain(link, address)
    # Link and codes go by one counter: the address is that of the last mail alone, and a code in hand ends with it.
    link.email, link.code_asked_at = address.normalized, None
    link.codes_asked += 1
    payload = {"link": link.id, "generation": link.generation, "number": link.codes_asked}
    key = f"reply_link:{link.id}:{link.generation}:{link.codes_asked}"
    outbox.enqueue("delivery.reply_link", key, payload, now=now)
    _log(delivery, "reply_link_mailed", by_id, now)


def revoke_reply_link(link: ReplyLink, delivery: Delivery, *, by_id: int | None, now: datetime) -> None:
    """Ends the link; what was sent through it stays."""
    link.revoked_at, link.email = now, None
    _log(delivery, "reply_link_revoked", by_id, now)


def ask_for_code(link_id: int, address: emails.Address, now: datetime) -> None:
    """Mails a code to an address on the target's domain; an older code ends.

    Raises `Refused`: not_its_domain, reply_link_revoked, codes_used_up.
    """
    link = _locked(link_id)
    _check_domain(link, address)
    for window, most in MAILS:
        bucket = f"reply-code-{int(window.total_seconds())}:{link.id}"
        limits.refuse_above(most, bucket, window, now, "codes_used_up")
    link.email, link.code_tries, link.code_asked_at = address.normalized, 0, now
    link.codes_asked += 1
    payload = {"link": link.id, "number": link.codes_asked}
    key = f"reply_code:{link.id}:{link.generation}:{link.codes_asked}"
    outbox.enqueue("delivery.reply_code", key, payload, now=now, prio=outbox.SOON)


def forget_address(link_id: int) -> None:
    """Forgets where the last mail of a link went."""
    db.session.execute(update(ReplyLink).where(ReplyLink.id == link_id).values(email=None))


def is_code_right(link_id: int, typed: str, now: datetime) -> bool:
    """Whether this is the code of the last mail, which stays good for an hour; a miss counts, and the caller commits.

    Raises `Refused`: reply_link_revoked, code_over when there is none, it is too old, or it was missed five times.
    """
    link = _locked(link_id)
    if link.code_asked_at is None or now - link.code_asked_at > CODE_LIFE or link.code_tries >= CODE_TRIES:
        raise Refused("code_over")
    if hmac.compare_digest("".join(typed.split()).encode(), reply_code(link).encode()):
        return True
    link.code_tries += 1
    return False


def take_reply(campaign: Campaign, delivery: Delivery, link_id: int, said: Reply, zone: str, now: datetime) -> Response:
    """Keeps what the target sent, to be published whole or set aside; its code is used up, the organizers get a mail.

    It happened on the day it came, on the clocks of `zone`. Raises `Refused`: reply_link_revoked.
    """
    link = _locked(link_id)
    day = now.astimezone(ZoneInfo(zone)).date().isoformat()
    answer = Answer(
        target_id=delivery.target_id,
        kind=said.kind,
        audience=Audience.SIGNATORIES.value,
        happened=day,
        actor=said.actor,
        text=said.text,
        source=link.domain,
    )
    row = new_response(campaign, answer, by_id=None, now=now)
    row.state, row.is_own, row.reply_link_id = ResponseState.WAITING.value, True, link.id
    row.due_on = said.due_on if said.kind == ResponseKind.CORRECTION else None
    if said.upload is not None:
        row.file_name, row.file_type, row.file_sha256 = said.file_name, said.upload.type, said.upload.sha256
    db.session.add(row)
    db.session.flush()
    for letter in queries.letters_in(delivery.id):
        db.session.add(ResponseDemand(response_id=row.id, letter_id=letter.id))
    link.code_asked_at, link.email = None, None
    _tell_organizers(row, now)
    record_act("reply_received", now=now, campaign_id=campaign.id, detail={"response": row.id})
    db.session.flush()
    return row


def _tell_organizers(row: Response, now: datetime) -> None:
    """A mail to everybody who may publish the answer (x-O11)."""
    readers, key = who_may(row.campaign_id, "deliver"), f"response_received:{row.id}"
    write_to(readers, "delivery.response_received", key, {"response": row.id}, now=now)


def _locked(link_id: int) -> ReplyLink:
    """The link, locked until the transaction ends, so that tries are counted one by one."""
    link = db.session.scalars(select(ReplyLink).where(ReplyLink.id == link_id).with_for_update()).one()
    db.session.refresh(link)
    _check_usable(link)
    return link


def _check_usable(link: ReplyLink) -> None:
    if link.revoked_at is not None:
        raise Refused("reply_link_revoked")


def _check_domain(link: ReplyLink, address: emails.Address) -> None:
    if emails.registrable_domain(address.domain) != link.domain:
        raise Refused("not_its_domain", domain=link.domain)


def _log(delivery: Delivery, act: str, by_id: int | None, now: datetime) -> None:
    db.session.flush()
    record_act(act, now=now, by_id=by_id, campaign_id=delivery.campaign_id, detail={"delivery": delivery.number})
