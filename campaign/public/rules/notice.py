"""The privacy notice's table, made from the periods in force."""

from __future__ import annotations

from campaign.accounts.rules import SESSION_IDLE, SESSION_LIFE
from campaign.languages import _
from campaign.lib.periods import PERIODS
from campaign.public.rules.periods import in_words
from campaign.signing.rules import GRACE_AFTER_CLOSING, LINK_LIFE

Line = tuple[str, str, str]


def kept() -> list[Line]:
    """What is kept, how long, and who may see it, in the language in use; the periods are those of the one table."""
    return [
        *_of_signatories(),
        _of_the_invited(),
        _of_the_asked(),
        _of_those_who_complain(),
        *_of_employees(),
        *_of_the_site(),
    ]


def _of_signatories() -> list[Line]:
    organizers = _("The organizers of the letter.")
    nobody = _("Nobody; the site only compares it.")
    as_long = _("As long as your signature stands; erased with it.")
    return [
        *_of_what_was_typed(organizers),
        (_("A signature that was not confirmed"), _unconfirmed(), organizers),
        _of_mailboxes(nobody),
        _of_link_requests(nobody),
        _of_likeness(as_long, organizers),
        *_of_what_was_said(as_long, organizers),
        _of_updates(organizers),
        (
            _("How your signature was proved: in which way, when, and what was seen"),
            as_long,
            _("The organizers of the letter; that an organization was proved, everybody."),
        ),
        (
            _("What organizers decided about your signature, and why"),
            _("As long as the campaign stands; the reasons are blanked when you erase your signature."),
            organizers,
        ),
        (
            _("The keyed hash of an address that erased its signature, said that it was not them, or takes no mails"),
            _("As long as the letter stands, so that nobody brings it back."),
            nobody,
        ),
    ]


def _of_what_was_typed(organizers: str) -> list[Line]:
    blanked = _(
        "As long as the letter stands. Blanked at once when you erase it, and %(period)s after you withdraw.",
        period=in_words(PERIODS["withdrawn"]),
    )
    after_closing = _(
        "Until %(period)s after the letter has closed; longer only while a box is ticked by which you hear from us. "
        "Erased at once when you erase your signature, and %(withdrawn)s after you withdraw.",
        period=in_words(PERIODS["addresses"]),
        withdrawn=in_words(PERIODS["withdrawn"]),
    )
    return [
        (
            _("Your name, title, affiliation and country, and the wording of the letter that you signed"),
            blanked,
            _("Everybody, once your signature is shown."),
        ),
        (_("The same of a signature that is on no list: private, held or rejected"), after_closing, organizers),
        _of_organizations(blanked),
        (_("Your place and your comment, where a letter asks for them"), after_closing, organizers),
        (_("Your email address"), after_closing, organizers),
    ]


def _of_what_was_said(as_long: str, organizers: str) -> list[Line]:
    return [
        (
            _("The boxes you ticked: the exact sentence, and when"),
            _(
                "As long as your signature stands; of a box you took back, %(period)s more. Erased with it.",
                period=in_words(PERIODS["consents"]),
            ),
            organizers,
        ),
        (
            _("What you said when a changed text of the letter was put to you, and when"),
            as_long,
            _("You; the organizers of the letter see only how many said what."),
        ),
        (
            _(
                "What you were asked while your signature was held, and what you answered; of a second address only "
                "what follows the @, and the rest for a day at most until you confirm it"
            ),
            as_long,
            organizers,
        ),
    ]


def _of_organizations(blanked: str) -> Line:
    return (
        _("For an organization: its names, website, kind and country, and your name and role in it"),
        blanked,
        _(
            "Everybody sees its name and country, and your name and role if you ticked that box; "
            "the organizers of the letter see all."
        ),
    )


def _of_the_invited() -> Line:
    return (
        _("For an organization that was asked to sign: its contacts, their addresses, its answer, and what it wrote"),
        _(
            "Its name and answer as long as the letter stands. The rest is blanked %(period)s after the invitation was "
            "taken back or the letter closed, %(longer)s where it approved, and at once when it erases its signature.",
            period=in_words(PERIODS["contacts"]),
            longer=in_words(PERIODS["approvers"]),
        ),
        _("The organizers of the letter."),
    )


def _of_employees() -> list[Line]:
    nobody = _("Nobody: the key is a file outside the database and its backups.")
    return [
        (
            _("Of an employee of the company: that one more signed, and in which way they were checked; no time"),
            _("As long as the letter stands."),
            _("Everybody, as one number that changes once a day, from ten up."),
        ),
        (
            _("The work address of an employee who asked for a code, encrypted with a key of the letter"),
            _(
                "Until the code is used, at most %(period)s, and never longer than the letter is open.",
                period=in_words(PERIODS["work_addresses"]),
            ),
            nobody,
        ),
        (
            _("The hashes of a work mailbox and of six words to leave with, under the same key"),
            _("Until the key is destroyed, when the letter closes or before. Then nothing can be compared with them."),
            nobody,
        ),
    ]


