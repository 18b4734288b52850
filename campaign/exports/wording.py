"""The words printed around a letter and its list, in the letter's language where the interface has it."""

from dataclasses import asdict, dataclass

from babel import Locale

from campaign import sentences
from campaign.exports.comparing import CheckWords, check_words, text_name
from campaign.exports.figures import comma, grouped, long_date, moment, number
from campaign.exports.source import Counts, Purpose, Section, Source
from campaign.languages import SHIPPED, _, force_locale, ngettext

__all__ = ["Words", "country_name", "grouped", "language_of", "long_date", "moment", "number", "words"]


@dataclass(frozen=True, kw_only=True)
class Words(CheckWords):
    """Every printed word that is not the letter's own. `{n}` and the like are filled in by the printer."""

    language: str
    kind: str
    campaign: str
    dated: str
    to: str
    copy_to: str
    signed: str
    back: str
    first_signed: str
    list_notes: tuple[str, ...]
    also_counted: tuple[str, ...]
    sections: tuple[str, ...]
    evidence: str
    obtained: tuple[str, ...]
    about: str
    statement: tuple[tuple[str, str], ...]
    page: str
    volume: str
    volume_page: str
    volume_range: str
    volumes_follow: str
    notice: str

    def as_data(self) -> dict[str, object]:
        """For JSON."""
        return asdict(self)


def language_of(letter_language: str) -> str:
    """The language of the words around a letter: its own if the interface speaks it, else the first one shipped."""
    return letter_language if letter_language in SHIPPED else SHIPPED[0]


def words(source: Source, volumes: int = 0) -> Words:
    """The words for this source. Needs an application context, for the translations."""
    letter = source.letter
    language = language_of(letter.language)
    with force_locale(language):
        return Words(
            language=language,
            kind=str(sentences.LETTER_KINDS[letter.kind]),
            campaign=letter.campaign,
            dated=comma(letter.language).join(
                part for part in (letter.place, long_date(letter.dated_on, letter.language)) if part
            ),
            to=_("To"),
            copy_to=_("Copy to"),
            signed=_("Signed,"),
            back=_("Back to the text"),
            first_signed=_("First signed by"),
            list_notes=_list_notes(source),
            also_counted=_also_counted(source.statement.counts, letter.targets),
            sections=tuple(_section(section, source, language) for section in source.sections),
            evidence=_("Evidence"),
            obtained=tuple(
                _("obtained on %(day)s", day=long_date(document.obtained_on, language)) if document.obtained_on else ""
                for document in letter.evidence
            ),
            about=_("About this list"),
            statement=_statement(source),
            page=_("Page {n} of {total}"),
            volume=_("Signatories, volume {k} of {m}"),
            volume_page=_("Volume {k} of {m}, page {n} of {total}"),
            volume_range=_("Names {first} to {last} of {all}: {from} – {to}"),
            volumes_follow=_volumes_follow(volumes),
            notice=letter.notice,
            **vars(check_words(source, language)),
        )


def country_name(code: str, language: str) -> str:
    """The country's name in the letter's language, or the code itself."""
    return str(Locale.parse(language, sep="-").territories.get(code, code))


def _section(section: Section, source: Source, language: str) -> str:
    title = _counted(section, source.statement.counts)
    if section.annex:
        annex = next(found for found in source.earlier if found.annex == section.annex)
        text = text_name(annex, language)
        title = _("%(who)s signed %(text)s (annex %(annex)s)", who=title, text=text, annex=section.annex)
    elif source.earlier:
        title = _("%(who)s signed this text", who=title)
    return title


def _counted(section: Section, counts: Counts) -> str:
    count = section.count
    if section.kind == "organization":
        title = ngettext("%(n)s organization", "%(n)s organizations", count, n=number(count))
    elif section.kind == "person" and counts.private and count + counts.private == counts.people:
        title = _("%(named)s of %(people)s people", named=number(count), people=number(counts.people))
    elif section.kind == "person":
        title = ngettext("%(n)s person", "%(n)s people", count, n=number(count))
    else:
        title = ngettext("%(n)s imported name", "%(n)s imported names", count, n=number(count))
    return str(title)


def _list_notes(source: Source) -> tuple[str, ...]:
    notes = [_("Titles and affiliations are given for identification only.")]
    if source.statement.purpose is Purpose.INTERNAL:
        notes.append(
            _("Internal: this list contains personal data and signatures that are not public. Do not publish it.")
        )
    return tuple(notes)


def _also_counted(counts: Counts, targets: tuple[str, ...]) -> tuple[str, ...]:
    lines = []
    if counts.private:
        private = number(counts.private)
        lines.append(
            ngettext(
                "%(n)s more person signed and keeps the name private.",
                "%(n)s more people signed and keep their names private.",
                counts.private,
                n=private,
            )
        )
    if counts.employees:
        employees, target = number(counts.employees), ", ".join(targets)
        lines.append(
            ngettext(
                "%(n)s employee of %(target)s signed without being named.",
                "%(n)s employees of %(target)s signed without being named.",
                counts.employees,
                n=employees,
                target=target,
            )
        )
    if counts.imported:
        lines.append(_("Counted apart and in no total: %(n)s imported.", n=number(counts.imported)))
    return tuple(lines)


def _volumes_follow(volumes: int) -> str:
    if not volumes:
        return ""
    sentence: str = ngettext(
        "The names of the people are printed in %(num)s volume of their own.",
        "The names of the people are printed in %(num)s volumes of their own.",
        volumes,
    )
    return sentence


def _statement(source: Source) -> tuple[tuple[str, str], ...]:
    """Label and value of each line of the statement, in the order every format prints them."""
    statement, counts = source.statement, source.statement.counts
    purposes = {
        Purpose.DELIVERY: _("delivery"),
        Purpose.PRESS: _("press"),
        Purpose.INTERNAL: _("internal"),
    }
    rows = [
        (_("Letter"), source.letter.title),
        (_("Campaign"), source.letter.campaign),
        (_("Version of the text"), str(statement.version)),
        (
            _("Edition"),
            str(statement.edition) if statement.edition else _("not frozen: the list as it stood at this time"),
        ),
        (_("Time"), moment(statement.time, SHIPPED[0])),
        (_("Cite as"), statement.citation),
        (_("Organizations"), number(counts.organizations)),
        (_("People"), _people(counts)),
        *([(_("Employees"), number(counts.employees))] if counts.employees else []),
        (_("Total"), number(counts.total)),
        *([(_("Imported, in no total"), number(counts.imported))] if counts.imported else []),
        (_("In this list"), _listed(statement.named, statement.withheld)),
        (_("Order"), statement.order),
        (_("Rows"), statement.filter),
        (_("Purpose"), purposes[statement.purpose]),
        (_("SHA-256 of the list"), grouped(statement.list_digest)),
        *([(_("Merkle root (RFC 9162)"), grouped(statement.root))] if statement.root else []),
        *([(_("Check it at"), statement.check_at)] if statement.check_at else []),
        (_("Made with"), ", ".join(f"{name} {version}" for name, version in sorted(statement.tools.items()))),
    ]
    return tuple(rows)


def _listed(named: int, withheld: int) -> str:
    if withheld:
        return str(_("%(named)s named, %(withheld)s withheld", named=number(named), withheld=number(withheld)))
    return str(_("%(named)s named", named=number(named)))


def _people(counts: Counts) -> str:
    people = number(counts.people)
    return (
        _("%(people)s, of whom %(private)s keep their names private", people=people, private=number(counts.private))
        if counts.private
        else people
    )
