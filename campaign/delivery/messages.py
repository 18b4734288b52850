"""The mails of deliveries: the target's link and code, and the news that it answered."""

from __future__ import annotations

from flask import current_app

from campaign.delivery.reply_tokens import reply_code, reply_url
from campaign.languages import current_locale
from campaign.links import external
from campaign.mail.render import Mail, render
from campaign.models import Campaign, Delivery, Letter, Organizer, ReplyLink, Response, Target


def link_to_answer(
    link: ReplyLink, delivery: Delivery, campaign: Campaign, target: Target, letters: list[Letter]
) -> Mail:
    """The target's own link to answer what was delivered to it."""
    return render(
        "delivery/reply_link",
        to=link.email or "",
        language=letters[0].language if letters else current_locale(),
        reply_to=campaign.reply_to,
        campaign=campaign,
        delivery=delivery,
        target=target,
        letters=letters,
        url=reply_url(link),
        delivery_url=external("public.delivery", slug=campaign.slug, number=delivery.number),
    )


def code_to_answer(link: ReplyLink, campaign: Campaign, letters: list[Letter]) -> Mail:
    """The code that proves whose domain an answer comes from."""
    return render(
        "delivery/reply_code",
        to=link.email or "",
        language=letters[0].language if letters else current_locale(),
        reply_to=campaign.reply_to,
        campaign=campaign,
        code=reply_code(link),
        site=current_app.config["BASE_URL"],
    )


def response_received(row: Response, campaign: Campaign, target: Target, organizer: Organizer) -> Mail:
    """Tells an organizer that a company answered, and what to do with it."""
    return render(
        "delivery/response_received",
        to=organizer.email,
        language=current_locale(),
        campaign=campaign,
        target=target,
        response=row,
        url=external("delivery.response", slug=campaign.slug, response_id=row.id),
    )
