"""What is said of the coalition board."""

from __future__ import annotations

from typing import Any

from campaign.languages import lazy

# What an organization answered.
ANSWERS: dict[str, Any] = {
    "none": lazy("No answer"),
    "considering": lazy("Considering"),
    "question": lazy("Question"),
    "approved": lazy("Approved"),
    "declined": lazy("Declined"),
}

# Why a line of a list of organizations is not taken.
LINE_PROBLEMS: dict[str, Any] = {
    "no_name": lazy("The name of the organization is missing"),
    "bad_name": lazy("The name cannot stand on a letter: leave out addresses and markup, and keep it short"),
    "no_email": lazy("The email address of the contact is missing"),
    "bad_email": lazy("The email address cannot be read"),
    "bad_second_email": lazy("The email address of the second contact cannot be read"),
    "bad_website": lazy("The website cannot be read"),
    "twice": lazy("The same organization stands further up in this list"),
    "on_board": lazy("This organization is on the board already"),
    "on_letter": lazy("This organization signed the letter already"),
}

REFUSALS: dict[str, Any] = {
    "invitation_unknown": lazy(
        "This invitation is not valid, or was taken back. Copy the whole link from the mail, or ask who sent it to you."
    ),
    "invitation_closed": lazy("The letter takes no answers to invitations now."),
    "already_approved": lazy(
        "Your organization has approved. To change or withdraw that, use the link in the mail to whoever approved."
    ),
    "letter_changed": lazy(
        "The letter, or the line, changed since you opened this page. Read it again below, then go on."
    ),
    "code_address": lazy(
        "A code goes to the invited address, to the second contact, or to an address on the organization's own domain."
    ),
    "code_same_address": lazy("The second approval needs another address than the first one."),
    "code_wrong": lazy("This code does not fit. Type the six digits of the newest mail, or ask for a new code."),
    "code_dead": lazy("This code is too old, or was mistyped too often. Ask for a new one."),
    "no_code_asked": lazy("Ask for a code first."),
    "too_many_codes": lazy("Too many codes were asked for today. Try again tomorrow, or write to the organizers."),
    "too_many_notes": lazy("That is a lot for one day. Write again tomorrow, or answer the mail of the organizers."),
    "address_signed_for_another": lazy(
        "This address signed this letter for another organization already. Have the code mailed to another address."
    ),
    "empty_list": lazy("There is no line to read. Paste the organizations, one a line, or choose a file."),
    "list_unreadable": lazy("This file cannot be read as a list. Save it as CSV in UTF-8, or paste its lines."),
    "list_too_long": lazy("The list is too long: %(limit)s organizations at once are the limit."),
    "nobody_to_invite": lazy("Everybody on the board has been invited."),
    "nobody_to_remind": lazy("Nobody is to be reminded now: all have answered, or were written to a short time ago."),
    "due_in_past": lazy("The deadline lies in the past. Choose a later one."),
}
