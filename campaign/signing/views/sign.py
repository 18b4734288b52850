"""Signing: the forms of a person and of an organization, and "check your email"."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Response, jsonify, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from campaign import http
from campaign.choices import LetterKind
from campaign.evenness import even_work
from campaign.extensions import db
from campaign.formbase import hour_of
from campaign.languages import _
from campaign.lib import clock
from campaign.links import make_token
from campaign.mailboxes import mailbox_of
from campaign.models import Letter, Tally
from campaign.pagecache import cache, cached_page
from campaign.sentences import sentence
from campaign.signing import operations
from campaign.signing.forms import AddressForm, CodeForm, OrganizationForm, SignForm, WayForm
from campaign.signing.operations import Entry, OrganizationClaim, Origin
from campaign.signing.proofs import make_challenge, read_proof
from campaign.signing.rules import NETWORK_PAUSE, milestone
from campaign.signing.views.affiliation import Named, settle
from campaign.signing.views.blueprint import (
    as_it_stands,
    bp,
    open_answers,
    organization_form,
    person_form,
    personal,
    scope_of,
    seal_answers,
    takes_signatures,
    typed_answers,
    unavailable,
    visible_letter,
    words_of,
)
from campaign.states import Refused

# What a form takes at most (x-S8); a longer answer is not carried along.
LONGEST_ANSWER = 500
# Statements of the longest way through each door: of a signature that waits, and takes the new answers.
LONGEST_WAY = {"sign": 16, "resend": 4, "code": 5}


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


@bp.route("/letters/<slug>/sign/another-way", methods=["GET", "POST"])
def another_way(slug: str) -> AnyResponse:
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


@bp.get("/letters/<slug>/sign/challenge")
def challenge(slug: str) -> Response:
    """A puzzle for the script of a form whose letter asks for a proof of work; nothing is stored."""
    letter, _counts = visible_letter(slug)
    if not takes_signatures(letter):
        raise Refused("not_found")
    return http.private(jsonify(make_challenge(letter.id, clock.now())))


@bp.get("/letters/<slug>/sign/sent")
def sent(slug: str) -> AnyResponse:
    """ "Check your email", from the sealed answers in the address."""
    letter, _counts = visible_letter(slug)
    sealed = request.args.get("s", "")
    address = str(open_answers(sealed).get("email", ""))
    return sent_page(letter, address, sealed, CodeForm(scope_of(letter), formdata=None))


@bp.post("/letters/<slug>/sign/code")
def code(slug: str) -> AnyResponse:
    """Confirms by the six digits of the mail."""
    letter, _counts = visible_letter(slug)
    form = CodeForm(scope_of(letter))
    if not form.validate():
        return sent_page(letter, form.email.data or "", form.s.data or "", form, 422)
    mailbox = mailbox_of(form.email.address)  # type: ignore[attr-defined]
    with even_work(LONGEST_WAY["code"]):
        signature = operations.confirm_by_code(letter.id, mailbox, form.code.data or "", clock.now())
    if signature is None:
        db.session.commit()
        form.code.errors = [_("That code does not match. Check the six digits in the newest mail, or use its link.")]
        return sent_page(letter, form.email.data or "", form.s.data or "", form, 422)
    token = make_token("confirm", signature.id, signature.generation)
    # Still pending: the answers are others than those its mail showed, so that they are shown first.
    signed = 1 if signature.verification == "verified" else None
    db.session.commit()
    return redirect(url_for("signing.confirm", token=token, signed=signed), 303)


@bp.post("/letters/<slug>/sign/resend")
def resend(slug: str) -> AnyResponse:
    """Sends the mail again; the same answer for every address."""
    letter, _counts = visible_letter(slug)
    form = AddressForm(scope_of(letter))
    sealed = form.s.data or ""
    if not form.validate():
        return sent_page(letter, "", sealed, form, 422)
    mailbox = mailbox_of(form.email.address)  # type: ignore[attr-defined]
    with even_work(LONGEST_WAY["resend"]):
        operations.resend(letter.id, mailbox, clock.now())
    db.session.commit()
    sealed = sealed if open_answers(sealed) else seal_answers("person", {"email": form.email.data})
    return redirect(url_for("signing.sent", slug=slug, s=sealed, resent=1), 303)


def store(letter: Letter, form: SignForm | OrganizationForm, entry: Entry, named: Named | None = None) -> AnyResponse:
    """Stores the signature and its mail in one commit, then shows "check your email"."""
    try:
        with even_work(LONGEST_WAY["sign"]):
            operations.sign_letter(letter.id, entry, clock.now())
    except Refused as refused:
        db.session.rollback()
        cache().ask_again(("letter", letter.slug))
        current, counts = visible_letter(letter.slug)
        if refused.reason == "network_full":
            return asked_to_wait(letter, form, counts, entry.kind)
        if refused.reason == "text_moved":
            form.version.data = str(current.version_id)
            form.form_errors.append(sentence("text_moved"))
            return form_page(FORMS[entry.kind], current, counts, form)
        return unavailable(current, counts, 422, typed=True)
    db.session.commit()
    sealed = seal_answers(entry.kind, {**typed_answers(form), **({"shown": named.shown} if named else {})})
    return redirect(url_for("signing.sent", slug=letter.slug, s=sealed), 303)


def asked_to_wait(letter: Letter, form: SignForm | OrganizationForm, counts: Tally, kind: str) -> Response:
    """The form with everything typed, where a network made more attempts than anybody can look at."""
    form.form_errors.append(sentence("network_full"))
    page = form_page(FORMS[kind], letter, counts, form)
    page.status_code = 429
    page.headers["Retry-After"] = str(NETWORK_PAUSE)
    return page


def origin_of(letter: Letter, form: SignForm | OrganizationForm) -> Origin:
    """Where a form comes from: the client as our own proxies name it (R9), and its script's word on the time."""
    told = form.seconds.data or ""
    seconds = int(told) if told.isascii() and told.isdigit() and len(told) < 7 else None
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


