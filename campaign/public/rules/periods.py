"""Periods in the words of a notice."""

from __future__ import annotations

from datetime import timedelta

from campaign.languages import ngettext

# From here on a period is told in months.
LONG = timedelta(days=90)


def in_words(period: timedelta) -> str:
    """A period in whole days; in hours below two days, in months from three on."""
    if period >= LONG:
        return str(ngettext("%(num)s month", "%(num)s months", round(period.days / 30.5)))
    hours = round(period.total_seconds() / 3600)
    if hours < 48:
        return str(ngettext("%(num)s hour", "%(num)s hours", hours))
    return str(ngettext("%(num)s day", "%(num)s days", hours // 24))
