"""What the desk reads of hold rules: their switches, mutes and figures, from their own index and never the letter."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import case, func, select

from campaign.choices import SignatureKind
from campaign.extensions import db
from campaign.models import Letter, LetterTarget, LogEntry, RuleHit, RuleMute, Signature, Target, TargetLeader
from campaign.models.signature import IS_QUEUED
from campaign.sentences import HOLDS
from campaign.sentences.holding import ALWAYS_ON, ALWAYS_ON_ELSE
from campaign.signing.holds import NEVER_MUTED, RULES, HoldRule, preset, rules_on
from campaign.signing.queries import letter_to_judge

HIT_DAYS, AGREED_DAYS = 7, 30
# How many mutes the page lists.
MUTES = 20


@dataclass(frozen=True)
class RuleLine:
    """A rule as the desk shows it. `found` in the last 7 days, of which it `held` some; of those it held in the last
    30 days, organizers `rejected` and `approved` so many.
    """

    id: str
    sentence: Any
    of: tuple[str, ...]
    is_on: bool
    is_preset: bool
    is_muted: bool
    always_on: Any
    found: int
    held: int
    rejected: int
    approved: int

    @property
    def decided(self) -> int:
        """How many of those it held were decided."""
        return self.rejected + self.approved


def rule_lines(letter: Letter, now: datetime) -> list[RuleLine]:
    """The rules that can match on a letter, in the order of the table; three statements."""
    judged = letter_to_judge(letter.id)
    switched, on = rules_on(judged, NEVER_MUTED), rules_on(judged, now)
    before = preset(letter.kind)
    found, decided = _found(letter.id, now.date()), _decided(letter.id, now.date())
    return [
        RuleLine(
            id=rule.id,
            sentence=HOLDS[rule.id],
            of=rule.of,
            is_on=rule.id in switched,
            is_preset=(rule.id in switched) == (rule.id in before),
            is_muted=rule.id in switched and rule.id not in on,
            always_on=ALWAYS_ON.get(rule.id, ALWAYS_ON_ELSE) if rule.is_fixed else None,
            found=found.get(rule.id, (0, 0))[0],
            held=found.get(rule.id, (0, 0))[1],
            rejected=decided.get((rule.id, "rejected"), 0),
            approved=decided.get((rule.id, "approved"), 0),
        )
        for rule in RULES
        if applies(rule, letter)
    ]


def applies(rule: HoldRule, letter: Letter) -> bool:
    """Whether a letter takes signatures that the rule looks at."""
    taken = {SignatureKind.PERSON.value: letter.accepts_people, SignatureKind.ORGANIZATION.value: True}
    return not rule.of or any(taken.get(kind, True) for kind in rule.of)


def _found(letter_id: int, today: date) -> dict[str, tuple[int, int]]:
    """How many each rule found in the last days, and held. Reads ix_rule_hit_letter_id alone."""
    held = func.sum(case((RuleHit.is_held, 1), else_=0))
    rows = db.session.execute(
        select(RuleHit.rule, func.count(), held)
        .where(RuleHit.letter_id == letter_id, RuleHit.day > today - timedelta(days=HIT_DAYS))
        .group_by(RuleHit.rule)
    )
    return {rule: (number, held) for rule, number, held in rows}


def _decided(letter_id: int, today: date) -> dict[tuple[str, str], int]:
    """What became of those that each rule held in the last days, by rule and moderation."""
    rows = db.session.execute(
        select(RuleHit.rule, Signature.moderation, func.count())
        .join(Signature, Signature.id == RuleHit.signature_id)
        .where(RuleHit.letter_id == letter_id, RuleHit.day > today - timedelta(days=AGREED_DAYS), RuleHit.is_held)
        .group_by(RuleHit.rule, Signature.moderation)
    )
    return {(rule, moderation): number for rule, moderation, number in rows}


def mutes_of(letter_id: int) -> Sequence[RuleMute]:
    """The newest mutes of a letter, the last to end first."""
    return db.session.scalars(
        select(RuleMute).where(RuleMute.letter_id == letter_id).order_by(RuleMute.ends_at.desc()).limit(MUTES)
    ).all()


def leaders_of(letter_id: int) -> list[tuple[Target, list[str]]]:
    """Whom the letter asks, in its order, each with the names of who leads it."""
    rows = db.session.execute(
        select(Target, TargetLeader.name)
        .join(LetterTarget, LetterTarget.target_id == Target.id)
        .outerjoin(TargetLeader, TargetLeader.target_id == Target.id)
        .where(LetterTarget.letter_id == letter_id)
        .order_by(LetterTarget.position, TargetLeader.id)
    )
    found: dict[int, tuple[Target, list[str]]] = {}
    for target, name in rows:
        found.setdefault(target.id, (target, []))[1].extend([name] if name else [])
    return list(found.values())


def mute_of(letter_id: int, mute_id: int) -> RuleMute | None:
    """A mute of this letter; None for another letter's."""
    return db.session.scalars(
        select(RuleMute).where(RuleMute.id == mute_id, RuleMute.letter_id == letter_id)
    ).one_or_none()


def last_judged(letter_id: int) -> LogEntry | None:
    """When the held ones were judged again for the last time, and how many were released."""
    found = select(LogEntry).where(LogEntry.letter_id == letter_id, LogEntry.act == "held_judged_again")
    return db.session.scalars(found.order_by(LogEntry.id.desc()).limit(1)).first()


def held_after(letter_id: int, after_id: int, most: int) -> list[tuple[Signature, set[str]]]:
    """The next held signatures that nobody was asked about, each with every rule that is known to match it."""
    rows = db.session.scalars(
        select(Signature)
        .where(Signature.letter_id == letter_id, IS_QUEUED, Signature.moderation == "held", Signature.id > after_id)
        .order_by(Signature.id)
        .limit(most)
    ).all()
    hits: dict[int, set[str]] = {row.id: set(row.reasons.split(";")) for row in rows}
    found = select(RuleHit.signature_id, RuleHit.rule).where(RuleHit.signature_id.in_(hits))
    for signature_id, rule in db.session.execute(found):
        hits[signature_id].add(rule)
    return [(row, hits[row.id]) for row in rows]
