"""What every answer has: security headers, error pages a person can act on, requests without secrets in logs."""

from __future__ import annotations

import logging
import random
import time
from collections.abc import Callable
from typing import Protocol, TypeVar
from urllib.parse import urlsplit

from flask import Flask, Request, Response, current_app, g, jsonify, make_response, render_template, request, session
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException, NotFound, SecurityError
from werkzeug.http import HTTP_STATUS_CODES

from campaign.extensions import db
from campaign.sentences import ERRORS, OWN_SIGNATURE, sentence
from campaign.states import Refused
from campaign.storage import LARGEST_UPLOAD

log = logging.getLogger("campaign.requests")
V = TypeVar("V", bound=Callable[..., object])
# A file of the largest size, and room for the fields beside it.
UPLOAD_BODY = LARGEST_UPLOAD + 2**20

CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
HEADERS = {
    "Content-Security-Policy": CSP,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}

# Where the site is served by https, a browser that was here once asks in no other way for a year (ASVS 3.4.1).
STAY_ENCRYPTED = "max-age=31536000"

# Where long texts are written: a form that came too late is shown once more with everything in it.
KEPT = ("/desk/letters/", "/desk/campaigns/")
# The status of refusals that are no 422.
STATUS = {
    "not_found": 404,
    "link_unknown": 404,
    "invitation_unknown": 404,
    "employees_not_offered": 404,
    "gone": 410,
    "report_gone": 410,
    "already_withdrawn": 410,
    "preview_ended": 410,
    "reply_link_revoked": 410,
    "not_allowed": 403,
}


class TellsRefusals(Protocol):
    """A form that says at its fields why what was sent cannot be."""

    def add_refusal(self, reason: str, sentence: str) -> None: ...


def refuse(form: TellsRefusals, refused: Refused) -> None:
    """Puts a refusal into the form it is about; what was written so far is undone."""
    db.session.rollback()
    form.add_refusal(refused.reason, sentence(refused.reason, **refused.values))


def private(response: Response) -> Response:
    """Marks a personal page: never stored, never named to the next site, never indexed."""
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def private_page(template: str, status: int = 200, **values: object) -> Response:
    """A rendered personal page, see `private`."""
    return private(make_response(render_template(template, **values), status))


def wants_json() -> bool:
    """Whether the client asked for JSON, by the address or by `Accept`."""
    best = request.accept_mimetypes.best_match(["text/html", "application/json"])
    return request.path.endswith(".json") or best == "application/json"


def is_desk() -> bool:
    """Whether this is a page of the desk, asked for by a browser that signed in there."""
    return request.path.startswith("/desk") and "desk" in session


def typed_again(code: int) -> Response | None:
    """A page that keeps what was typed on a page of the desk, and sends it once more; None where it cannot be offered.

    Only for what a page of this very site sent, as the browser says: a form of another site stays refused (T19).
    """
    is_ours = request.headers.get("Sec-Fetch-Site") == "same-origin"
    is_form = request.mimetype == "application/x-www-form-urlencoded" and not wants_json()
    if not (is_ours and is_form and request.path.startswith(KEPT)):
        return None
    fields = [(name, value) for name, value in request.form.items(multi=True) if name != "csrf_token"]
    return private_page("errors/typed_again.html", code, fields=fields, action=request.full_path.rstrip("?"))


def refusal(code: int, reason: str, sentence_text: str, retry_after: int | None = None) -> Response:
    """A refusal as a page a person can act on, or as JSON `{"error": {"code", "message"}}`."""
    if wants_json():
        response = jsonify({"error": {"code": reason, "message": sentence_text}})
    else:
        title, advice = OWN_SIGNATURE.get(reason) or ERRORS.get(code, ERRORS[500])
        page = render_template(
            "errors/error.html",
            code=code,
            title=title,
            sentence=sentence_text,
            advice=advice,
            is_own=reason in OWN_SIGNATURE,
            is_desk=is_desk(),
        )
        response = make_response(page)
    response.status_code = code
    response.headers["Cache-Control"] = "no-store"
    if retry_after is not None:
        response.headers["Retry-After"] = str(retry_after)
    return response


def _http_error(error: HTTPException) -> Response:
    if error.code is None or error.code < 400:
        return error.get_response()  # type: ignore[return-value]  # a redirect raised by the router
    db.session.rollback()
    if isinstance(error, SecurityError):
        # A Host that is not ours: without a trusted name there are no addresses, so no page either.
        return make_response("Unknown host\n", 400, {"Content-Type": "text/plain; charset=utf-8"})
    response = refusal(error.code, error.name.lower().replace(" ", "_"), _http_sentence(error.code))
    if error.code == 405 and getattr(error, "valid_methods", None):
        response.headers["Allow"] = ", ".join(sorted(error.valid_methods))  # type: ignore[attr-defined]
    return response


