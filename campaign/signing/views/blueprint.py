"""The blueprint of signing, and what its pages share: loading a letter, forms, faces."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint, Response, current_app, make_response, render_template

from campaign import http
from campaign.choices import PublicationMode
from campaign.extensions import csrf, read_only
from campaign.languages import speak
from campaign.letters import queries as letter_queries
from campaign.letters.rules import NOT_YET_OPEN
from campaign.lib import clock, tokens
from campaign.models import Letter, Signature, Tally
from campaign.pagecache import cache
from campaign.sentences import sentence
from campaign.signing.forms import OrganizationForm, SignForm
from campaign.signing.queries import LETTER_STATE, letter_state, letter_state_by_id, letter_to_show, tally_in
from campaign.signing.rules import GRACE_AFTER_CLOSING, signed_by
from campaign.states import LetterState, Refused

bp = Blueprint("signing", __name__)
# The signed stateless token of `formbase` protects these pages; a session would set cookies on readers.
csrf.exempt(bp)

SEAL_LIFE = timedelta(hours=1)


def visible_letter(slug: str) -> tuple[Letter, Tally]:
    """A letter the public may know of, detached, and its counts; the page speaks its language.

    It may be as old as a kept page, a second: whatever is stored asks for the letter's state once more.
    Raises `Refused` not_found before opening, gone when it was removed.
    """
    state = cache().checked(("letter", slug), lambda: state_now(slug))
    if state is None or state.state in NOT_YET_OPEN:
        raise Refused("not_found")
    letter = kept_letter(state)
    if letter.opened_at is None:
        # Withdrawn or removed before it ever opened: nobody's to know.
        raise Refused("not_found")
    if state.state == LetterState.REMOVED:
        raise Refused("gone")
    speak(letter.language)
    return letter, tally_in(state, clock.now())


def letter_of(signature: Signature) -> Letter:
    """The letter of a signature, for its pages: as old as a kept page at most, and detached."""
    letter_id = signature.letter_id
    return kept_letter(cache().checked(("letter", letter_id), lambda: state_now(letter_id)))


def state_now(letter: str | int) -> Any:
    """The row of `letter_state` for a slug or an id, read and let go."""
    with read_only():
        return letter_state(letter) if isinstance(letter, str) else letter_state_by_id(letter)


def kept_letter(state: Any) -> Letter:
    """The letter of a row of `letter_state`, detached: kept by what its pages depend on, read when that changed."""
    letter: Letter = cache().frame(("letter", *words_key(state)), lambda: detached_letter(state.id))
    return letter


def words_key(state: Any) -> tuple[object, ...]:
    """Everything but time that the pages of a letter depend on, names and counts left out, from `letter_state`."""
    is_over = state.closes_at is not None and clock.now() >= state.closes_at
    return (*state[: len(LETTER_STATE)], is_over)


def words_of(letter: Letter) -> tuple[object, ...]:
    """Everything that a page of a detached letter depends on beside what is shown of a signature and the time."""
    return (letter.id, letter.state, letter.version_id, letter.closes_at, letter.changed_at)


def detached_letter(letter_id: int) -> Letter:
    """A letter let go of the session, so that requests can share it; nobody may change it."""
    with read_only():
        return letter_to_show(letter_id)


def scope_of(letter: Letter) -> str:
    """What a letter's form tokens are bound to."""
    return f"letter:{letter.id}"


def person_form(letter: Letter, data: dict[str, object] | None = None) -> SignForm:
    """The form of a person, with the fields this letter asks for."""
    form = SignForm(scope_of(letter), data=data)
    form.fit(letter, letter.sender)
    form.version.data = form.version.data or str(letter.version_id)
    return form


def organization_form(letter: Letter, data: dict[str, object] | None = None) -> OrganizationForm:
    """The form of an organization."""
    form = OrganizationForm(scope_of(letter), data=data)
    form.fit(letter, letter.sender)
    form.version.data = form.version.data or str(letter.version_id)
    return form


