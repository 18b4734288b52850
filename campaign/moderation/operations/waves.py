"""The wave alarm: raised by the clock, looked at by people; and the switches that stop a wave."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update

from campaign import limits
from campaign.accounts.queries import who_may
from campaign.choices import AlarmKind, AlarmState
from campaign.decisions import record_act
from campaign.extensions import db, insert_or_skip
from campaign.jobs import outbox
from campaign.jobs.notices import write_to
from campaign.models import Alarm, Letter, SigningHour
from campaign.moderation import protection, waves
from campaign.moderation.waves import HOUR, Finding
from campaign.signing.rules import PROOF_ABOVE
from campaign.states import Refused

# An alarm that nothing fed for so long is over; so long a proof of work is asked after one; mails come no oftener.
QUIET, PROOF_FOR, PAUSE = timedelta(hours=2), timedelta(hours=2), timedelta(hours=1)
HOURS_KEPT = timedelta(days=8)
# How much of a subject an alarm keeps.
LONGEST_SUBJECT = 200
COLUMNS = {AlarmKind.NETWORK: "network", AlarmKind.DOMAIN: "domain", AlarmKind.NAME: "name", AlarmKind.HOUR: "attempts"}


def look_for_waves(letter_id: int, now: datetime) -> list[Finding]:
    """Looks at the last hour and day of a letter, raises and renews alarms, tells organizers; the caller commits."""
    hours = protection.hours_of(letter_id, now)
    usual = {kind: waves.usual_of([getattr(hour, column) for hour in hours]) for kind, column in COLUMNS.items()}
    counts = waves.counted(protection.attempts_between(letter_id, now - HOUR, now))
    found = waves.unusual_hour(counts, usual)
    known = {(finding.kind, finding.subject) for finding in found}
    slow = waves.unusual_day(protection.networks_of_day(letter_id, now), usual[AlarmKind.NETWORK])
    found += [finding for finding in slow if (finding.kind, finding.subject) not in known]
    found = _since_called_over(letter_id, found, now)
    standing = {(alarm.kind, alarm.subject): alarm for alarm in protection.standing_alarms(letter_id)}
    for finding in found:
        _raise(letter_id, finding, standing.get((finding.kind, finding.subject)), now)
    end_quiet(now)
    _remember_hour(letter_id, hours, usual, now)
    if any(finding.kind == AlarmKind.NETWORK and finding.number > PROOF_ABOVE for finding in found):
        _ask_for_proof(letter_id, now)
    db.session.flush()
    _tell(letter_id, now)
    return found


def look_at_mail(letter_ids: Sequence[int], now: datetime) -> None:
    """Raises or renews the alarm of the site's own mail; ends what is over.

    These letters' owners are told once, the operator once a day as long as it stands.
    """
    end_quiet(now)
    standing = next(iter(protection.standing_alarms(None)), None)
    since = None if standing else protection.called_over(None, now, QUIET).get((AlarmKind.MAIL, ""))
    if not limits.is_site_slow(now, since):
        return
    left, bounced = limits.first_mails(now, since)
    if standing is None:
        standing = Alarm(kind=AlarmKind.MAIL.value, number=left, usual=bounced, raised_at=now, last_at=now, told_at=now)
        db.session.add(standing)
        db.session.flush()
    standing.number, standing.usual, standing.last_at = max(standing.number, left), max(standing.usual, bounced), now
    outbox.enqueue("moderation.mail_slow", f"mail-slow:{now:%Y-%m-%d}", {"alarm": standing.id}, now=now)
    for letter_id in letter_ids:
        _write_to_owners(letter_id, f"waves:site:{standing.id}", [standing.id], now)


def settle_alarm(letter_id: int, alarm_id: int, state: str, *, by_id: int, now: datetime) -> Alarm:
    """Somebody looked at an alarm, or says that it is over. Raises `Refused` not_found."""
    alarm = protection.alarm_of(letter_id, alarm_id)
    if alarm is None:
        raise Refused("not_found")
    if alarm.state != AlarmState.OVER:
        alarm.seen_at, alarm.seen_by_id = alarm.seen_at or now, alarm.seen_by_id or by_id
        alarm.state = state
        alarm.over_at = now if state == AlarmState.OVER else None
    return alarm


def switch(letter: Letter, action: str, reason: str, *, by_id: int, now: datetime) -> None:
    """Turns a switch of a letter: hold, release (no more holding), ask or stop (a proof of work).

    Raises `Refused` needs_reason: holding everybody has one.
    """
    if action == "hold" and not reason.strip():
        raise Refused("needs_reason")
    if action in ("hold", "release"):
        letter.hold_all = reason.strip() if action == "hold" else ""
    else:
        letter.asks_proof = action == "ask"
        letter.proof_until = None
        # The form says whether it asks.
        letter.changed_at = now
    acts = {"hold": "holds_all", "release": "holds_none", "ask": "asks_proof", "stop": "asks_no_proof"}
    record_act(acts[action], now=now, by_id=by_id, campaign_id=letter.campaign_id, letter_id=letter.id)


def end_proofs(now: datetime) -> None:
    """Letters that asked for a proof of work for a time ask no longer; the caller commits."""
    over = select(Letter).where(Letter.proof_until <= now)
    for letter in db.session.scalars(over.with_for_update()):
        letter.proof_until, letter.changed_at = None, now


def _since_called_over(letter_id: int, found: Sequence[Finding], now: datetime) -> list[Finding]:
    """What is still unusual where, after somebody called an alarm over, only what came since is counted."""
    called_over = protection.called_over(letter_id, now, QUIET)
    left = []
    for finding in found:
        since = called_over.get((finding.kind, finding.subject[:LONGEST_SUBJECT]))
        if since is None:
            left.append(finding)
            continue
        begins_at = max(since, now - finding.hours * HOUR)
        counts = waves.counted(protection.attempts_between(letter_id, begins_at, now))
        number = counts[finding.kind][finding.subject]
        if number > waves.most_usual(finding):
            left.append(replace(finding, number=number))
    return left


def _raise(letter_id: int, finding: Finding, alarm: Alarm | None, now: datetime) -> None:
    """Raises an alarm, or renews the one that stands."""
    if alarm is not None:
        alarm.last_at = now
        if finding.number > alarm.number:
            # An hour and a day may tell of the same network: the words belong to the number.
            alarm.number, alarm.usual, alarm.hours = finding.number, finding.usual, finding.hours
        return
    row = {
        "letter_id": letter_id,
        "kind": finding.kind.value,
        "subject": finding.subject[:LONGEST_SUBJECT],
        "number": finding.number,
        "usual": finding.usual,
        "hours": finding.hours,
        "state": AlarmState.NEW.value,
        "raised_at": now,
        "last_at": now,
    }
    insert_or_skip(Alarm.__table__, [row])  # type: ignore[arg-type]


def end_quiet(now: datetime) -> None:
    """Alarms that nothing fed for a while are over by themselves, whatever became of their letters."""
    db.session.flush()
    is_quiet = Alarm.last_at < now - QUIET
    over = update(Alarm).where(Alarm.state != AlarmState.OVER.value, is_quiet)
    db.session.execute(over.values(state=AlarmState.OVER.value, over_at=now))


def _remember_hour(letter_id: int, hours: Sequence[SigningHour], usual: dict[AlarmKind, int], now: datetime) -> None:
    """Keeps what the last full hour was like; what was unusual in it counts as the usual before."""
    ends_at = now.replace(minute=0, second=0, microsecond=0)
    hour_at = ends_at - HOUR
    if any(hour.hour_at == hour_at for hour in hours):
        return
    most = waves.most_of(waves.counted(protection.attempts_between(letter_id, hour_at, ends_at)))
    figures = {
        column: most[kind] if most[kind] <= waves.limit_of(kind, usual[kind]) else usual[kind]
        for kind, column in COLUMNS.items()
    }
    insert_or_skip(SigningHour.__table__, [{"letter_id": letter_id, "hour_at": hour_at, **figures}])  # type: ignore[arg-type]
    old = (SigningHour.letter_id == letter_id, SigningHour.hour_at < now - HOURS_KEPT)
    db.session.execute(delete(SigningHour).where(*old))


def _ask_for_proof(letter_id: int, now: datetime) -> None:
    """Lets the form ask for a proof of work while the alarm goes on, and some time longer."""
    letter = db.session.get_one(Letter, letter_id, with_for_update=True)
    if letter.proof_until is None and not letter.asks_proof:
        letter.changed_at = now
        record_act("asks_proof", now=now, campaign_id=letter.campaign_id, letter_id=letter.id)
    letter.proof_until = now + PROOF_FOR


def _tell(letter_id: int, now: datetime) -> None:
    """Writes to the owners about alarms they have not been told of, in one mail an hour at most."""
    fresh = [alarm for alarm in protection.standing_alarms(letter_id) if alarm.told_at is None]
    last = db.session.scalar(select(Alarm.told_at).where(Alarm.letter_id == letter_id, Alarm.told_at > now - PAUSE))
    if not fresh or last is not None:
        return
    for alarm in fresh:
        alarm.told_at = now
    _write_to_owners(letter_id, f"waves:{letter_id}:{int(now.timestamp())}", [alarm.id for alarm in fresh], now)


def _write_to_owners(letter_id: int, key: str, ids: Sequence[int], now: datetime) -> None:
    """Queues the warning to each owner of the letter's campaign; once for each key and owner."""
    campaign_id = db.session.scalars(select(Letter.campaign_id).where(Letter.id == letter_id)).one()
    readers, payload = who_may(campaign_id, "moderate"), {"letter": letter_id, "alarms": list(ids)}
    write_to(readers, "moderation.wave_alarm", key, payload, now=now, prio=outbox.SOON, letter_id=letter_id)
