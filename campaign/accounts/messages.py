"""The mails of accounts."""

from __future__ import annotations

from datetime import datetime

from flask import current_app

from campaign.accounts.rules import link_token
from campaign.extensions import db
from campaign.languages import current_locale
from campaign.links import external
from campaign.mail.render import Mail, render
from campaign.models import Organizer, SignInLink


def sign_in_link(link_id: int, now: datetime) -> Mail | None:
    """The mail with a sign-in link; None when the link is gone, used or over."""
    link = db.session.get(SignInLink, link_id)
    if link is None or link.used_at is not None or link.expires_at <= now:
        return None
    organizer = db.session.get(Organizer, link.organizer_id)
    if organizer is None:
        return None
    token = link_token(current_app.config["SECRET_KEY"], link.id, link.created_at)
    url = external("accounts.use_link", token=token)
    return render("accounts/sign_in_link", to=organizer.email, language=current_locale(), url=url)