def takes_signatures(letter: Letter) -> bool:
    """Whether anybody may sign on the letter's page now: it is open, and not signed by invitation only."""
    return is_open_now(letter) and letter.mode != PublicationMode.INVITATION_ONLY


def is_open_now(letter: Letter) -> bool:
    """Whether the letter is open and its closing instant has not come."""
    return letter.state == LetterState.OPEN and (letter.closes_at is None or clock.now() < letter.closes_at)


def as_it_stands(letter: Letter) -> Letter:
    """The letter as a page has to show it: closed from its closing instant on, though the worker closes it any second.

    Only for a letter that is detached: nothing of this is stored.
    """
    if letter.state == LetterState.OPEN and not is_open_now(letter):
        letter.state, letter.closed_at = LetterState.CLOSED.value, letter.closes_at
    return letter


def confirm_until(letter: Letter) -> datetime | None:
    """Until when those who signed a closed letter may still confirm; None once that is over."""
    if letter.state not in (LetterState.CLOSED, LetterState.ARCHIVED) or letter.closed_at is None:
        return None
    ends_at = letter.closed_at + GRACE_AFTER_CLOSING
    return ends_at if clock.now() < ends_at else None


def unavailable(letter: Letter, counts: Tally | None, status: int, *, typed: bool = False) -> Response:
    """The page of a letter that takes no signatures now (x-S13)."""
    if status != 200 and http.wants_json():
        reason = "by_invitation" if letter.state == LetterState.OPEN else "letter_not_open"
        reason = "gone" if letter.state == LetterState.REMOVED else reason
        return http.refusal(status, reason, sentence(reason))
    since = {"paused": letter.paused_at, "closed": letter.closed_at, "archived": letter.closed_at}.get(letter.state)
    if letter.state in (LetterState.WITHDRAWN, LetterState.REMOVED):
        with read_only():
            since = letter_queries.taken_down_at(letter)
    page = render_template(
        "signing/unavailable.html",
        letter=letter,
        counts=counts,
        since=since,
        confirm_until=confirm_until(letter),
        typed=typed,
    )
    response = make_response(page, status)
    response.headers["Cache-Control"] = "no-store" if typed else "public, max-age=30"
    return response


def seal_key() -> bytes:
    """The key that seals typed answers into an address."""
    return tokens.derive_key(current_app.config["SECRET_KEY"], "sealed")


def seal_answers(kind: str, answers: dict[str, object]) -> str:
    """What was typed, encrypted and authenticated, for the page "check your email"."""
    return tokens.seal(seal_key(), {"kind": kind, **answers}, clock.now(), "answers")


def open_answers(sealed: str) -> dict[str, object]:
    """The typed answers of the last hour; {} for anything else."""
    try:
        return tokens.unseal(seal_key(), sealed, clock.now(), "answers", SEAL_LIFE)
    except tokens.BadToken:
        return {}


def typed_answers(form: SignForm | OrganizationForm) -> dict[str, object]:
    """The fields of a form that a person filled in."""
    left_out = {"csrf_token", "homepage", "seconds", "altcha", "version"}
    return {field.name: field.data for field in form if field.name not in left_out and field.data}


def shown_entry(signature: Signature) -> dict[str, object]:
    """What the entry macro of the pages takes: the signature as lists show it, and what only organizers see."""
    claim = signature.endorsement
    return {
        "name": signature.name,
        "title": signature.title,
        "affiliation": signature.affiliation,
        "place": signature.place,
        "country": signature.country,
        "comment": signature.comment,
        "is_private": signature.is_private,
        "representative": signed_by(claim.representative, claim.role) if claim and claim.show_representative else "",
    }


def personal(template: str, status: int = 200, **values: object) -> Response:
    """A page about one signature: never stored, never named to others."""
    return http.private_page(template, status, **values)
