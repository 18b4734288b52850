"""The mails of decisions, of questions and of complaints."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlsplit

from campaign.choices import PublicationMode
from campaign.languages import current_locale, force_locale
from campaign.links import external, make_token
from campaign.mail.render import Mail, render
from campaign.models import Alarm, Asked, Complaint, Letter, Signature
from campaign.moderation.waves import alarm_words
from campaign.sentences import QUESTIONS, REJECTIONS
from campaign.sentences.complaints import COMPLAINT_KINDS
from campaign.signing.messages import my_url, stands_as


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


def question_asked(asked: Asked, signature: Signature, letter: Letter, *, again: bool = False) -> Mail:
    """Asks a held signatory something, with the link to the page where they answer; `again` is the reminder."""
    with force_locale(signature.language):
        question = asked.words or str(QUESTIONS[asked.ready])
    return _about(
        "moderation/asked",
        signature,
        letter,
        again=again,
        question=question,
        stands_as=stands_as(signature),
        # Where every signature is reviewed, it goes back to the organizers.
        is_only_affiliation=signature.reasons == "free_mail_affiliation"
        and letter.mode != PublicationMode.REVIEW_FIRST,
        asked_url=external("signing.asked", token=make_token("asked", asked.id, signature.generation)),
        not_me_url=external("signing.not_me", token=make_token("not_me", signature.id, signature.generation)),
    )


def wave_alarm(letter: Letter, to: str, alarms: Sequence[Alarm]) -> Mail:
    """Warns an organizer of what is unusual, with the way to the switches."""
    return render(
        "moderation/wave_alarm",
        to=to,
        language=letter.language,
        letter=letter,
        sentences=[alarm_words(alarm) for alarm in alarms],
        page_url=external("moderation.protect", slug=letter.slug),
    )


def mail_slow(to: str, alarm: Alarm) -> Mail:
    """Tells the operator that mails to addresses nobody has confirmed leave slowly, and what to look at."""
    return render(
        "moderation/mail_slow",
        to=to,
        language=current_locale(),
        sentence=alarm_words(alarm),
        host=urlsplit(external("public.home")).netloc,
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


def complaint_received(case: Complaint, letter: Letter) -> Mail:
    """The number and the deadline of a case; nothing that was typed, because nobody proved the address."""
    return _to_complainant("moderation/complaint_received", case, letter)


def complaint_answered(case: Complaint, letter: Letter, text: str) -> Mail:
    """What the organizers answer before they decide."""
    return _to_complainant("moderation/complaint_answered", case, letter, text=text)


def complaint_closed(case: Complaint, letter: Letter, outcome: str) -> Mail:
    """How a case ended, in the words that everybody reads."""
    return _to_complainant("moderation/complaint_closed", case, letter, outcome=outcome)


def complaints_filed(letter: Letter, to: str, filed: Sequence[Complaint], *, is_operator: bool) -> Mail:
    """Tells an owner, or the operator, which complaints came; who complained of whom is read at the desk."""
    url = external("public.corrections", slug=letter.slug)
    return render(
        "moderation/complaints_filed",
        to=to,
        language=letter.language,
        letter=letter,
        filed=filed,
        kinds=COMPLAINT_KINDS,
        is_operator=is_operator,
        url=url if is_operator else external("moderation.complaints", slug=letter.slug),
    )


def complaint_overdue(case: Complaint, letter: Letter, to: str) -> Mail:
    """Tells an owner that a complaint was not decided by its deadline."""
    url = external("moderation.complaint", slug=letter.slug, case_id=case.id)
    return render(
        "moderation/complaint_overdue", to=to, language=letter.language, letter=letter, complaint=case, url=url
    )


def _to_complainant(template: str, case: Complaint, letter: Letter, **values: object) -> Mail:
    return render(
        template,
        to=case.email or "",
        language=case.language,
        reply_to=letter.campaign.reply_to,
        letter=letter,
        complaint=case,
        case_url=external("public.report", slug=letter.slug, case=case.number),
        **values,
    )
