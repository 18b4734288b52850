"""The mails of updates: news, results and final copies."""

from __future__ import annotations

from dataclasses import dataclass, replace

from campaign.choices import UpdateKind
from campaign.exports.source import Counts
from campaign.languages import _, force_locale
from campaign.lib import markup
from campaign.lib.citation import citation
from campaign.links import external, make_token
from campaign.mail.render import Mail, render
from campaign.models import Edition, Letter, Organizer, Signature, Update
from campaign.signing.messages import my_url
from campaign.updates.rules import RESULT_MAILS

# The signature of a test mail: there is none, so its links change nothing.
NOBODY = 0


@dataclass(frozen=True)
class Numbers:
    """What a mail says of an edition, so that hundreds of inboxes can witness it (p-D3)."""

    citation: str
    root: str
    list_digest: str
    url: str


def update_mail(
    update: Update,
    letter: Letter,
    signature: Signature,
    *,
    sentence: str = "",
    slot: int | None = None,
    edition: Edition | None = None,
) -> Mail:
    """The mail of an update to one signatory; `sentence` is what they ticked, `slot` which of the four mails it is."""
    values = {"sentence": sentence, "slot": slot, "organization": signature.name if signature.endorsement else ""}
    links = {"unsubscribe_url": unsubscribe_url(update.kind, signature.id, signature.generation)}
    to, language = signature.email or "", signature.language
    return _built(update, letter, edition, to, language, my_url=my_url(signature), **links, **values)


def trial_mail(update: Update, letter: Letter, organizer: Organizer, edition: Edition | None) -> Mail:
    """The same mail to an organizer; its links lead to pages that change nothing."""
    to = organizer.email
    return _built(update, letter, edition, to, letter.language, is_test=True, **_sample(update, letter))


def sample_mail(update: Update, letter: Letter, edition: Edition | None) -> Mail:
    """The mail as a signatory would get it, for the page of the update; it is sent to nobody."""
    return _built(update, letter, edition, "", letter.language, **_sample(update, letter))


def unsubscribe_url(kind: str, signature_id: int, generation: int) -> str:
    """The link that ends mails of one kind; no other door takes it."""
    token = make_token(f"unsubscribe_{kind}", signature_id, generation)
    return external("updates.unsubscribe", token=token)


def _sample(update: Update, letter: Letter) -> dict[str, object]:
    """What stands in a mail that goes to no signatory."""
    with force_locale(letter.language):
        ticked = {
            UpdateKind.NEWS.value: _("Send me news from %(sender)s", sender=letter.sender),
            UpdateKind.RESULT.value: _("Tell me what comes of this letter, in at most four mails"),
        }
    is_copy = update.kind == UpdateKind.FINAL_COPY
    return {
        "my_url": external("signing.my"),
        "unsubscribe_url": unsubscribe_url(update.kind, NOBODY, 0),
        "sentence": ticked.get(update.kind, ""),
        "slot": 1 if update.kind == UpdateKind.RESULT else None,
        "organization": letter.sender if is_copy else "",
    }


def _built(update: Update, letter: Letter, edition: Edition | None, to: str, language: str, **values: object) -> Mail:
    """The mail with the headers of one-click unsubscribing (RFC 8058)."""
    mail = render(
        "updates/update",
        to=to,
        language=language,
        reply_to=letter.campaign.reply_to,
        update=update,
        letter=letter,
        words=markup.to_text(update.body_tree).strip(),
        body=mail_html(update.body_tree),
        numbers=numbers_of(edition, letter) if edition else None,
        most=RESULT_MAILS,
        letter_url=external("signing.letter", slug=letter.slug),
        update_url=update_url(update, letter),
        **{"is_test": False, **values},
    )
    headers = {
        "List-Unsubscribe": f"<{values['unsubscribe_url']}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }
    return replace(mail, headers=headers)


def mail_html(tree: markup.Node) -> str:
    """The words of an update as the HTML of a mail; the heading of the mail is level 1."""
    # Words of people are escaped, so that this stands in front of links alone.
    return markup.to_html(tree, first_heading=2).replace("<a href=", '<a style="color:#123f73" href=')


def update_url(update: Update, letter: Letter) -> str:
    """Where an update is read by everybody; empty as long as it is not posted."""
    if not update.is_public or update.published_at is None:
        return ""
    return f"{external('public.timeline', slug=letter.slug)}#update-{update.number}"


def numbers_of(edition: Edition, letter: Letter) -> Numbers:
    """Sentence, root and digest of a frozen edition, and where its page is."""
    frozen_at = edition.frozen_at or edition.created_at
    return Numbers(
        citation(Counts.stored(edition.counts), edition.number, frozen_at, letter.timezone),
        edition.root or "",
        edition.list_digest or "",
        external("public.edition", slug=letter.slug, number=edition.number) if edition.delivered_at else "",
    )