def _of_the_asked() -> Line:
    return (
        _(
            "For an organization that was signed for: the address of its contact, or of a colleague, who was asked; "
            "the answer"
        ),
        _(
            "As long as the address of who signed for it; where nobody answered, %(period)s after it was asked.",
            period=in_words(PERIODS["authority"]),
        ),
        _("The organizers of the letter."),
    )


def _of_those_who_complain() -> Line:
    return (
        _("For a complaint about a list: the name it is about, your name, address and words, and what was answered"),
        _(
            "Its number, dates and outcome as long as the letter stands. "
            "The rest is blanked %(period)s after the outcome.",
            period=in_words(PERIODS["complaints"]),
        ),
        _("The organizers of the letter; number and outcome, everybody."),
    )


def _unconfirmed() -> str:
    words: str = _(
        "Its link works for %(link)s after the mail left, and ends at latest %(grace)s after the letter closes; "
        "without a mail it waits for %(wait)s. Then it expires, and is blanked %(blanked)s later.",
        link=in_words(LINK_LIFE),
        grace=in_words(GRACE_AFTER_CLOSING),
        wait=in_words(PERIODS["never_mailed"]),
        blanked=in_words(PERIODS["expired"]),
    )
    return words


def _of_mailboxes(who: str) -> Line:
    return (
        _("The keyed hash of your address, which finds a second signature of the same mailbox"),
        _(
            "As long as your signature stands, also after your address has gone. Erased with it, and %(period)s after "
            "you withdraw.",
            period=in_words(PERIODS["withdrawn"]),
        ),
        who,
    )


def _of_link_requests(who: str) -> Line:
    return (
        _("An address that asked for the links to its signatures, encrypted, whether there are any or not"),
        _(
            "Until the mail has left or there was nothing to send, %(period)s at most.",
            period=in_words(PERIODS["link_requests"]),
        ),
        who,
    )


def _of_likeness(as_long: str, who: str) -> Line:
    return (
        _("Keyed hashes of your name, and which other signature may be yours as well"),
        as_long,
        who,
    )


def _of_updates(who: str) -> Line:
    return (
        _("Which updates were mailed to you: numbers of records and the time, no address and no name"),
        _("As long as the letter stands, so that you get none twice and no more than you were promised."),
        who,
    )


def _of_networks() -> list[Line]:
    organizers = _("The organizers of the letter.")
    return [
        (
            _(
                "A mark of the network you signed from, made with a random key that is deleted when its day is over, "
                "and how many seconds the form took; never an address of the network"
            ),
            _("%(period)s.", period=in_words(PERIODS["networks"])),
            _("The organizers of the letter, as “n from one network”."),
        ),
        (
            _("Whom organizers trust or block on a letter: domains, networks, and keyed hashes of addresses"),
            _("Until they take it off the list."),
            organizers,
        ),
    ]


def _of_the_site() -> list[Line]:
    operator = _("The operator of this site.")
    return [
        (
            _("Mails and other work to be done: numbers of records, no address and no name"),
            _("%(period)s after it is done.", period=in_words(PERIODS["jobs"])),
            operator,
        ),
        (
            _("Files of lists that organizers made for themselves"),
            _("%(period)s; at once when somebody in them erases their signature.", period=in_words(PERIODS["exports"])),
            _("The organizers who may export."),
        ),
        (
            _("How often a mailbox was written to or asked about in an hour and in a day, under a keyed hash"),
            _("%(period)s.", period=in_words(PERIODS["counts"])),
            _("Nobody; it stops mail bombs."),
        ),
        (
            _("How often a network asked for mails or typed codes in an hour, under its mark of that day"),
            _("%(period)s.", period=in_words(PERIODS["counts"])),
            _("Nobody; it stops guessing."),
        ),
        *_of_networks(),
        (
            _("The log of requests: which kind of page, how long it took; no address of a page, a person or a network"),
            _("As long as the operator keeps logs."),
            operator,
        ),
        (
            _("The address of an organizer with an account, and when they signed in"),
            _(
                "As long as the account stands; a session ends %(idle)s after the last act in it, "
                "and %(life)s after signing in.",
                idle=in_words(SESSION_IDLE),
                life=in_words(SESSION_LIFE),
            ),
            operator,
        ),
    ]
