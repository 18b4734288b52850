"""Who is signed in, and whether they may do something: the guards of every desk page.

404 comes before 403: whoever is no member of a campaign cannot learn that it exists.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import ParamSpec, TypeVar

from flask import Response, current_app, g, make_response, redirect, request, session, url_for
from flask.typing import ResponseReturnValue

from campaign.accounts.queries import campaign_with_role, letter_with_role, session_in_force
from campaign.accounts.rules import LATELY, may, session_end, session_hash
from campaign.http import typed_again
from campaign.lib import clock
from campaign.models import Campaign, DeskSession, Letter, Organizer
from campaign.states import Refused

P = ParamSpec("P")
T = TypeVar("T")
COOKIE_FIELD = "desk"
GRACE = timedelta(days=1)


class SignInAgain(Exception):
    """Somebody who is signed in has to show once more who they are, and goes on at the page `back`."""

    def __init__(self, back: str) -> None:
        super().__init__(back)
        self.back = back


def signed_in() -> Organizer | None:
    """The organizer of this request, or None. An act (POST) makes the session last longer."""
    if "organizer" not in g:
        g.organizer, g.desk_session = _read_session()
    organizer: Organizer | None = g.organizer
    return organizer


def keep_what_was_typed() -> Response | None:
    """What somebody wrote at the desk whose session ended meanwhile is shown once more, to be sent after signing in.

    For `before_request` of the rooms where long texts are written.
    """
    is_writing = request.method == "POST" and request.path.startswith("/desk")
    return typed_again(401) if is_writing and signed_in() is None else None


def current_session() -> DeskSession | None:
    """The session row of this request, or None."""
    signed_in()
    row: DeskSession | None = g.desk_session
    return row


def _read_session() -> tuple[Organizer | None, DeskSession | None]:
    token = session.get(COOKIE_FIELD)
    if not isinstance(token, str):
        return None, None
    now = clock.now()
    found = session_in_force(session_hash(current_app.config["SECRET_KEY"], token), now)
    if found is None:
        return None, None
    row, organizer = found
    # A GET never writes; a day's grace keeps most acts from writing too.
    if request.method == "POST" and (end := session_end(row.created_at, now)) - row.expires_at > GRACE:
        row.expires_at = end
    return organizer, row


def organizer_required(view: Callable[P, ResponseReturnValue]) -> Callable[P, Response]:
    """Guard of a desk page: whoever is not signed in goes to `/sign-in`, and comes back after it.

    Desk pages are personal: they are never stored by a browser or a proxy.
    """

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> Response:
        if signed_in() is None:
            wanted = request.full_path.rstrip("?") if request.method == "GET" else ""
            answer: ResponseReturnValue = redirect(url_for("accounts.sign_in", next=wanted or None), 303)
        else:
            answer = view(*args, **kwargs)
        response = make_response(answer)
        response.headers.setdefault("Cache-Control", "no-store")
        response.headers["X-Robots-Tag"] = "noindex"
        return response

    return guarded


def signed_in_lately(back: str) -> None:
    """Guard of the gravest acts, after the others: whoever signed in longer ago than an hour signs in once more.

    They go on at the page `back`, where the act begins. Raises SignInAgain.
    """
    row = current_session()
    if row is None or clock.now() - row.created_at > LATELY:
        raise SignInAgain(back)


def current_organizer() -> Organizer:
    """The organizer of a page behind `organizer_required`. Raises `Refused("not_found")` elsewhere."""
    organizer = signed_in()
    if organizer is None:
        raise Refused("not_found")
    return organizer


def letter_or_refuse(slug: str, permission: str) -> Letter:
    """The letter with its campaign loaded, for an organizer who may do that.

    Raises `Refused("not_found")` for strangers, `Refused("not_allowed")` for members without the permission.
    """
    found = letter_with_role(slug, current_organizer().id)
    if found is None:
        raise Refused("not_found")
    letter, role = found
    return _allowed(letter, role, permission)


def campaign_or_refuse(slug: str, permission: str) -> Campaign:
    """The campaign, for an organizer who may do that; refusals as in `letter_or_refuse`."""
    found = campaign_with_role(slug, current_organizer().id)
    if found is None:
        raise Refused("not_found")
    campaign, role = found
    return _allowed(campaign, role, permission)


def _allowed(thing: T, role: str, permission: str) -> T:
    g.role = role
    if not may(role, permission):
        raise Refused("not_allowed")
    return thing


def may_here(permission: str) -> bool:
    """Whether the role found by the guard of this request includes a permission; for templates."""
    return "role" in g and may(g.role, permission)
