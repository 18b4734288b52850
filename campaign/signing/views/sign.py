"""Signing: the forms of a person and of an organization."""

from __future__ import annotations

from typing import Any

from flask import Response, jsonify, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from campaign import http
from campaign.evenness import even_work
from campaign.extensions import db
from campaign.lib import clock
from campaign.lib.numbers import whole_number
from campaign.mailboxes import mailbox_of
from campaign.models import Letter
from campaign.pagecache import cache
from campaign.sentences import sentence
from campaign.signing import operations
from campaign.signing.forms import OrganizationForm, SignForm
from campaign.signing.operations import Entry, OrganizationClaim, Origin
from campaign.signing.proofs import make_challenge, read_proof
from campaign.signing.views.affiliation import Named, settle
from campaign.signing.views.blueprint import (
    bp,
    open_answers,
    organization_form,
    person_form,
    seal_answers,
    takes_signatures,
    typed_answers,
    unavailable,
    visible_letter,
)
from campaign.signing.views.pages import asked_to_wait, closed_page, empty_page, form_page, is_first_visit
from campaign.signing.views.ways import other_page
from campaign.states import Refused

# Statements of the longest way: of a signature that waits, and takes the new answers; and where earlier rules give the
# address another key, whatever is known of it.
LONGEST_WAY, UNDER_OLDER_KEYS = 16, 1
FORMS = {"person": "signing/sign.html", "organization": "signing/sign_organization.html"}


@bp.route("/letters/<slug>/sign", methods=["GET", "POST"])
def sign(slug: str) -> AnyResponse:
    """A person signs."""
    letter, counts = visible_letter(slug)
    if not takes_signatures(letter):
        return closed_page(letter, counts)
    if not letter.accepts_people:
        return redirect(other_page(letter), 303)
    answers = open_answers(request.args.get("s", ""))
    if is_first_visit(answers):
        return empty_page("signing/sign.html", letter, counts, lambda: person_form(letter))
    form = person_form(letter, answers)
    if form.validate_on_submit() and (named := settle(form)):
        return store(letter, form, person_entry(letter, form, named), named)
    if request.method == "GET" and "institution" in form and form.institution.data:
        # Carried along from before: what was asked then stands there again, with the answer.
        settle(form)
    return form_page("signing/sign.html", letter, counts, form)


@bp.route("/letters/<slug>/sign/organization", methods=["GET", "POST"])
def sign_organization(slug: str) -> AnyResponse:
    """A representative signs for an organization."""
    letter, counts = visible_letter(slug)
    if not takes_signatures(letter):
        return closed_page(letter, counts)
    if not letter.accepts_organizations:
        if request.method == "POST":
            raise Refused("kind_not_accepted")
        return redirect(other_page(letter), 303)
    answers = as_representative(open_answers(request.args.get("s", "")))
    if is_first_visit(answers):
        return empty_page("signing/sign_organization.html", letter, counts, lambda: organization_form(letter))
    form = organization_form(letter, answers)
    if form.validate_on_submit():
        return store(letter, form, organization_entry(letter, form))
    return form_page("signing/sign_organization.html", letter, counts, form)


@bp.get("/letters/<slug>/sign/challenge")
def challenge(slug: str) -> Response:
    """A puzzle for the script of a form whose letter asks for a proof of work; nothing is stored."""
    letter, _counts = visible_letter(slug)
    if not takes_signatures(letter):
        raise Refused("not_found")
    return http.private(jsonify(make_challenge(letter.id, clock.now())))


def store(letter: Letter, form: SignForm | OrganizationForm, entry: Entry, named: Named | None = None) -> AnyResponse:
    """Stores the signature and its mail in one commit, then shows "check your email"."""
    try:
        with even_work(LONGEST_WAY + UNDER_OLDER_KEYS * bool(mailbox_of(entry.address).older)):
            operations.sign_letter(letter.id, entry, clock.now())
    except Refused as refused:
        db.session.rollback()
        cache().ask_again(("letter", letter.slug))
        current, counts = visible_letter(letter.slug)
        if refused.reason == "network_full":
            return asked_to_wait(refused, lambda: form_page(FORMS[entry.kind], letter, counts, form), form)
        if refused.reason == "text_moved":
            form.version.data = str(current.version_id)
            form.form_errors.append(sentence("text_moved"))
            return form_page(FORMS[entry.kind], current, counts, form)
        return unavailable(current, counts, 422, typed=True)
    db.session.commit()
    sealed = seal_answers(entry.kind, {**typed_answers(form), **({"shown": named.shown} if named else {})})
    return redirect(url_for("signing.sent", slug=letter.slug, s=sealed), 303)


def origin_of(letter: Letter, form: SignForm | OrganizationForm) -> Origin:
    """Where a form comes from: the client as our own proxies name it (R9), and its script's word on the time."""
    seconds = whole_number(form.seconds.data or "", digits=6)
    proof = read_proof(form.altcha.data or "", letter.id, clock.now())
    return Origin(address=request.remote_addr or "", seconds=seconds, proof=proof)


def person_entry(letter: Letter, form: SignForm, named: Named) -> Entry:
    """What a person typed, by the fields this letter asks for."""
    optional = ("title", "place", "country", "comment")
    given: dict[str, Any] = {name: form[name].data or "" for name in optional if name in form}
    return Entry(
        name=form.name.data or "",
        address=form.email.address,  # type: ignore[attr-defined]
        affiliation=named.typed,
        institution_id=named.institution_id,
        is_private=bool(form.is_private.data),
        consents=form.consents(),
        language=letter.language,
        honeypot=bool(form.homepage.data),
        version_id=form.read_version,
        origin=origin_of(letter, form),
        **given,
    )


def organization_entry(letter: Letter, form: OrganizationForm) -> Entry:
    """What a representative typed."""
    claim = OrganizationClaim(
        legal_name=form.legal_name.data or "",
        website=form.website.data or "",
        type=form.type.data or "ngo",
        representative=form.name.data or "",
        role=form.role.data or "",
        show_representative=bool(form.show_representative.data),
    )
    return Entry(
        name=form.organization.data or "",
        address=form.email.address,  # type: ignore[attr-defined]
        country=form.country.data or "",
        consents=form.consents(),
        language=letter.language,
        honeypot=bool(form.homepage.data),
        version_id=form.read_version,
        organization=claim,
        origin=origin_of(letter, form),
    )


def as_representative(answers: dict[str, object]) -> dict[str, object]:
    """A person's answers as those of somebody who signs for an organization."""
    known = {"organization": answers.get("affiliation"), "role": answers.get("title")}
    return {**{name: value for name, value in known.items() if value}, **answers}