# How a letter is signed, and the page for it.
WAYS = {
    "person": "signing.sign",
    "organization": "signing.sign_organization",
    "employee": "signing.sign_employee",
}
FORMS = {"person": "signing/sign.html", "organization": "signing/sign_organization.html"}


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


def as_representative(answers: dict[str, object]) -> dict[str, object]:
    """A person's answers as those of somebody who signs for an organization."""
    known = {"organization": answers.get("affiliation"), "role": answers.get("title")}
    return {**{name: value for name, value in known.items() if value}, **answers}


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


def closed_page(letter: Letter, counts: Tally) -> Response:
    """The answer of a letter that takes no signatures: 200 to look at, 422 to a form that was sent."""
    typed = request.method == "POST"
    return unavailable(as_it_stands(letter), counts, 422 if typed else 200, typed=typed)


def entry_as_typed(letter: Letter, answers: dict[str, object]) -> dict[str, object] | None:
    """The line of an academic as it will print, from the sealed answers alone: nothing of it was looked up (T8)."""
    if letter.kind != LetterKind.ACADEMICS or answers.get("kind") != "person" or answers.get("is_private"):
        return None
    affiliation = answers.get("shown") or answers.get("affiliation")
    return {"name": answers.get("name"), "title": answers.get("title"), "affiliation": affiliation}


def sent_page(letter: Letter, address: str, sealed: str, form: object, status: int = 200) -> Response:
    """The page "check your email"; without an address it asks for one."""
    if not address and not isinstance(form, AddressForm):
        form = AddressForm(scope_of(letter), formdata=None)
    return personal(
        "signing/sent.html",
        status,
        letter=letter,
        email=address,
        s=sealed,
        subject=_("Confirm your signature: %(title)s", title=letter.title),
        form=form,
        entry=entry_as_typed(letter, open_answers(sealed)),
        resent="resent" in request.args,
    )
