"""Switches and mutes of a letter's hold rules, and judging those that are held once more."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete, update

from campaign.choices import PublicationMode
from campaign.decisions import lock_chain, record_act
from campaign.extensions import db
from campaign.jobs import outbox
from campaign.lib.names import fold
from campaign.models import Letter, LetterRule, RuleHit, RuleMute, TargetLeader
from campaign.moderation import holding, queries
from campaign.moderation.operations.recording import change, record, ruled, state_of, tell
from campaign.moderation.rules import Ruling
from campaign.signing.holds import EVERY, FIXED, HOLD_ALL, rules_on
from campaign.signing.queries import letter_to_judge
from campaign.states import Moderation, Refused

LONGEST_MUTE = timedelta(days=14)
# A stall may be told of the day after: judging the held ones again then releases them.
TOLD_LATE = timedelta(days=1)
BATCH = 200


def switch_rule(letter: Letter, rule: str, is_on: bool, *, by_id: int, now: datetime) -> None:
    """Switches a hold rule of a letter. What is decided, or held, by now stays as it is.

    Raises `Refused` unknown_rule, rule_is_fixed.
    """
    check_rules([rule])
    row = db.session.get(LetterRule, (letter.id, rule))
    if row is None:
        row = LetterRule(letter_id=letter.id, rule=rule, is_on=is_on, changed_at=now)
        db.session.add(row)
    row.is_on, row.organizer_id, row.changed_at = is_on, by_id, now
    _log("rule_switched", letter, by_id, now, {"rule": rule, "is_on": is_on})
    db.session.flush()


def mute_rules(
    letter: Letter,
    rules: Collection[str],
    place: str,
    window: tuple[datetime, datetime],
    reason: str,
    *,
    by_id: int,
    now: datetime,
) -> RuleMute:
    """Lets rules hold nobody from the first moment of the window to the second, for what happens at a place.

    Raises `Refused` unknown_rule, rule_is_fixed, mute_ends_early, mute_is_over, mute_too_long.
    """
    starts_at, ends_at = window
    check_rules(rules)
    if ends_at <= starts_at:
        raise Refused("mute_ends_early")
    if ends_at < now - TOLD_LATE:
        raise Refused("mute_is_over")
    if ends_at - starts_at > LONGEST_MUTE:
        raise Refused("mute_too_long")
    row = RuleMute(
        letter_id=letter.id,
        rules=";".join(sorted(rules)),
        place=place,
        reason=reason,
        starts_at=starts_at,
        ends_at=ends_at,
        organizer_id=by_id,
        created_at=now,
    )
    db.session.add(row)
    _log("rules_muted", letter, by_id, now, {"rules": sorted(rules)})
    db.session.flush()
    return row


def end_mute(letter: Letter, mute_id: int, *, by_id: int, now: datetime) -> None:
    """Ends a mute now; one that has not begun goes. Raises `Refused("not_found")`, also when it is over."""
    row = holding.mute_of(letter.id, mute_id)
    if row is None or row.ends_at <= now:
        raise Refused("not_found")
    if row.starts_at >= now:
        db.session.delete(row)
    else:
        row.ends_at = now
    _log("mute_ended", letter, by_id, now, {"rules": row.rules.split(";")})
    db.session.flush()


def name_leaders(letter: Letter, target_id: int, names: Sequence[str], *, by_id: int, now: datetime) -> None:
    """Says who leads a target of the letter: whoever signs any letter to it with such a name is held from now on.

    Raises `Refused("not_found")` for a target that the letter does not ask.
    """
    if target_id not in {target.id for target, _names in holding.leaders_of(letter.id)}:
        raise Refused("not_found")
    db.session.execute(delete(TargetLeader).where(TargetLeader.target_id == target_id))
    kept: dict[str, str] = {}
    for name in names:
        kept.setdefault(fold(name), name)
    db.session.add_all([TargetLeader(target_id=target_id, name=name) for name in kept.values()])
    _log("leaders_named", letter, by_id, now, {"target": target_id, "names": len(kept)})
    db.session.flush()


def check_rules(rules: Collection[str]) -> None:
    """Only rules that have a switch. Raises `Refused` unknown_rule, rule_is_fixed."""
    if not rules or not EVERY.issuperset(rules):
        raise Refused("unknown_rule")
    if FIXED.intersection(rules):
        raise Refused("rule_is_fixed")


def ask_to_judge(letter: Letter, *, by_id: int, now: datetime) -> None:
    """Has the held ones judged again by a job. Raises `Refused` reviews_everything, holds_everybody."""
    if letter.mode == PublicationMode.REVIEW_FIRST:
        raise Refused("reviews_everything")
    if letter.hold_all:
        raise Refused("holds_everybody")
    _queue(letter.id, by_id, 0, 0, int(now.timestamp()), now)


def judge_held(letter_id: int, by_id: int, after_id: int, released: int, started: int, now: datetime) -> None:
    """Releases, of the next held signatures, those that no rule of the letter holds now; then asks for the next.

    A rule that is muted for the moment at which a signature was confirmed does not hold it, nor does the switch that
    held everybody, once it is off; while it is on, nobody is released. What an organizer held, and what was held for
    something that no rule says any more, stays. Dates stay, and so each counts as of then.
    """
    lock_chain(letter_id)
    judged = letter_to_judge(letter_id)
    releases = judged.mode != PublicationMode.REVIEW_FIRST and not judged.hold_all
    rows = holding.held_after(letter_id, after_id, BATCH)
    for row, reasons in rows:
        rules = reasons - {HOLD_ALL}
        is_held = not EVERY.issuperset(rules) or bool(rules & rules_on(judged, row.verified_at or now))
        if releases and not is_held:
            released += _release(letter_id, row.id, by_id, now)
    if len(rows) == BATCH:
        _queue(letter_id, by_id, rows[-1][0].id, released, started, now)
    else:
        letter = db.session.get_one(Letter, letter_id)
        _log("held_judged_again", letter, by_id, now, {"released": released})


def _release(letter_id: int, signature_id: int, by_id: int, now: datetime) -> int:
    """Shows a held signature; 1 when that was done, 0 when somebody decided meanwhile or another stands there."""
    signature = queries.locked_signature(letter_id, signature_id)
    if signature is None or signature.moderation != Moderation.HELD or signature.withdrawn_at is not None:
        return 0
    before = state_of(signature)
    after = ruled(before, moderation=Moderation.APPROVED.value, reasons="")
    try:
        change(signature, Moderation.HELD, after, signature.verified_at, now)
    except Refused:
        return 0
    db.session.execute(update(RuleHit).where(RuleHit.signature_id == signature_id).values(is_held=False))
    decision = record(signature, "release", "", before, after, by_id=by_id, now=now)
    tell(signature, decision, before, Ruling("approve"), now)
    return 1


def _queue(letter_id: int, by_id: int, after_id: int, released: int, started: int, now: datetime) -> None:
    payload = {
        "letter": letter_id,
        "organizer": by_id,
        "after": after_id,
        "released": released,
        "started": started,
    }
    key = f"judge-held:{letter_id}:{started}:{after_id}"
    outbox.enqueue("moderation.judge_held", key, payload, now=now, prio=outbox.SOON, letter_id=letter_id)


def _log(act: str, letter: Letter, by_id: int, now: datetime, detail: dict[str, object]) -> None:
    record_act(act, now=now, by_id=by_id, campaign_id=letter.campaign_id, letter_id=letter.id, detail=detail)
