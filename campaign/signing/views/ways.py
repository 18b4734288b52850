"""As whom a letter is signed: one question, and what was typed so far goes along."""

from __future__ import annotations

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from campaign.models import Letter
from campaign.signing.forms import SignForm, WayForm
from campaign.signing.views.blueprint import (
    bp,
    person_form,
    scope_of,
    seal_answers,
    takes_signatures,
    typed_answers,
    visible_letter,
)
from campaign.signing.views.pages import closed_page, empty_page, form_page, is_first_visit

# How a letter is signed, and the page for it.
WAYS = {
    "person": "signing.sign",
    "organization": "signing.sign_organization",
    "employee": "signing.sign_employee",
}
# What a form takes at most (x-S8); a longer answer is not carried along.
LONGEST_ANSWER = 500


@bp.route("/letters/<slug>/sign/another-way", methods=["GET", "POST"])
def another_way(slug: str) -> Response:
    """One question: as whom. What was typed so far is carried along, sealed, and never stored."""
    letter, counts = visible_letter(slug)
    if not takes_signatures(letter):
        return closed_page(letter, counts)
    if "carry" in request.form:
        return redirect(url_for("signing.another_way", slug=slug, s=carried(person_form(letter))), 303)
    sealed = request.values.get("s")
    ways = ways_of(letter)
    if len(ways) == 1:
        return redirect(way_url(slug, ways[0], sealed), 303)
    if is_first_visit({"s": sealed} if sealed else {}):
        return empty_page("signing/another_way.html", letter, counts, lambda: way_form(letter, ways))
    form = way_form(letter, ways, sealed)
    if form.validate_on_submit():
        return redirect(way_url(slug, form.way.data, form.s.data), 303)
    return form_page("signing/another_way.html", letter, counts, form)


def ways_of(letter: Letter) -> list[str]:
    """The ways in which this letter is signed."""
    accepts = {
        "person": letter.accepts_people,
        "organization": letter.accepts_organizations,
        "employee": letter.accepts_employees,
    }
    return [way for way in WAYS if accepts[way]]


def way_url(slug: str, way: str, sealed: str | None) -> str:
    """The page of a way to sign; nothing that was typed goes on to that of employees."""
    return url_for(WAYS[way], slug=slug, s=None if way == "employee" else sealed or None)


def way_form(letter: Letter, ways: list[str], sealed: str | None = None) -> WayForm:
    """The question as whom to sign, with the ways of this letter."""
    form = WayForm(scope_of(letter), data={"s": sealed})
    form.offer(ways)
    return form


def other_page(letter: Letter) -> str:
    """Where a letter is signed that is not signed on this page; its own page where nobody may sign it here."""
    ways = ways_of(letter)
    if not ways:
        return url_for("signing.letter", slug=letter.slug)
    return way_url(letter.slug, ways[0], request.args.get("s"))


def carried(form: SignForm) -> str | None:
    """What was typed into a form that is left for another, sealed; None for nothing. Too long is left out."""
    typed = {name: value for name, value in typed_answers(form).items() if len(str(value)) <= LONGEST_ANSWER}
    return seal_answers("person", typed) if typed else None
