"""What a target answered or did: recorded, published or set aside, never changed in its words."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import delete

from campaign.choices import Audience, CommitmentState, DemandStatus, ResponseKind
from campaign.decisions import record_act
from campaign.delivery import queries
from campaign.extensions import db
from campaign.letters import rules as letter_rules
from campaign.letters.operations.drafting import touch
from campaign.models import Campaign, Commitment, Letter, Response, ResponseDemand
from campaign.states import RESPONSE, Refused, ResponseState, advance
from campaign.storage import Upload

# What a response says of demands: (letter id, number) and a status; number 0 is the letter as a whole, without one.
About = Mapping[tuple[int, int], str | None]


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What was said or done, when, to whom, and who says so. `sort_on` orders; left out, the last day of the time."""

    target_id: int
    kind: str = ResponseKind.STATEMENT.value
    audience: str = Audience.SIGNATORIES.value
    happened: str
    precision: str = "day"
    sort_on: date | None = None
    actor: str = ""
    title: str = ""
    text: str
    language: str = "en"
    source: str = ""
    url: str = ""


def record_response(
    campaign: Campaign,
    said: Answer,
    about: About,
    *,
    by_id: int | None,
    now: datetime,
    upload: Upload | None = None,
    file_name: str = "",
) -> Response:
    """Records a response and publishes it; its text is kept whole, with its hash.

    Raises `Refused`: bad_precision, bad_happened, response_ahead, bad_url, about_nothing, letter_of_others,
    no_such_demand, no_such_target, target_not_asked.
    """
    check_about(campaign.id, said.target_id, about)
    row = new_response(campaign, said, by_id=by_id, now=now)
    row.published_at = now
    if upload is not None:
        row.file_name, row.file_type, row.file_sha256 = file_name, upload.type, upload.sha256
    db.session.add(row)
    db.session.flush()
    set_about(row, about, now)
    _log(row, "response_recorded", by_id, now)
    return row


def new_response(campaign: Campaign, said: Answer, *, by_id: int | None, now: datetime) -> Response:
    """The row of a response, not yet added. Raises `Refused`: bad_precision, bad_happened, response_ahead, bad_url."""
    problem = letter_rules.happened_problem(said.happened, said.precision)
    if problem:
        raise Refused(problem)
    # Somewhere it is tomorrow already.
    if letter_rules.first_day(said.happened.partition("/")[0]) > (now + timedelta(days=1)).date():
        raise Refused("response_ahead")
    if said.url and not letter_rules.is_web_address(said.url):
        raise Refused("bad_url")
    values = asdict(said)
    values["sort_on"] = said.sort_on or letter_rules.sort_day(said.happened, said.precision)
    digest = text_digest(said.text)
    return Response(campaign_id=campaign.id, sha256=digest, organizer_id=by_id, received_at=now, **values)


def check_about(campaign_id: int, target_id: int, about: About) -> dict[int, Letter]:
    """The campaign's letters by id, where a response of the target may mean this. Raises as `set_about`."""
    letters = {letter.id: letter for letter in queries.letters_of_campaign(campaign_id)}
    asking = queries.letters_by_target(campaign_id).get(target_id)
    if asking is None:
        raise Refused("no_such_target")
    if not about:
        raise Refused("about_nothing")
    known = queries.demand_numbers(letters)
    for letter_id, number in about:
        if letter_id not in letters:
            raise Refused("letter_of_others")
        if letter_id not in asking:
            raise Refused("target_not_asked", title=letters[letter_id].title)
        if number and number not in known.get(letter_id, ()):
            raise Refused("no_such_demand", number=number)
    return letters


def text_digest(text: str) -> str:
    """The SHA-256 of a text as it is stored, in UTF-8."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def set_about(row: Response, about: About, now: datetime) -> None:
    """Says anew what a response means for which demands; the pages of all letters concerned change.

    Raises `Refused`: about_nothing, letter_of_others, target_not_asked, no_such_demand.
    """
    before = queries.letters_about(row.id)
    letters = check_about(row.campaign_id, row.target_id, about)
    db.session.execute(delete(ResponseDemand).where(ResponseDemand.response_id == row.id))
    for (letter_id, number), status in about.items():
        checked = DemandStatus(status).value if status is not None else None
        db.session.add(ResponseDemand(response_id=row.id, letter_id=letter_id, number=number, status=checked))
    for letter in [*before, *(letters[letter_id] for letter_id, _number in about)]:
        touch(letter, now)


def change_about(row: Response, about: About, *, by_id: int | None, now: datetime) -> None:
    """Says anew what a recorded response means for which demands. Raises as `set_about`."""
    set_about(row, about, now)
    _log(row, "response_about_changed", by_id, now)


def join_letter(row: Response, about: About, now: datetime) -> None:
    """Adds to what a recorded response is about: one more letter that tells of it. Raises as `set_about`."""
    change_about(row, {**queries.about_of(row.id), **about}, by_id=None, now=now)


def publish_response(row: Response, about: About, *, by_id: int | None, now: datetime) -> None:
    """Publishes an answer that came through the target's own link, whole. Raises as `set_about`, and illegal_move."""
    # The second of two who decide at once is told.
    db.session.refresh(row, with_for_update=True)
    row.state, row.reason = advance(RESPONSE, row.state, "publish"), ""
    row.published_at = now
    set_about(row, about, now)
    _log(row, "response_published", by_id, now)


def set_aside_response(row: Response, reason: str, *, by_id: int | None, now: datetime) -> None:
    """Does not publish an answer; that one came, and the reason, are shown. Raises `Refused`: needs_reason."""
    db.session.refresh(row, with_for_update=True)
    state = advance(RESPONSE, row.state, "set_aside")
    if not reason.strip():
        raise Refused("needs_reason")
    row.state, row.reason = state, reason.strip()
    for letter in queries.letters_about(row.id):
        touch(letter, now)
    _log(row, "response_set_aside", by_id, now)


def note_outcome(row: Response, outcome: str, *, by_id: int | None, now: datetime) -> None:
    """Says what became of a request for a correction."""
    row.outcome = outcome.strip()
    _tell(row, now)
    _log(row, "response_outcome_noted", by_id, now)


def add_commitment(row: Response, text: str, due_on: date | None, *, by_id: int | None, now: datetime) -> Commitment:
    """Notes a promise made in a response."""
    promise = Commitment(response_id=row.id, text=text, due_on=due_on, changed_at=now)
    db.session.add(promise)
    _tell(row, now)
    _log(row, "commitment_added", by_id, now)
    return promise


def mark_commitment(
    row: Response, promise: Commitment, state: str, note: str, *, by_id: int | None, now: datetime
) -> None:
    """Says whether a promise was kept."""
    promise.state, promise.state_note, promise.changed_at = CommitmentState(state).value, note, now
    _tell(row, now)
    _log(row, "commitment_marked", by_id, now)


def _tell(row: Response, now: datetime) -> None:
    for letter in queries.letters_about(row.id) if row.state != ResponseState.WAITING else ():
        touch(letter, now)
    db.session.flush()


def _log(row: Response, act: str, by_id: int | None, now: datetime) -> None:
    db.session.flush()
    record_act(act, now=now, by_id=by_id, campaign_id=row.campaign_id, detail={"response": row.id})
