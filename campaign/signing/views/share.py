"""Passing a letter on: plain links, and the dates for a calendar."""

from __future__ import annotations

import re
from urllib.parse import quote, urlencode

from flask import Response, make_response, render_template
from werkzeug.wrappers import Response as AnyResponse

from campaign.languages import _
from campaign.lib import clock
from campaign.lib.ics import calendar
from campaign.links import external
from campaign.models import Letter
from campaign.signing.forms import ServerForm
from campaign.signing.views.blueprint import bp, scope_of, visible_letter

HOST = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)+(:\d{2,5})?")


def share_url(letter: Letter) -> str:
    """The public address of a letter."""
    return external("signing.letter", slug=letter.slug)


def share_links(letter: Letter) -> list[tuple[str, str]]:
    """Label and address of each way to pass a letter on; no third party is asked before a press."""
    url, title = share_url(letter), letter.title
    text = f"{title} {url}"
    return [
        (_("Email"), "mailto:?" + urlencode({"subject": title, "body": text}, quote_via=quote)),
        ("WhatsApp", "https://wa.me/?" + urlencode({"text": text}, quote_via=quote)),
        ("Bluesky", "https://bsky.app/intent/compose?" + urlencode({"text": text}, quote_via=quote)),
    ]


@bp.post("/letters/<slug>/share")
def share(slug: str) -> AnyResponse:
    """A page with the plain link to share on the Mastodon server somebody named."""
    letter, _counts = visible_letter(slug)
    form = ServerForm(scope_of(letter))
    server = (form.server.data or "").strip().lower().removeprefix("https://").strip("/").rpartition("@")[2]
    if form.validate() and not HOST.fullmatch(server):
        form.server.errors = [_("Enter the name of your server, like mastodon.social")]
    if form.errors or form.server.errors:
        page = render_template("signing/share_mastodon.html", letter=letter, address=None, server="", form=form)
        return make_response(page, 422)
    text = urlencode({"text": f"{letter.title} {share_url(letter)}"}, quote_via=quote)
    address = f"https://{server}/share?{text}"
    page = render_template("signing/share_mastodon.html", letter=letter, address=address, server=server, form=form)
    response = make_response(page)
    response.headers["Cache-Control"] = "no-store"
    return response


@bp.get("/letters/<slug>/dates.ics")
def dates(slug: str) -> Response:
    """When the letter closes, as a calendar file; where no end lies ahead, when it opened."""
    letter, _counts = visible_letter(slug)
    if letter.closes_at is not None and letter.closes_at > clock.now():
        words = _("Last moment to sign: %(title)s", title=letter.title)
        events = [(f"closing-{letter.slug}", letter.closes_at, words)]
    else:
        words = _("Open for signing: %(title)s", title=letter.title)
        events = [(f"opening-{letter.slug}", letter.opened_at or letter.changed_at, words)]
    response = make_response(calendar(events, letter.changed_at, share_url(letter)))
    response.mimetype = "text/calendar"
    response.headers["Cache-Control"] = "public, max-age=30"
    response.headers["Content-Disposition"] = f'attachment; filename="{letter.slug}.ics"'
    return response
