"""Mailed links: a page that shows, and a button that acts. GET and HEAD change nothing."""

from __future__ import annotations

from flask import get_template_attribute, make_response, redirect, render_template, request, url_for
from markupsafe import escape
from werkzeug.wrappers import Response

from campaign import http
from campaign.extensions import db, read_ahead
from campaign.formbase import form_key
from campaign.languages import _, current_locale
from campaign.lib import clock, tokens
from campaign.mail.dev import forget_mails
from campaign.models import Letter, Signature
from campaign.pagecache import GAP, cache, fill
from campaign.signing import operations
from campaign.signing.forms import PressForm
from campaign.signing.messages import my_url
from campaign.signing.operations.confirm import digest_of
from campaign.signing.queries import signature_to_confirm
from campaign.signing.rules import may_confirm
from campaign.signing.views.blueprint import (
    bp,
    personal,
    seal_answers,
    shown_entry,
    words_of,
)
from campaign.signing.views.links import erased_by, linked, read_link
from campaign.signing.views.signed import changed_on, has_moved, signed_page
from campaign.states import Refused


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
