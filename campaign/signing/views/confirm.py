"""Mailed links: a page that shows, and a button that acts. GET and HEAD change nothing."""

from __future__ import annotations

from flask import get_template_attribute, make_response, redirect, render_template, request, url_for
from markupsafe import escape
from werkzeug.wrappers import Response

from campaign import http
from campaign.extensions import db, read_ahead, read_only
from campaign.formbase import form_key
from campaign.languages import _, current_locale, longdate, ngettext, speak, when
from campaign.lib import clock, tokens
from campaign.links import read_token
from campaign.mail.dev import forget_mails
from campaign.models import Letter, Signature
from campaign.pagecache import GAP, cache, fill
from campaign.signing import operations
from campaign.signing.forms import PressForm, ServerForm
from campaign.signing.messages import my_url
from campaign.signing.operations.confirm import digest_of
from campaign.signing.queries import (
    signature_behind_link,
    signature_to_confirm,
    signature_with_endorsement,
    tally_of,
    version_number,
    waiting_hours,
)
from campaign.signing.rules import may_confirm
from campaign.signing.views.blueprint import (
    bp,
    letter_of,
    personal,
    scope_of,
    seal_answers,
    shown_entry,
    words_of,
)
from campaign.signing.views.share import share_links, share_url
from campaign.states import Refused

# From more hours on, a wait is told in days.
HOURS_TOLD = 72


def read_link(purpose: str, token: str) -> tuple[int, int]:
    """Signature id and generation of a mailed link. Raises `Refused` link_unknown for a forged one."""
    try:
        return read_token(purpose, token)
    except tokens.BadToken:
        raise Refused("link_unknown") from None


def linked(purpose: str, token: str) -> tuple[Signature, Letter]:
    """The signature and letter a mailed link leads to, read and let go; its page speaks the signatory's language.

    Raises `Refused` link_unknown for a forged, replaced or erased one, gone for confirming on a removed letter:
    everybody can still see and remove their own signature there.
    """
    signature_id, generation = read_link(purpose, token)
    with read_only():
        signature = signature_behind_link(signature_id)
    if signature is None or signature.generation != generation or signature.erased_at is not None:
        raise Refused("link_unknown")
    letter = letter_of(signature)
    # What is kept about somebody can be seen and erased as long as it is kept.
    if letter.state == "removed" and purpose == "confirm":
        raise Refused("gone")
    speak(signature.language)
    return signature, letter


def erased_by(purpose: str, token: str) -> Letter | None:
    """The letter of a signature that was erased through this very link, for the page that says so; else None."""
    try:
        signature_id, generation = read_token(purpose, token)
    except tokens.BadToken:
        return None
    with read_only():
        signature = signature_with_endorsement(signature_id)
    if signature is None or signature.erased_at is None or signature.generation != generation + 1:
        return None
    speak(signature.language)
    return letter_of(signature)


@bp.route("/confirm/<token>", methods=["GET", "POST"])
def confirm(token: str) -> Response:
    """Shows the entry and one button; the button confirms."""
    if request.method != "POST":
        return confirm_page(token)
    try:
        # Bound to the link, not to its letter: so it is checked before anything is read, and nobody waits for it.
        tokens.check_form_token(form_key(), press_scope(token), request.form.get("csrf_token", ""), clock.now())
        return renew(token) if request.form.get("action") == "renew" else press(token, request.form.get("digest", ""))
    except tokens.BadToken:
        return confirm_page(token, checked_form(token))
    except Refused as refusal:
        db.session.rollback()
        if refusal.reason not in ("entry_changed", "link_expired"):
            raise
        return confirm_page(token, checked_form(token), refusal.reason)


def checked_form(token: str) -> PressForm:
    """The form as it was sent, with what is wrong about it."""
    form = PressForm(press_scope(token))
    form.validate()
    return form


def press_scope(token: str) -> str:
    """What the token of the form behind a link is bound to."""
    return f"confirm:{token}"


