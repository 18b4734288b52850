"""The mails of signing: who gets which template with what."""

from __future__ import annotations

from datetime import datetime

from campaign.languages import _, force_locale, when
from campaign.letters.changes import condensed, differences, text_names
from campaign.links import external, make_token
from campaign.mail.render import Mail, render
from campaign.models import Asked, AuthorityRequest, Invitation, Letter, Signature, Version
from campaign.signing.rules import approval_digest, code_address, link_expiry, signed_by
from campaign.signing.standing import standing
from campaign.states import LetterState
from campaign.verification import email_link, invitation, second_address

# In characters; a longer difference stands on the page alone, so that the mail stays under 30 kB.
LONGEST_DIFFERENCE = 6000


def signature_needs_confirmation(signature: Signature, letter: Letter, number: int, now: datetime) -> Mail:
    """The link and the code that confirm a signature; `number` counts the mails of this signature."""
    return _confirmation("signing/confirm", signature, letter, number, now)


def signature_still_waits(signature: Signature, letter: Letter, now: datetime) -> Mail:
    """A reminder with the same link, and the code of the newest mail."""
    mailed_at = signature.mailed_at or now
    return _confirmation("signing/remind", signature, letter, signature.mails_asked, mailed_at)


def signed_before(signature: Signature, letter: Letter) -> Mail:
    """Tells a mailbox that it has signed already, with the way to see and change the signature."""
    return render(
        "signing/signed_before",
        to=signature.email or "",
        language=signature.language,
        reply_to=letter.campaign.reply_to,
        letter=letter,
        letter_url=external("signing.letter", slug=letter.slug),
        my_url=my_url(signature),
    )


def my_links(to: str, signatures: list[tuple[Signature, Letter]], editions: dict[int, list[int]]) -> Mail:
    """One mail with a link to each signature of a mailbox, where it stands, and the editions it is in."""
    return render(
        "signing/my_links",
        to=to,
        language=signatures[0][0].language,
        # The state is a sentence of the mail's language, so it is looked up while the mail is made.
        state_of=standing,
        entries=[
            (signature, letter, my_url(signature), editions.get(signature.id, [])) for signature, letter in signatures
        ],
    )


def work_address_code(to: str, code: str, language: str, until: datetime) -> Mail:
    """Six digits to a work address, and nothing that tells what they are for: no link, no name of ours, no letter."""
    with force_locale(language):
        words = _(
            "Your code is %(code)s. It can be used until %(until)s. If you did not ask for it, ignore this mail.",
            code=code,
            until=when(until, "UTC"),
        )
        return Mail(to=to, subject=_("Your code"), text=f"{words}\n", html="")


def invitation_needs_code(row: Invitation, letter: Letter, version: Version) -> Mail:
    """The six digits that approve an invitation, with the line and the version they approve."""
    return render(
        "signing/invitation_code",
        to=code_address(row),
        language=letter.language,
        reply_to=letter.campaign.reply_to,
        letter=letter,
        row=row,
        version=version,
        is_second=row.first_approved_at is not None,
        code=invitation.make_code(row.id, row.codes_asked, approval_digest(row, version)),
        page_url=external("signing.invitation", token=make_token(invitation.METHOD, row.id, row.generation)),
    )


def second_address_needs_code(asked: Asked, letter: Letter) -> Mail:
    """The six digits that prove another address of somebody who was asked; it names nobody."""
    return render(
        "signing/asked_code",
        to=asked.address or "",
        language=letter.language,
        reply_to=letter.campaign.reply_to,
        letter=letter,
        code=second_address.make_code(asked.id, asked.codes_asked),
    )


def invitation_is_approved(row: Invitation, signature: Signature, letter: Letter, version: int) -> Mail:
    """Thanks for an approval, with the line as it prints and the way to change or withdraw it."""
    return render(
        "signing/invitation_approved",
        to=signature.email or "",
        language=letter.language,
        reply_to=letter.campaign.reply_to,
        letter=letter,
        row=row,
        version=version,
        stands_as=stands_as(signature),
        is_public=letter.state == LetterState.OPEN,
        my_url=my_url(signature),
    )


def authority_is_asked(row: AuthorityRequest, signature: Signature, letter: Letter) -> Mail:
    """Asks somebody at an organization whether it signs; no typed word stands in the subject (T7)."""
    return render(
        "signing/authority",
        to=row.email,
        language=letter.language,
        reply_to=letter.campaign.reply_to,
        letter=letter,
        row=row,
        entry=signature,
        page_url=external("signing.authority", token=make_token("authority", row.id, row.generation)),
    )


def text_changed(signature: Signature, letter: Letter, accepted: Version, current: Version) -> Mail:
    """Asks a signatory whether their signature goes with the new text; says what changed, in words."""
    changes = condensed(differences(accepted, current))
    length = sum(len(run.text) for change in changes for run in change.runs)
    names = text_names([accepted, current], current.asked_number)
    return render(
        "signing/text_changed",
        to=signature.email or "",
        language=signature.language,
        reply_to=letter.campaign.reply_to,
        letter=letter,
        organization=signature.name if signature.endorsement else "",
        accepted=names[accepted.asked_number],
        reason=current.reason,
        changes=changes if length <= LONGEST_DIFFERENCE else [],
        my_url=my_url(signature),
    )


def my_url(signature: Signature) -> str:
    """The link to see, change or withdraw a signature."""
    token = make_token("my", signature.id, signature.generation)
    return external("signing.my_entry", token=token)


def stands_as(signature: Signature) -> list[str]:
    """The words of a signature in the order in which the public list shows them."""
    claim = signature.endorsement
    if claim is None:
        return list(filter(None, (signature.name, signature.title, signature.affiliation)))
    representative = signed_by(claim.representative, claim.role) if claim.show_representative else ""
    return list(filter(None, (signature.name, representative)))


def _confirmation(template: str, signature: Signature, letter: Letter, number: int, mailed_at: datetime) -> Mail:
    numbers = (signature.id, signature.generation)
    return render(
        template,
        to=signature.email or "",
        language=signature.language,
        reply_to=letter.campaign.reply_to,
        letter=letter,
        organization=signature.name if signature.endorsement else "",
        is_private=signature.is_private,
        stands_as=stands_as(signature),
        # The mail's code confirms without the page, so that the mail shows as much.
        ticked=[consent.sentence for consent in signature.consents],
        confirm_url=external("signing.confirm", token=make_token("confirm", *numbers)),
        not_me_url=external("signing.not_me", token=make_token("not_me", *numbers)),
        my_url=my_url(signature),
        code=email_link.make_code(signature.id, number, signature.answers_count),
        expires_at=link_expiry(mailed_at, letter.closed_at or letter.closes_at),
    )
