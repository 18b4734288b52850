"""Complaints about a letter's list: the form, and where a case stands, by its number."""

from __future__ import annotations

from flask import Response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from campaign.extensions import csrf, db
from campaign.http import private_page
from campaign.lib import clock
from campaign.models import Letter
from campaign.moderation import cases, operations
from campaign.moderation.cases import ANSWERED_WITHIN, Filing
from campaign.moderation.rules import outcome_words
from campaign.public.forms import ReportForm
from campaign.public.queries.letters import Found
from campaign.public.views.blueprint import bp, readable
from campaign.sentences import sentence
from campaign.sentences.complaints import CASE_STATES
from campaign.states import Refused

# Seconds after which somebody who was too quick may try again.
PAUSE = 3600


@bp.route("/letters/<slug>/report", methods=["GET", "POST"])
def report(slug: str) -> ResponseReturnValue:
    """Files a complaint, and shows the case with the number in `case`."""
    letter = reportable(slug).letter
    if request.method == "GET" and "case" in request.args:
        return case_page(letter, request.args["case"])
    form = ReportForm(f"report:{letter.id}")
    if not form.validate_on_submit():
        return report_page(letter, form, 422 if request.method == "POST" else 200)
    try:
        case = operations.file_complaint(letter, filing_of(form, letter), clock.now())
    except Refused as refused:
        db.session.rollback()
        form.form_errors.append(sentence(refused.reason))
        answer = report_page(reportable(slug).letter, form, 429)
        answer.headers["Retry-After"] = str(PAUSE)
        return answer
    number = case.number
    db.session.commit()
    return redirect(url_for("public.report", slug=slug, case=number), 303)


# Its form has a signed token of its own, so that readers get no cookie.
csrf.exempt(report)


def reportable(slug: str) -> Found:
    """A letter that readers may see. Raises `Refused` not_found, report_gone for one that was removed."""
    try:
        return readable(slug)
    except Refused as refused:
        raise Refused("report_gone" if refused.reason == "gone" else refused.reason) from None


def report_page(letter: Letter, form: ReportForm, status: int) -> Response:
    """The form with everything typed."""
    return private_page("public/report.html", status, letter=letter, form=form, days=ANSWERED_WITHIN.days)


def case_page(letter: Letter, typed: str) -> Response:
    """Where a case stands; nothing of who complained, and of whom."""
    number = cases.read_number(typed)
    case = cases.case_numbered(letter.id, number) if number else None
    if case is None:
        raise Refused("not_found")
    outcome = outcome_words(case.outcome, case.outcome_text) if case.outcome else ""
    return private_page(
        "public/reported.html", letter=letter, complaint=case, state=CASE_STATES[case.state], outcome=outcome
    )


def filing_of(form: ReportForm, letter: Letter) -> Filing:
    """What was typed."""
    return Filing(
        kind=form.kind.data,
        concerned=form.concerned.data or "",
        name=form.name.data or "",
        email=form.email.data or "",
        text=form.text.data or "",
        language=letter.language,
        is_trapped=bool(form.homepage.data),
    )
