"""Pages with a form to sign by: empty, kept for everybody; filled; and where a letter takes no signatures."""

from __future__ import annotations

from collections.abc import Callable

from flask import Response, make_response, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from campaign import http
from campaign.extensions import db
from campaign.formbase import PublicForm, hour_of
from campaign.lib import clock
from campaign.models import Letter, Tally
from campaign.pagecache import cached_page
from campaign.sentences import sentence
from campaign.signing.rules import NETWORK_PAUSE, milestone
from campaign.signing.views.blueprint import as_it_stands, unavailable, words_of
from campaign.states import Refused


def is_first_visit(answers: dict[str, object]) -> bool:
    """Whether a form is opened, with nothing typed yet."""
    return request.method in ("GET", "HEAD") and not answers


def empty_page(template: str, letter: Letter, counts: Tally, make_form: Callable[[], object]) -> Response:
    """A form with nothing in it: the same bytes for everybody within the hour of its token."""
    key = (template, *words_of(letter), counts.total, counts.imported, hour_of(clock.now()))
    return cached_page(key, lambda: form_html(template, letter, counts, make_form()).encode())


def form_page(template: str, letter: Letter, counts: Tally, form: object) -> Response:
    """A form with everything typed, 422 when something has to be mended."""
    status = 422 if request.method == "POST" else 200
    return http.private(make_response(form_html(template, letter, counts, form), status))


def form_html(template: str, letter: Letter, counts: Tally, form: object) -> str:
    """A page with a form."""
    return render_template(template, letter=letter, counts=counts, form=form, goal=milestone(counts.total))


def asked_to_wait(refused: Refused, make_page: Callable[[], AnyResponse], form: PublicForm) -> AnyResponse:
    """The page with everything typed, where a network made more attempts than anybody can look at (429).

    Raises every other refusal.
    """
    db.session.rollback()
    if refused.reason not in ("network_full", "network_busy"):
        raise refused
    form.form_errors.append(sentence(refused.reason))
    page = make_page()
    page.status_code = 429
    page.headers["Retry-After"] = str(NETWORK_PAUSE)
    return page


def closed_page(letter: Letter, counts: Tally) -> Response:
    """The answer of a letter that takes no signatures: 200 to look at, 422 to a form that was sent."""
    typed = request.method == "POST"
    return unavailable(as_it_stands(letter), counts, 422 if typed else 200, typed=typed)
