"""The words by which a reader can check a list: who signed which text, how they were confirmed, where it can change."""

from dataclasses import dataclass
from typing import NamedTuple

from campaign import sentences
from campaign.exports.figures import long_date, moment, number
from campaign.exports.source import Earlier, Purpose, Source
from campaign.languages import SHIPPED, _, ngettext
from campaign.lib.difference import Mark, Paragraph


class Marked(NamedTuple):
    """A run of a compared paragraph; the spaces around a mark stand outside of it."""

    mark: Mark
    before: str
    text: str
    after: str


def marked(paragraph: Paragraph) -> list[Marked]:
    """The runs as they are printed: what was removed and what came for it do not touch."""
    runs = []
    for run in paragraph.runs:
        text = run.text.strip()
        before, _middle, after = run.text.partition(text) if text else ("", "", run.text)
        touches = run.mark == "removed" and not after and run is not paragraph.runs[-1]
        # Where only a space changed there is nothing to mark.
        runs.append(Marked(run.mark if text else "same", before, text, " " if touches else after))
    return runs


@dataclass(frozen=True, kw_only=True)
class CheckWords:
    """Sentences around the list. `annexes` are the heading of each earlier text and how many accepted it."""

    not_frozen: str
    live: str
    texts: str
    corrections: tuple[str, ...]
    confirmed_title: str
    confirmed: tuple[tuple[str, str], ...]
    confirmed_note: str
    annexes: tuple[tuple[str, str], ...]
    marks: str
    only_earlier: str
    only_printed: str
    logo: str
    check: str
    check_alt: str


def check_words(source: Source, language: str) -> CheckWords:
    """The words for this source in the language in use, which is `language`."""
    return CheckWords(
        not_frozen=_not_frozen(source),
        live=_("not frozen") if can_change(source) else "",
        texts=_texts(source, language),
        corrections=tuple(
            _("Corrected on %(day)s: %(reason)s", day=long_date(made.day, language), reason=made.reason)
            for made in source.letter.corrections
        ),
        confirmed_title=_("How these signatures were confirmed"),
        # An internal list holds what was never confirmed, too.
        confirmed=()
        if source.statement.purpose is Purpose.INTERNAL
        else tuple(
            (str(sentences.METHODS.get(method, method)), number(count))
            for method, count in source.facts.confirmed.items()
        ),
        confirmed_note=_("A signature may be confirmed in more than one way; none stands here that was not."),
        annexes=tuple(_annex(annex, language) for annex in source.earlier),
        marks=_(
            "Compared with the text printed in this letter: words struck through in [brackets] stood in the"
            " earlier text only; words underlined in {braces} stand in the printed text only."
        ),
        only_earlier=_("Only in the earlier text:"),
        only_printed=_("Only in the printed text:"),
        logo=_("Logo of {name}"),
        check=_("Compare the Merkle root with the one published at"),
        check_alt=_("QR code that leads to {address}"),
    )


def can_change(source: Source) -> bool:
    """Whether the list is the live one; words without a list, which are read before anybody signed, have none."""
    statement = source.statement
    return statement.edition is None and bool(statement.named or statement.withheld)


def _not_frozen(source: Source) -> str:
    if not can_change(source):
        return ""
    time = moment(source.statement.time, SHIPPED[0])
    return str(_("Not frozen: the list as it stood on %(time)s. It can still change.", time=time))


def _texts(source: Source, language: str) -> str:
    """How many signed which text, where not all signed the printed one."""
    if source.elsewhere:
        sentence: str = ngettext(
            "%(n)s more person signed an earlier text and is not in this list.",
            "%(n)s more signed an earlier text and are not in this list.",
            source.elsewhere,
            n=number(source.elsewhere),
        )
        return sentence
    if not source.earlier:
        return ""
    earlier = sum(annex.count for annex in source.earlier)
    parts = [_("%(n)s signed this text", n=number(source.statement.counts.total - earlier))]
    parts += [
        _(
            "%(n)s %(text)s, printed as annex %(annex)s",
            n=number(annex.count),
            text=text_name(annex, language),
            annex=annex.annex,
        )
        for annex in source.earlier
    ]
    return str(_("%(parts)s with the differences marked.", parts=", ".join(parts)))


def text_name(annex: Earlier, language: str) -> str:
    """What an earlier text is called."""
    if annex.dated_on:
        return str(_("the text of %(day)s", day=long_date(annex.dated_on, language)))
    return str(_("version %(number)s of the text", number=annex.version))


def _annex(annex: Earlier, language: str) -> tuple[str, str]:
    """The heading of an annex, and how many accepted what it prints."""
    accepted = ngettext(
        "%(n)s signature stands under this earlier text.",
        "%(n)s signatures stand under this earlier text.",
        annex.count,
        n=number(annex.count),
    )
    return _("Annex %(annex)s: %(text)s", annex=annex.annex, text=text_name(annex, language)), accepted
