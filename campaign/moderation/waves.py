"""What is unusual about the signatures of a letter, and how it is said: pure functions over counts."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from campaign.choices import AlarmKind
from campaign.languages import _, ngettext
from campaign.languages import number as in_figures
from campaign.lib.emails import is_free_mail
from campaign.moderation.conditions import RANDOM, Condition
from campaign.moderation.rules import looks_random

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
# What is never unusual, and how many times the usual is: in an hour.
FLOORS = {AlarmKind.NETWORK: 40, AlarmKind.DOMAIN: 50, AlarmKind.NAME: 30, AlarmKind.HOUR: 100}
TIMES = {AlarmKind.NETWORK: 3, AlarmKind.DOMAIN: 3, AlarmKind.NAME: 3, AlarmKind.HOUR: 5}
# The same of a whole day from one network, which may come slowly.
DAY_FLOOR, DAY_TIMES = 200, 12
# Of a letter's hours in a week, this part is usual; the rest may have been unusual themselves.
USUAL_PART = 0.95
# How much of a name makes two alike.
BEGINNING = 8
KINDS = (AlarmKind.NETWORK, AlarmKind.DOMAIN, AlarmKind.NAME)


@dataclass(frozen=True)
class Finding:
    """Something unusual: what, about which network, domain or pattern of names, and how much in how many hours."""

    kind: AlarmKind
    subject: str
    number: int
    usual: int
    hours: int = 1


def pattern_of(name: str) -> str:
    """What of a name others would have in common with it: a pattern as `Condition.name` takes it."""
    if looks_random(name):
        return RANDOM
    head = re.split(r"\d", name, maxsplit=1)[0].strip()
    start = head if 3 <= len(head) < len(name) else name[:BEGINNING]
    return f"{start.lower().replace('*', '').strip()}*"


def counted(attempts: Iterable[tuple[str, str, str]]) -> dict[AlarmKind, Counter[str]]:
    """How many came from each network, mail domain and pattern of names; free mail is everybody's domain."""
    found: dict[AlarmKind, Counter[str]] = {kind: Counter() for kind in KINDS}
    total = 0
    for network, email, name in attempts:
        total += 1
        domain = email.rpartition("@")[2]
        if network:
            found[AlarmKind.NETWORK][network] += 1
        if domain and not is_free_mail(domain):
            found[AlarmKind.DOMAIN][domain] += 1
        if name:
            found[AlarmKind.NAME][pattern_of(name)] += 1
    return {**found, AlarmKind.HOUR: Counter({"": total})}


def most_of(counts: Mapping[AlarmKind, Counter[str]]) -> dict[AlarmKind, int]:
    """The largest number of each kind."""
    return {kind: max(found.values(), default=0) for kind, found in counts.items()}


def usual_of(hours: Sequence[int]) -> int:
    """What is usual, from the figures of earlier hours; 0 where there are none."""
    return sorted(hours)[int((len(hours) - 1) * USUAL_PART)] if hours else 0


def limit_of(kind: AlarmKind, usual: int) -> int:
    """What an hour may bring."""
    return max(FLOORS[kind], TIMES[kind] * usual)


def most_usual(finding: Finding) -> int:
    """What the hour, or the day, of a finding may bring."""
    return limit_of(finding.kind, finding.usual) if finding.hours == 1 else max(DAY_FLOOR, DAY_TIMES * finding.usual)


def unusual_hour(counts: Mapping[AlarmKind, Counter[str]], usual: Mapping[AlarmKind, int]) -> list[Finding]:
    """What an hour brought too much of, the most first."""
    found = [
        Finding(kind, subject, number, usual[kind])
        for kind, subjects in counts.items()
        for subject, number in subjects.items()
        if number > limit_of(kind, usual[kind])
    ]
    return sorted(found, key=lambda finding: -finding.number)


def unusual_day(networks: Mapping[str, int], usual: int) -> list[Finding]:
    """The networks a day brought too much of."""
    most = max(DAY_FLOOR, DAY_TIMES * usual)
    return [
        Finding(AlarmKind.NETWORK, network, number, usual, hours=24)
        for network, number in networks.items()
        if number > most
    ]


def alarm_words(alarm: Any) -> str:
    """An alarm in two sentences, from its columns."""
    number, usual = in_figures(alarm.number), in_figures(alarm.usual)
    span = _("in one hour") if alarm.hours == 1 else _("in one day")
    what = {
        AlarmKind.NETWORK: ngettext(
            "%(n)s signature came from one network", "%(n)s signatures came from one network", alarm.number, n=number
        ),
        AlarmKind.DOMAIN: ngettext(
            "%(n)s signature came from addresses at %(what)s",
            "%(n)s signatures came from addresses at %(what)s",
            alarm.number,
            n=number,
            what=alarm.subject,
        ),
        AlarmKind.NAME: _("%(n)s signatures have names that look made up at random", n=number)
        if alarm.subject == RANDOM
        else _("%(n)s signatures have names that begin with “%(what)s”", n=number, what=alarm.subject.rstrip("*")),
        AlarmKind.HOUR: _("%(n)s signatures came in all", n=number),
        AlarmKind.MAIL: _(
            "%(n)s mails went to addresses nobody has confirmed in one hour, and %(back)s came back",
            n=number,
            back=usual,
        ),
    }[AlarmKind(alarm.kind)]
    if alarm.kind == AlarmKind.MAIL:
        return str(_("%(what)s. Such mails of the whole site now leave slowly.", what=what))
    return str(
        _("%(what)s %(span)s. Usual on this letter: at most %(usual)s in an hour.", what=what, span=span, usual=usual)
    )


def condition_of(alarm: Any) -> Condition:
    """The signatures an alarm is about."""
    since: datetime = alarm.last_at - timedelta(hours=alarm.hours)
    kind = AlarmKind(alarm.kind)
    if kind == AlarmKind.NETWORK:
        return Condition(network=alarm.subject)
    if kind == AlarmKind.DOMAIN:
        return Condition(domain=alarm.subject, since=min(since, alarm.raised_at - HOUR))
    if kind == AlarmKind.NAME:
        return Condition(name=alarm.subject, since=min(since, alarm.raised_at - HOUR))
    return Condition(since=min(since, alarm.raised_at - HOUR), until=alarm.last_at)
