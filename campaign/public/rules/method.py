"""How the signatures of a letter were checked, in words and figures."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from campaign.choices import PublicationMode, SignatureKind
from campaign.languages import _
from campaign.languages import number as number_in_words
from campaign.public.rules.letters import Numbers
from campaign.sentences import ACTS, HOLDS, METHODS, REJECTIONS
from campaign.sentences.complaints import OUTCOMES
from campaign.sentences.corrections import rule_in_words
from campaign.signing.holds import RULES

# Rules that nobody is told of: a trap that is known catches nobody, and a list that is known is walked around.
UNTOLD = frozenset(("honeypot", "too_fast", "blocked"))
# Acts that are no decision about a signature by itself, or are counted with what they took back.
_NOT_COUNTED = frozenset(("undo",))
_DISMISSED = "other"


def hold_sentences(on: Collection[str], mode: str, accepts_organizations: bool) -> list[object]:
    """What makes a signature wait for an organizer, where these rules are on; a trap that is told catches nobody."""
    reasons = ["review_first"] if mode == PublicationMode.REVIEW_FIRST else []
    looking = [rule for rule in RULES if rule.id in on and rule.id not in UNTOLD]
    reasons += [rule.id for rule in looking if accepts_organizations or rule.of != (SignatureKind.ORGANIZATION.value,)]
    return [HOLDS[reason] for reason in reasons]


def method_lines(numbers: Mapping[str, int]) -> list[tuple[object, str, int]]:
    """Each way of proving a signature: its name, what it takes, how many public signatures it proved.

    Imported ones are no proof by the signatory, and are told only where there are any; so are those of employees.
    """
    explained = {
        "mailbox": _("A link or a code that was mailed to the address, and used."),
        "work_domain": _("The confirmed address lies exactly on the domain of the organization's own website."),
        "invitation": _(
            "The organization was invited by name, and approved with a code that was mailed to the invited address "
            "or to one on its own domain."
        ),
        "published_contact": _(
            "An address that the organization publishes on its own website was asked, and whoever reads it approved."
        ),
        "second_person": _(
            "A second person approved, from another mailbox that lies exactly on the domain of the organization's "
            "own website."
        ),
        "dns_txt": _(
            "A record in the DNS of the organization's own domain holds a value that stands for this signature."
        ),
        "well_known": _("A file on the organization's own website holds a value that stands for this signature."),
        "vouched": _("An organizer knows that the organization signed, and wrote down from where."),
        "imported": _(
            "Collected elsewhere, on paper or by others, and brought in with a statement of how consent was given."
        ),
    }
    ways = _ways_of_employees()
    rare = {"imported", *ways}
    shown = {name: text for name, text in {**explained, **ways}.items() if name not in rare or numbers.get(name)}
    return [(METHODS[name], text, numbers.get(name, 0)) for name, text in shown.items()]


def _ways_of_employees() -> dict[str, str]:
    """What each way takes in which an employee is checked."""
    return {
        "employee_code": _("A colleague handed on a code that works once; nobody notes who got which."),
        "personal_proof": _("Somebody trusted saw a proof outside this site, kept nothing of it, and gave a code."),
        "work_mail": _("A code was mailed to an address of the company's own, which is erased when it was used."),
    }


def figure_lines(counts: Numbers, decided: Mapping[str, int]) -> list[tuple[str, str]]:
    """The figures of the method page: what is counted, and what an organizer holds or took off."""
    lines = [
        (_("Organizations"), counts.organizations),
        (_("People"), counts.people),
        (_("of these, people who keep their name private"), counts.private),
        (_("Employees of the company, checked and never named"), counts.employees),
        (_("Total"), counts.total),
        (_("Collected elsewhere and imported, in no total"), counts.imported),
        (_("Confirmed and waiting for an organizer"), decided.get("waiting", 0) + decided.get("held", 0)),
        (_("Confirmed and taken off by an organizer"), decided.get("rejected", 0)),
    ]
    optional = (_("Employees of the company, checked and never named"),)
    return [(words, number_in_words(number)) for words, number in lines if number or words not in optional]


class Part(NamedTuple):
    """A class of figures: its heading, its lines as words and numbers, and what is to be said under them."""

    name: str
    heading: str
    lines: Sequence[tuple[str, str]]
    note: str = ""


def class_parts(numbers: Mapping[str, Mapping[str, int]]) -> list[Part]:
    """What was held, decided, taken off and complained about, by rule; a class of nothing is left out."""
    waiting = {**HOLDS, "waiting": _("Not decided yet")}
    several = _("One signature may be held for several reasons.")
    found = [
        Part("held", _("Waiting now, by rule"), _told(numbers["held"], waiting), several),
        Part("decided", _("What organizers decided"), _decided(numbers["decisions"], numbers["undone"])),
        Part("off", _("Taken off now, by reason"), _told(numbers["rejected"], {**REJECTIONS, **HOLDS})),
        Part("fell", _("Left the count since opening, by rule"), _fell(numbers["falls"])),
        Part("complaints", _("Complaints, by outcome"), _complaints(numbers["complaints"])),
    ]
    return [part for part in found if part.lines]


def _told(numbers: Mapping[str, int], words: Mapping[str, object]) -> list[tuple[str, str]]:
    """Each reason in its words, in the order of the table; what is told to nobody, or has no words, is one line."""
    known = [(str(words[name]), numbers[name]) for name in words if numbers.get(name) and name not in UNTOLD]
    rest = sum(number for name, number in numbers.items() if name in UNTOLD or name not in words)
    lines = [*known, (_("Another check"), rest)] if rest else known
    return [(text, number_in_words(number)) for text, number in lines]


def _decided(acts: Mapping[str, int], undone: Mapping[str, int]) -> list[tuple[str, str]]:
    """How often each act was done and stands; what was taken back is a line of its own."""
    standing = {name: acts.get(name, 0) - undone.get(name, 0) for name in ACTS if name not in _NOT_COUNTED}
    lines = [(str(ACTS[name]), number) for name, number in standing.items() if number > 0]
    if back := sum(undone.values()):
        lines.append((_("Taken back, and in no line above"), back))
    return [(text, number_in_words(number)) for text, number in lines]


def _fell(falls: Mapping[str, int]) -> list[tuple[str, str]]:
    return [(rule_in_words(rule), number_in_words(number)) for rule, number in falls.items() if number]


def _complaints(outcomes: Mapping[str, int]) -> list[tuple[str, str]]:
    words = {**OUTCOMES, _DISMISSED: _("Dismissed for another reason, told with the case."), "": _("Not decided yet")}
    lines = [(str(words[name]), outcomes[name]) for name in words if outcomes.get(name)]
    return [(text, number_in_words(number)) for text, number in lines]
