"""The desk of employees: an owner switches them on, makes codes, and lets the key go. No figure here is newer than the
number that everybody sees."""

from __future__ import annotations

import csv
import io
from typing import Any

from flask import Blueprint, Response, current_app, flash, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from campaign.accounts.permissions import current_organizer, letter_or_refuse, organizer_required, signed_in_lately
from campaign.extensions import db, empty_log, read_only
from campaign.http import private, private_page
from campaign.languages import _
from campaign.letters import queries as letter_queries
from campaign.letters.employees import employee_signing
from campaign.lib import clock, csvcells
from campaign.models import Letter
from campaign.sentences import LETTER_STATES, METHODS, sentence
from campaign.signing import operations, queries
from campaign.signing.employee_numbers import LONG_OPEN, SHOWN_FROM, next_change
from campaign.signing.forms import CancelForm, CodesForm, EmployeesForm, EndForm
from campaign.signing.operations import EmployeeSettings
from campaign.states import LetterState, Refused
from campaign.verification import work_mail

# Apart from the public pages of signing, which need no session.
bp = Blueprint("employees", __name__)


@bp.get("/desk/letters/<slug>/employees")
@organizer_required
def employees(slug: str) -> Response:
    """How employees sign the letter."""
    return desk_page(letter_or_refuse(slug, "view"))


@bp.post("/desk/letters/<slug>/employees")
@organizer_required
def save(slug: str) -> ResponseReturnValue:
    """Lets employees sign, or stops it."""
    letter, form = letter_or_refuse(slug, "publish"), EmployeesForm()
    if not form.validate():
        return desk_page(letter, 422, form=form)
    try:
        operations.save_employees(
            letter, EmployeeSettings(**form.settings()), by_id=current_organizer().id, now=clock.now()
        )
        db.session.commit()
    except Refused as refused:
        db.session.rollback()
        form.add_refusal(refused.reason, sentence(refused.reason, **refused.values))
        return desk_page(letter, 422, form=form)
    flash(_("Saved."))
    return redirect(url_for("employees.employees", slug=slug), 303)


@bp.post("/desk/letters/<slug>/employees/codes")
@organizer_required
def codes(slug: str) -> ResponseReturnValue:
    """Makes codes and shows them this once, as a page to print or as a file."""
    letter, form = letter_or_refuse(slug, "publish"), CodesForm()
    if not form.validate():
        return desk_page(letter, 422, codes_form=form)
    by_id, method = current_organizer().id, form.method.data
    try:
        made = operations.make_codes(letter, form.number.data or 1, method, by_id=by_id, now=clock.now())
        db.session.commit()
    except Refused as refused:
        db.session.rollback()
        form.add_refusal(refused.reason, sentence(refused.reason, **refused.values))
        return desk_page(letter, 422, codes_form=form)
    if request.form.get("action") == "csv":
        return codes_file(made)
    return editor("employee_codes.html", letter, codes=made, method=METHODS[method])


@bp.post("/desk/letters/<slug>/employees/cancel")
@organizer_required
def cancel(slug: str) -> ResponseReturnValue:
    """Makes every code that was not used yet worthless."""
    letter, form = letter_or_refuse(slug, "publish"), CancelForm()
    if not form.validate():
        return desk_page(letter, 422, cancel_form=form)
    operations.cancel_codes(letter, by_id=current_organizer().id, now=clock.now())
    db.session.commit()
    flash(_("No code that was handed out works any more. Make new ones."))
    return redirect(url_for("employees.employees", slug=slug), 303)


@bp.post("/desk/letters/<slug>/employees/forget")
@organizer_required
def forget(slug: str) -> ResponseReturnValue:
    """Destroys the key of the letter's employees."""
    letter, form = letter_or_refuse(slug, "publish"), EndForm()
    signed_in_lately(url_for("employees.employees", slug=slug))
    if not form.validate():
        return desk_page(letter, 422, end_form=form)
    operations.end_and_forget(letter, by_id=current_organizer().id, now=clock.now())
    db.session.commit()
    empty_log()
    flash(_("The key is destroyed. Those who signed stay counted, and nothing leads to any of them."))
    return redirect(url_for("employees.employees", slug=slug), 303)


def desk_page(letter: Letter, status: int = 200, **forms: Any) -> Response:
    """The page around its forms; one that has something to mend comes with what was typed."""
    with read_only():
        now, row = clock.now(), employee_signing(letter.id)
        names = ("trusted_name", "trusted_contact", "offers_work_mail", "mail_domains")
        stored = {name: getattr(row, name) for name in names} if row is not None else {}
        stored["is_on"] = letter.accepts_employees
        is_long_open = letter.state == LetterState.OPEN and letter.opened_at and now - letter.opened_at > LONG_OPEN
        return editor(
            "employees_desk.html",
            letter,
            status,
            row=row,
            batches=[(batch, METHODS[batch.method]) for batch in queries.batches_of(letter.id)],
            form=forms.get("form") or EmployeesForm(formdata=None, data=stored),
            codes_form=forms.get("codes_form") or CodesForm(formdata=None),
            cancel_form=forms.get("cancel_form") or CancelForm(formdata=None),
            end_form=forms.get("end_form") or EndForm(formdata=None),
            wrong=next(iter(forms.values()), None),
            is_long_open=bool(is_long_open and row is not None and row.key_name),
            next_change=next_change(now),
            shown_from=SHOWN_FROM,
            has_relay=work_mail.setting_problem(current_app.config) is None,
        )


def editor(template: str, letter: Letter, status: int = 200, **values: Any) -> Response:
    """A page of the editor of a letter, see `letters/_editor.html`."""
    is_fixed = not letter_queries.words_may_change(letter)
    frame = {"letter": letter, "tab": "edit", "part": "employees", "is_fixed": is_fixed, "states": LETTER_STATES}
    return private_page(f"signing/{template}", status, **frame, **values)


def codes_file(made: list[str]) -> Response:
    """The codes as a file; it is kept nowhere here."""
    text = io.StringIO()
    csv.writer(text).writerows([["code"], *([csvcells.guarded(code)] for code in made)])
    response = private(make_response(text.getvalue()))
    response.mimetype = "text/csv"
    response.headers["Content-Disposition"] = 'attachment; filename="codes.csv"'
    return response
