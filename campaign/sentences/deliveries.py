"""What is said of handing a letter over and what was answered."""

from __future__ import annotations

from typing import Any

from campaign.languages import lazy

REFUSALS: dict[str, Any] = {
    "delivery_without_editions": lazy("Choose at least one frozen edition to hand over. Freeze a list first."),
    "delivery_needs_time": lazy("Enter the day and the hour at which it was handed over."),
    "delivery_ahead": lazy("This time has not come yet. A delivery is told once it has happened."),
    "delivery_is_done": lazy("This delivery was made public, so what was handed over stays as it is."),
    "edition_of_others": lazy("This edition belongs to no letter of the campaign. Choose one of the list."),
    "target_not_asked": lazy(
        "“%(title)s” asks nothing of this company. Choose another one, or leave that edition out."
    ),
    "bad_number": lazy("Enter the number as a whole number above zero, like 150000."),
    "about_nothing": lazy("Say which letter it answers: tick a letter, or give one of its demands a status."),
    "letter_of_others": lazy("This letter does not belong to the campaign. Choose one of the list."),
    "no_such_demand": lazy("There is no demand with the number %(number)s in the letter as it stands now."),
    "not_delivered": lazy("Only what was delivered can be answered. Deliver it first."),
    "domain_proves_nothing": lazy(
        "An address there proves nothing of the company. Enter the domain of its own mail, like example.com."
    ),
    "not_its_domain": lazy("This link is answered from %(domain)s. Enter an address there."),
    "reply_link_revoked": lazy("The organizers ended this link. Write to them to get another one."),
    "codes_used_up": lazy("Enough codes were mailed for now. Use the last one, or try again in an hour."),
    "code_over": lazy("This code is no longer good. Ask for a new one; nothing you wrote is lost."),
    "wrong_code": lazy("This is not the code of the last mail. Check its six digits."),
    "response_ahead": lazy("This time has not come yet. A response is recorded once it was given."),
    "no_such_target": lazy("No letter of the campaign asks this company. Choose one of the list."),
}

DELIVERY_STATES: dict[str, Any] = {"prepared": lazy("Prepared"), "delivered": lazy("Delivered")}

DELIVERY_METHODS: dict[str, Any] = {
    "in_person": lazy("Handed over in person"),
    "post": lazy("By post or courier"),
    "email": lazy("By email"),
    "form": lazy("Through the company's own form"),
    "other": lazy("In another way"),
}

# What a delivery should have before it is made public (x-O15): done, and what is missing.
CHECKLIST: dict[str, tuple[Any, Any]] = {
    "text_final": (
        lazy("The text handed over is the current one."),
        lazy("The text of a letter has changed since its edition was frozen."),
    ),
    "list_frozen": (lazy("Every list is frozen."), lazy("No frozen edition is chosen.")),
    "page_is_file": (
        lazy("Page and files of each edition come from one sealed list."),
        lazy("An edition is not sealed, or its files are not built yet."),
    ),
    "cover_letter": (lazy("The cover page has a note."), lazy("The cover page has no note of yours.")),
    "addressees": (lazy("Each letter names its addressee."), lazy("A letter names no person or office it goes to.")),
    "handed_by": (lazy("It is said who hands it over."), lazy("It is not said who hands it over.")),
    "proof": (lazy("A proof is stored."), lazy("No proof of the handing over is stored.")),
    "update": (lazy("An update tells the readers."), lazy("No update about it is posted yet.")),
    "answer_due": (lazy("It is said by when an answer is expected."), lazy("No day is set for the answer.")),
}

# How exact a certified number is, and the words around it on a page.
QUALIFIERS: dict[str, Any] = {
    "exactly": lazy("Exactly"),
    "more_than": lazy("More than"),
    "nearly": lazy("Nearly"),
}
QUALIFIED: dict[str, Any] = {
    "exactly": lazy("%(number)s"),
    "more_than": lazy("more than %(number)s"),
    "nearly": lazy("nearly %(number)s"),
}

DEMAND_STATUSES: dict[str, Any] = {
    "silent": lazy("Silent"),
    "acknowledged": lazy("Acknowledged"),
    "statement": lazy("Statement only"),
    "partly_met": lazy("Partly met"),
    "met": lazy("Met"),
    "refused": lazy("Refused"),
    "reversed": lazy("Reversed"),
}

DEMAND_TONES = {"met": "ok", "partly_met": "ok", "refused": "bad", "reversed": "bad", "silent": "warn"}

RESPONSE_KINDS: dict[str, Any] = {
    "acknowledgement": lazy("Acknowledgement"),
    "answer": lazy("Answer"),
    "statement": lazy("Statement"),
    "act": lazy("Act"),
    "correction": lazy("Request for a correction"),
}

AUDIENCES: dict[str, Any] = {
    "signatories": lazy("to the signatories"),
    "press": lazy("to the press"),
    "lawmakers": lazy("to lawmakers"),
    "public": lazy("to the public"),
    "others": lazy("to others"),
}

RESPONSE_STATES: dict[str, Any] = {
    "waiting": lazy("Waits for you"),
    "published": lazy("Published"),
    "set_aside": lazy("Set aside"),
}
RESPONSE_TONES = {"waiting": "warn", "published": "ok", "set_aside": "info"}

COMMITMENT_STATES: dict[str, Any] = {"open": lazy("Open"), "kept": lazy("Kept"), "broken": lazy("Broken")}
COMMITMENT_TONES = {"open": "info", "kept": "ok", "broken": "bad"}