def _http_sentence(code: int) -> str:
    """What an HTTP error says; where files are taken, their limit is the one that was passed."""
    if code == 413 and getattr(current_app.view_functions.get(request.endpoint or ""), "takes_files", False):
        return sentence("file_too_large", limit=LARGEST_UPLOAD // 2**20)
    return sentence(f"http_{code}")


def _refused(error: Refused) -> Response:
    db.session.rollback()
    code = STATUS.get(error.reason, 422)
    return refusal(code, error.reason, sentence(error.reason, **error.values))


def _csrf_error(error: CSRFError) -> Response:
    db.session.rollback()
    return typed_again(400) or refusal(400, "stale_form", sentence("stale_form"))


def _database_away(error: OperationalError) -> Response:
    """The database cannot take this now: nothing was stored, and the answer says so."""
    log.exception("database away")
    db.session.rollback()
    return refusal(503, "database_away", sentence("database_away"), retry_after=5)


def _crashed(error: Exception) -> Response:
    log.exception("unexpected error in %s", request.endpoint)
    db.session.rollback()
    return refusal(500, "internal_error", sentence("http_500"))


class _Sessions(SecureCookieSessionInterface):
    """The signed cookie of Flask, not even prepared for where a request brings none: readers have no session."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        if app.config["SESSION_COOKIE_NAME"] not in request.cookies:
            return self.session_class()
        return super().open_session(app, request)


def _start() -> None:
    # A name for the log and no secret: the system's random source would cost a switch of threads.
    g.request_id = f"{random.getrandbits(64):016x}"
    g.started = time.perf_counter()
    if isinstance(request.routing_exception, SecurityError):
        # A Host that is not ours is refused before anything else is: no page can be made for it.
        raise request.routing_exception
    # No name of ours holds one, and PostgreSQL takes none in a question either.
    if "\0" in request.path:
        raise NotFound


def takes_files(view: V) -> V:
    """Marks a view whose form may bring a file of up to 10 megabytes, and what else the form holds."""
    view.takes_files = True  # type: ignore[attr-defined]
    return view


def _allow_files(endpoint: str | None, _values: dict[str, object] | None) -> None:
    # Before anything reads the form, the check of its token included.
    if getattr(current_app.view_functions.get(endpoint or ""), "takes_files", False):
        request.max_content_length = UPLOAD_BODY


def _refused_page(response: Response) -> bool:
    """Whether this is a page that says no, to a client that asked for JSON."""
    return response.status_code >= 400 and response.mimetype == "text/html" and wants_json()


def _as_json(response: Response) -> None:
    """Puts the refusal of a page into JSON: what its form has to mend, or the sentence of its status."""
    form = g.get("posted_form")
    faults = [str(fault) for told in form.errors.values() for fault in told] if form is not None else []
    code = "form_to_mend" if faults else HTTP_STATUS_CODES[response.status_code].lower().replace(" ", "_")
    message = " ".join(faults) or sentence(f"http_{response.status_code}")
    response.data = jsonify({"error": {"code": code, "message": message}}).data
    response.mimetype = "application/json"


def _finish(response: Response) -> Response:
    if _refused_page(response):
        _as_json(response)
    given = {name.lower() for name in response.headers.keys()}  # noqa: SIM118  iterating gives pairs
    for name, value in HEADERS.items():
        if name.lower() not in given:
            response.headers.add(name, value)
    if current_app.config["SESSION_COOKIE_SECURE"] and "strict-transport-security" not in given:
        response.headers["Strict-Transport-Security"] = STAY_ENCRYPTED
    if g.get("not_indexed"):
        response.headers["X-Robots-Tag"] = "noindex"
    response.headers["X-Request-Id"] = g.get("request_id", "")
    took = (time.perf_counter() - g.get("started", time.perf_counter())) * 1000
    # The endpoint, never the path: paths and queries hold tokens.
    log.info("%s %s %s %.1f ms", request.method, request.endpoint, response.status_code, took)
    return response


def _only_known_hosts(app: Flask) -> None:
    names = [*app.config["TRUSTED_HOSTS"], urlsplit(app.config["BASE_URL"]).hostname or ""]
    if app.config["ENV"] == "development":
        names += ["localhost", "127.0.0.1"]
    # Flask refuses any other Host with 400; links never come from it anyway.
    app.config["TRUSTED_HOSTS"] = sorted({name for name in names if name})


def init_app(app: Flask) -> None:
    """Binds headers, request log and error pages."""
    _only_known_hosts(app)
    app.session_interface = _Sessions()
    app.url_value_preprocessor(_allow_files)
    app.before_request(_start)
    app.after_request(_finish)
    app.register_error_handler(CSRFError, _csrf_error)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(Refused, _refused)
    app.register_error_handler(OperationalError, _database_away)
    app.register_error_handler(Exception, _crashed)