def press(token: str, digest: str) -> Response:
    """Confirms and goes on to "you have signed"; pressed before, to "already signed"."""
    signature_id, generation = read_link("confirm", token)
    with read_ahead():
        found = signature_to_confirm(signature_id)
    is_new = operations.confirm_signature(found, generation, digest, clock.now())
    db.session.commit()
    return redirect(url_for("signing.confirm", token=token, signed=1 if is_new else None), 303)


def renew(token: str) -> Response:
    """Sends a new link for one that ran out."""
    signature, letter = linked("confirm", token)
    email, slug = signature.email or "", letter.slug
    operations.renew_link(signature.id, signature.generation, clock.now())
    db.session.commit()
    return redirect(url_for("signing.sent", slug=slug, s=seal_answers("person", {"email": email}), resent=1), 303)


def confirm_page(token: str, form: PressForm | None = None, refused: str = "") -> Response:
    """The page behind the link, by where the signature stands; `form` and `refused` where a post did not act."""
    signature, letter = linked("confirm", token)
    if refused and signature.verification == "verified":
        # Two presses at the very same moment: the other one did it.
        return redirect(url_for("signing.confirm", token=token), 303)
    if signature.withdrawn_at is not None:
        raise Refused("already_withdrawn")
    if signature.merged_into_id is not None and signature.verification != "verified":
        # Counted with another signature of its mailbox: nothing is left to confirm.
        raise Refused("link_unknown")
    if signature.verification == "verified" and "signed" in request.args:
        return signed_page(signature, letter)
    stage = stage_of(signature, letter) if refused != "entry_changed" else "changed"
    if stage == "ready" and form is None:
        return ready_page(token, signature, letter)
    status = 422 if form else 200
    form = form or PressForm(press_scope(token), formdata=None)
    form.digest.data = digest_of(signature)
    return personal(
        "signing/confirm.html",
        status,
        letter=letter,
        entry=shown_entry(signature),
        ticked=ticked_boxes(signature),
        text_note=text_note(signature, letter),
        form=form,
        action=url_for("signing.confirm", token=token),
        stage=stage,
        my_url=my_url(signature),
    )


def ticked_boxes(signature: Signature) -> list[str]:
    """The sentences of the boxes that were ticked: whoever confirms agrees to them, too."""
    return [consent.sentence for consent in signature.consents]


def stage_of(signature: Signature, letter: Letter) -> str:
    """Where a link leads to now: ready, done (it confirmed before) or expired."""
    if signature.verification == "verified":
        return "done"
    closed_at = letter.closed_at or letter.closes_at
    is_in_time = may_confirm(signature.expires_at, letter.state, closed_at, clock.now())
    return "ready" if signature.verification == "pending" and is_in_time else "expired"


def text_note(signature: Signature, letter: Letter) -> object:
    """Which text a signature is for, where the letter had more than one; "" otherwise, and after a mere correction."""
    if letter.version is None or letter.version.number == 1:
        return ""
    if signature.version_id == letter.version_id:
        return _("Your signature is for the text as it stands now, published on %(day)s.", day=changed_on(letter))
    if not has_moved(signature, letter):
        return ""
    return _(
        "The text changed on %(day)s, after you signed. Your signature is for the text you signed; "
        "once it is confirmed, your own page shows what changed and lets you decide.",
        day=changed_on(letter),
    )


def changed_on(letter: Letter) -> str:
    """The day on which the current text was published."""
    return longdate(letter.version.created_at if letter.version else None, letter.timezone)


