"""The page on which employees of the target sign: nothing of it is stored, and nothing leads to it but a choice."""

from __future__ import annotations

from typing import Any

from flask import current_app, request
from werkzeug.wrappers import Response

from campaign.extensions import db, read_only
from campaign.languages import _
from campaign.letters.employees import employee_signing
from campaign.lib import clock
from campaign.lib.emails import parse_address
from campaign.mail.dev import forget_mails
from campaign.models import Letter
from campaign.sentences import sentence
from campaign.signing import operations
from campaign.signing.employee_numbers import SHOWN_FROM, next_change
from campaign.signing.forms import EmployeeCodeForm, WorkAddressForm, WorkCodeForm
from campaign.signing.views.blueprint import bp, personal, scope_of, takes_signatures, visible_letter
from campaign.signing.views.pages import closed_page
from campaign.states import Refused
from campaign.verification import work_mail


@bp.route("/letters/<slug>/sign/employee", methods=["GET", "POST"])
def sign_employee(slug: str) -> Response:
    """An employee signs: by a single-use code, or by one that is mailed to a work address."""
    letter, counts = visible_letter(slug)
    if not letter.accepts_employees:
        raise Refused("kind_not_accepted" if request.method == "POST" else "employees_not_offered")
    if not takes_signatures(letter):
        return closed_page(letter, counts)
    if request.method != "POST":
        return ways_page(letter)
    if "email" not in request.form:
        return take_code(letter)
    return take_work_code(letter) if "code" in request.form else ask_work_code(letter)


def take_code(letter: Letter) -> Response:
    """Signs with a single-use code, and shows the six words once."""
    form = EmployeeCodeForm(scope_of(letter))
    if not form.validate():
        return ways_page(letter, 422, code_form=form)
    words = told(form.code, lambda: operations.sign_by_code(letter.id, form.code.data or "", clock.now()))
    if words is None:
        form.code.errors = form.code.errors or [
            _("This code is not known, or it was used already. Check each sign, or ask for another one.")
        ]
        return ways_page(letter, 422, code_form=form)
    return signed_page(letter, words)


def ask_work_code(letter: Letter) -> Response:
    """Has a code mailed to a work address; the same page for every address of the company."""
    form = WorkAddressForm(scope_of(letter))
    if not form.validate():
        return ways_page(letter, 422, mail_form=form)
    address = parse_address(form.email.data or "")
    told(form.email, lambda: operations.ask_for_work_code(letter.id, address, clock.now()))
    if form.email.errors:
        return ways_page(letter, 422, mail_form=form)
    return mailed_page(letter, WorkCodeForm(scope_of(letter), formdata=None, data={"email": form.email.data}))


def take_work_code(letter: Letter) -> Response:
    """Signs with the six digits that were mailed; what was kept of the address is gone with that."""
    form = WorkCodeForm(scope_of(letter))
    if not form.validate():
        return mailed_page(letter, form, 422)
    typed, code = form.email.data or "", form.code.data or ""
    words = told(form.code, lambda: operations.sign_by_work_mail(letter.id, parse_address(typed), code, clock.now()))
    if words is None:
        form.code.errors = form.code.errors or [
            _("That code does not match, or five wrong ones were typed. Check the newest mail, or ask for another.")
        ]
        return mailed_page(letter, form, 422)
    forget_mails(parse_address(typed).normalized)
    return signed_page(letter, words, is_by_mail=True)


def told(field: Any, act: Any) -> Any:
    """What an operation answers, stored at once; a refusal is said at the field it is about."""
    try:
        answer = act()
        db.session.commit()
    except Refused as refused:
        if refused.reason in ("letter_not_open", "kind_not_accepted"):
            raise
        db.session.rollback()
        field.errors = [sentence(refused.reason, **refused.values)]
        return None
    return answer


def ways_page(letter: Letter, status: int = 200, **forms: Any) -> Response:
    """The ways to sign, the safest first; a form that has something to mend comes with what was typed."""
    with read_only():
        row = employee_signing(letter.id)
        domains = row.mail_domains.split() if row is not None and row.offers_work_mail else []
        trusted = (row.trusted_name, row.trusted_contact) if row is not None else ("", "")
    if work_mail.setting_problem(current_app.config) is not None:
        domains = []
    scope = scope_of(letter)
    return personal(
        "signing/sign_employee.html",
        status,
        letter=letter,
        trusted=trusted if trusted[0] else None,
        domains=domains,
        code_form=forms.get("code_form") or EmployeeCodeForm(scope, formdata=None),
        mail_form=forms.get("mail_form") or WorkAddressForm(scope, formdata=None),
        wrong=next(iter(forms.values()), None),
        shown_from=SHOWN_FROM,
    )


def mailed_page(letter: Letter, form: WorkCodeForm, status: int = 200) -> Response:
    """Asks for the six digits; says until when they hold."""
    until = next_change(clock.now())
    until = min(until, letter.closes_at) if letter.closes_at else until
    return personal("signing/employee_mailed.html", status, letter=letter, form=form, until=until)


def signed_page(letter: Letter, words: str, *, is_by_mail: bool = False) -> Response:
    """Thanks, and the six words, once."""
    return personal(
        "signing/signed_employee.html",
        letter=letter,
        words=words.split(),
        is_by_mail=is_by_mail,
        next_change=next_change(clock.now()),
        shown_from=SHOWN_FROM,
    )
