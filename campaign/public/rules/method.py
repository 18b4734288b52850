"""How the signatures of a letter were checked, in words and figures."""

from __future__ import annotations

from collections.abc import Mapping

from campaign.languages import _
from campaign.languages import number as number_in_words
from campaign.public.rules.letters import Numbers
from campaign.sentences import HOLDS, METHODS
from campaign.states import LetterKind, PublicationMode

# Reasons to hold that only an organization's signature can have.
_ORGANIZATION_HOLDS: tuple[str, ...] = (
    "address_not_exact",
    "free_mail",
    "shared_host",
    "look_alike",
    "name_clash",
    "alias_clash",
    "authority_declined",
    "organization_already_signed",
)


def hold_sentences(letter_kind: str, mode: str, accepts_organizations: bool) -> list[object]:
    """What makes a signature of such a letter wait for an organizer; a trap that is told catches nobody."""
    reasons = ["review_first"] if mode == PublicationMode.REVIEW_FIRST else []
    reasons += ["addressee", "watched_name"]
    if accepts_organizations:
        reasons += _ORGANIZATION_HOLDS
    if letter_kind == LetterKind.ACADEMICS:
        reasons.append("free_mail_affiliation")
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
