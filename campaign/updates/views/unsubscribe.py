"""The link in every mail of an update that ends such mails: GET shows, POST acts, by a person or in one click."""

from __future__ import annotations

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from campaign.choices import UpdateKind
from campaign.extensions import csrf, db, read_only
from campaign.http import private_page
from campaign.languages import speak
from campaign.lib import clock, tokens
from campaign.links import read_token
from campaign.models import Letter, Signature
from campaign.moderation.queries import signature_by_id
from campaign.signing.queries import letter_by_id
from campaign.states import Refused
from campaign.updates import operations, queries
from campaign.updates.messages import NOBODY
from campaign.updates.views.blueprint import bp

KINDS = tuple(kind.value for kind in UpdateKind)


@bp.route("/unsubscribe/<token>", methods=["GET", "POST"])
def unsubscribe(token: str) -> Response:
    """Shows what the link ends; a POST ends it, without a token of a form and without a cookie (RFC 8058)."""
    kind, signature_id = behind(token)
    is_act = request.method == "POST"
    if is_act and signature_id != NOBODY:
        end_mails(signature_id, request.form.get("kind", kind))
    # Mail providers press the button themselves, and follow no redirect.
    if is_act and request.form.get("List-Unsubscribe") != "One-Click":
        return redirect(url_for("updates.unsubscribe", token=token), 303)
    if signature_id == NOBODY:
        return private_page("updates/unsubscribe_test.html")
    with read_only():
        signature, letter = found(signature_id)
        left = queries.standing_consents(signature)
    speak(signature.language)
    return private_page("updates/unsubscribe.html", letter=letter, kind=kind, left=left, token=token)


# Whoever holds the link may act: it is good for nothing but fewer mails, and a provider has no form to take from.
csrf.exempt(unsubscribe)


def behind(token: str) -> tuple[str, int]:
    """The kind of mail and the signature of a link. Raises `Refused("link_unknown")`."""
    for kind in KINDS:
        try:
            return kind, read_token(f"unsubscribe_{kind}", token)[0]
        except tokens.BadToken:
            continue
    raise Refused("link_unknown")


def found(signature_id: int) -> tuple[Signature, Letter]:
    """The signature of a link with its letter; of an erased one too, which has nothing left to end."""
    signature = signature_by_id(signature_id)
    if signature is None:
        raise Refused("link_unknown")
    return signature, letter_by_id(signature.letter_id)


def end_mails(signature_id: int, kind: str) -> None:
    """Ends mails of a kind. Raises `Refused`: link_unknown, unknown_action."""
    if kind not in KINDS:
        raise Refused("unknown_action")
    operations.unsubscribe(found(signature_id)[0], kind, clock.now())
    db.session.commit()