def ready_page(token: str, signature: Signature, letter: Letter) -> Response:
    """The page that waits for its button. Under a wave most readers are here, so all that is the same for everybody
    is rendered once; into the gaps go the entry, and what the button sends.
    """
    key = ("confirm", *words_of(letter), current_locale(), signature.is_private)
    parts = cache().frame(key, lambda: waiting_frame(letter, signature.is_private))
    shown = shown_entry(signature), ticked_boxes(signature), text_note(signature, letter)
    entry = get_template_attribute("signing/_entry.html", "to_confirm")(*shown)
    form_token = tokens.form_token(form_key(), press_scope(token), clock.now())
    sent = (url_for("signing.confirm", token=token), form_token, digest_of(signature))
    return http.private(make_response(fill(parts, [entry, *map(escape, sent)])))


def waiting_frame(letter: Letter, is_private: bool) -> list[str]:
    """The parts of the page that waits for its button, between its gaps; nothing in them is about one signature."""
    form = PressForm("", formdata=None)
    form.csrf_token.current_token = form.digest.data = GAP
    page = render_template(
        "signing/confirm.html",
        letter=letter,
        entry={"is_private": is_private},
        gap=GAP,
        form=form,
        action=GAP,
        stage="ready",
    )
    return page.split(GAP)


def signed_page(signature: Signature, letter: Letter) -> Response:
    """ "You have signed": the number, the entry, what to do next."""
    counts = tally_of(letter.id, clock.now())
    is_shown = signature.moderation == "approved"
    # The tally follows within seconds; a signature newer than it, or than the first count, is added here.
    newer = is_shown and (not counts.total or (signature.verified_at or counts.counted_at) > counts.counted_at)
    events = []
    if letter.closes_at:
        words, iso = when(letter.closes_at, letter.timezone), letter.closes_at.isoformat()
        events.append({"when": words, "iso": iso, "text": _("The letter closes."), "later": True})
    return personal(
        "signing/signed.html",
        letter=letter,
        entry=shown_entry(signature),
        number=counts.total + (1 if newer else 0) if is_shown else None,
        held=not is_shown,
        wait="" if is_shown else in_words(waiting_hours(letter.id)),
        moved_on=changed_on(letter) if has_moved(signature, letter) else "",
        my_url=my_url(signature),
        share_url=share_url(letter),
        links=share_links(letter),
        share_form=ServerForm(scope_of(letter), formdata=None),
        events=events,
    )


def in_words(hours: int | None) -> object:
    """When a held signature is usually added: in hours up to three days, then in days; as measured, or roughly."""
    if hours is None:
        return _("It is added after a check, usually within a few days.")
    if hours <= HOURS_TOLD:
        return ngettext(
            "It is added after a check, usually within %(num)d hour.",
            "It is added after a check, usually within %(num)d hours.",
            hours,
        )
    days = -(-hours // 24)
    return ngettext(
        "It is added after a check, usually within %(num)d day.",
        "It is added after a check, usually within %(num)d days.",
        days,
    )


def has_moved(signature: Signature, letter: Letter) -> bool:
    """Whether the letter's text is another one than was signed, and no mere correction of it."""
    if letter.version is None or signature.version_id == letter.version_id:
        return False
    with read_only():
        return version_number(signature.version_id) < letter.version.asked_number


@bp.route("/not-me/<token>", methods=["GET", "POST"])
def not_me(token: str) -> Response:
    """ "It was not me": a page, then a button that erases and stops further mail for this letter."""
    erased = redirect(url_for("signing.not_me", token=token, erased=1), 303)
    if request.method == "POST" or "erased" in request.args:
        over = erased_by("not_me", token)
        if over is not None:
            # Pressed twice: the first press did it.
            return erased if request.method == "POST" else personal("signing/not_me_done.html", letter=over)
    signature, letter = linked("not_me", token)
    form = PressForm(f"not_me:{token}")
    if request.method != "POST" or not form.validate():
        status = 422 if form.errors else 200
        return personal("signing/not_me.html", status, letter=letter, signature=signature, form=form, token=token)
    owned, email = operations.owned_signature(signature.id, signature.generation), signature.email or ""
    operations.refuse_signature(owned, clock.now())
    db.session.commit()
    forget_mails(email)
    return erased
