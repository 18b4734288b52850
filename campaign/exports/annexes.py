"""What the annex of an earlier text says above it, for the files of words."""

from __future__ import annotations

from dataclasses import dataclass

from campaign.exports.source import Earlier, Source
from campaign.exports.wording import language_of, long_date, number
from campaign.languages import _, force_locale, ngettext

__all__ = ["Earlier", "Told", "told"]


@dataclass(frozen=True)
class Told:
    """The title of an annex, and how its marks are read: as formatted words, and as signs in plain text."""

    title: str
    struck_and_underlined: str
    signs: str


def told(earlier: Earlier, source: Source) -> Told:
    """The words above an earlier text. Needs an application context, for the translations."""
    count = sum(section.count for section in source.sections if section.annex == earlier.annex)
    with force_locale(language_of(source.letter.language)):
        day = long_date(earlier.dated_on, source.letter.language)
        text = _("version %(number)s of the text", number=earlier.version)
        title = _("Annex %(annex)s: %(text)s", annex=earlier.annex, text=f"{text}, {day}" if day else text)
        who = ngettext(
            "%(n)s signatory of this list accepted this earlier text.",
            "%(n)s signatories of this list accepted this earlier text.",
            count,
            n=number(count),
        )
        struck = _("Struck words stand in it alone, underlined words in the text printed above alone.")
        signs = _("Words in [- -] stand in it alone, words in {+ +} in the text printed above alone.")
        return Told(title, f"{who} {struck}", f"{who} {signs}")
