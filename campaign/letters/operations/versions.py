"""Changes of words that somebody accepted: each makes the next version, and the one before stays as it was signed."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import insert

from campaign.choices import VersionChange
from campaign.decisions import record_act
from campaign.extensions import db
from campaign.jobs import outbox
from campaign.letters import changes, queries, rules
from campaign.letters.employees import binds_employees
from campaign.letters.operations.drafting import ReadWords, lock, read_as, touch, write_words
from campaign.models import DirtyLetter, Letter, Version
from campaign.states import Refused


def redate_text(letter: Letter, dated_on: date | None, place: str, *, by_id: int | None, now: datetime) -> None:
    """Writes another date and place on the current text and asks nobody: what was accepted are its words.

    An edition prints a date and place of its own, so those of earlier deliveries stay. Raises `Refused("text_stays")`.
    """
    lock(letter)
    _check(letter, asks=False)
    version = queries.version_of(letter)
    before = {"dated_on": version.dated_on.isoformat() if version.dated_on else "", "place": version.place}
    version.dated_on, version.place = dated_on, place
    after = {"dated_on": dated_on.isoformat() if dated_on else "", "place": place}
    touch(letter, now)
    _log(letter, "text_redated", {"version": version.number, "before": before, "after": after}, by_id, now)


def correct_text(letter: Letter, read: ReadWords, reason: str, *, by_id: int | None, now: datetime) -> Version:
    """A correction: the next version, which asks nobody; who accepted the text before stands under it as before.

    Raises `Refused`: needs_reason, text_stays, letter_incomplete, text_unchanged, text_is_draft.
    """
    if not reason.strip():
        raise Refused("needs_reason")
    lock(letter)
    return _next_version(letter, read, VersionChange.CORRECTION, reason, by_id=by_id, now=now)


def publish_new_version(letter: Letter, read: ReadWords, reason: str, *, by_id: int | None, now: datetime) -> Version:
    """A new text: the next version, which every reachable signatory is asked about by mail; nobody is moved to it.

    Raises `Refused`: employees_cannot_be_asked, text_stays, letter_incomplete, text_unchanged, text_is_draft.
    """
    lock(letter)
    if binds_employees(letter.id) and not queries.words_may_change(letter):
        raise Refused("employees_cannot_be_asked")
    version = _next_version(letter, read, VersionChange.NEW_TEXT, reason, by_id=by_id, now=now)
    outbox.enqueue(
        "signing.ask_about_text",
        f"ask:{version.id}:after:0",
        {"version": version.id, "after": 0},
        now=now,
        prio=outbox.LATE,
        letter_id=letter.id,
    )
    return version


def _next_version(
    letter: Letter, read: ReadWords, change: VersionChange, reason: str, *, by_id: int | None, now: datetime
) -> Version:
    """Stores the words as the letter's next version; its row is locked."""
    is_new = change is VersionChange.NEW_TEXT
    _check(letter, asks=is_new)
    if queries.words_may_change(letter):
        raise Refused("text_is_draft")
    if not (read.words.title and read.words.body.strip()):
        raise Refused("letter_incomplete")
    read, last = read_as(read, letter.language), queries.version_of(letter)
    if changes.change_of(last, read.words) != "words":
        raise Refused("text_unchanged")
    number = last.number + 1
    version = Version(
        letter_id=letter.id,
        number=number,
        title=read.words.title,
        body="",
        body_tree={},
        body_html="",
        change=change.value,
        asked_number=number if is_new else last.asked_number,
        reason=reason.strip(),
        organizer_id=by_id,
        created_at=now,
    )
    write_words(version, read)
    db.session.add(version)
    db.session.flush()
    letter.version_id, letter.title = version.id, version.title
    # The counts by version are asked for from here on.
    db.session.execute(insert(DirtyLetter).values(letter_id=letter.id))
    touch(letter, now)
    act = "text_published" if is_new else "text_corrected"
    _log(letter, act, {"version": number, "before": last.number}, by_id, now)
    return version


def _check(letter: Letter, *, asks: bool) -> None:
    if problem := rules.why_not_change(letter.state, asks=asks):
        raise Refused(problem)


def _log(letter: Letter, act: str, detail: dict[str, object], by_id: int | None, now: datetime) -> None:
    record_act(act, now=now, by_id=by_id, campaign_id=letter.campaign_id, letter_id=letter.id, detail=detail)
    db.session.flush()
