"""The mails of decisions."""

from __future__ import annotations

from campaign.links import external
from campaign.mail.render import Mail, render
from campaign.models import Letter, Signature
from campaign.sentences import REJECTIONS
from campaign.signing.messages import my_url


def signature_published(signature: Signature, letter: Letter) -> Mail:
    """Tells a signatory who was told of a check that the signature is on the letter now."""
    return _about("moderation/signature_published", signature, letter)


def signature_rejected(signature: Signature, letter: Letter, reason: str, note: str) -> Mail:
    """Tells a signatory that the signature is not shown, and why; `reason` is a key of REJECTIONS."""
    # "Another reason" alone says nothing: the organizer's own words stand for it.
    return _about(
        "moderation/signature_rejected",
        signature,
        letter,
        reason="" if reason == "other" else REJECTIONS.get(reason, ""),
        note=note,
    )


def _about(template: str, signature: Signature, letter: Letter, **values: object) -> Mail:
    return render(
        template,
        to=signature.email or "",
        language=signature.language,
        reply_to=letter.campaign.reply_to,
        letter=letter,
        signature=signature,
        letter_url=external("signing.letter", slug=letter.slug),
        my_url=my_url(signature),
        **values,
    )
