"""What is said of an organization's right to sign: how far it was shown, how it is asked, and why not."""

from __future__ import annotations

from typing import Any

from campaign.languages import lazy

# How far it was shown that an organization signs, keys of `verification.methods.LEVELS`.
LEVELS: dict[str, Any] = {
    "domain": lazy("Shown by the organization's own domain"),
    "contact": lazy("Approved by an address that the organization publishes, or was invited at"),
    "two_people": lazy("Approved by a second person at the organization"),
    "work_address": lazy("Signed from an address on the organization's own domain"),
    "vouched": lazy("Vouched for by an organizer"),
    "claimed": lazy("Only claimed: nothing shows yet that the organization signs"),
}

# In what way a website is near that of another organization.
LIKENESS: dict[str, Any] = {
    "other_ending": lazy("the same name with another ending"),
    "hyphen": lazy("the same but for hyphens"),
    "confusable": lazy("written with signs that look alike"),
    "one_edit": lazy("one letter apart"),
    "sibling": lazy("the same name with something added"),
    "subdomain": lazy("the same name in front of another domain"),
}

# What a look at a domain found, of the record and of the file.
CHECKS: dict[str, Any] = {
    "found": lazy("found"),
    "not_there": lazy("the value is not there"),
    "no_address": lazy("the name has no address"),
    "not_public": lazy("the name leads to an address that is not public, so nothing was fetched"),
    "away": lazy("no answer"),
    "too_slow": lazy("the answer took too long"),
    "redirect": lazy("the address leads on to another one, which is not followed"),
    "status": lazy("there is no such file"),
    "too_large": lazy("the file is larger than 4 kilobytes"),
}

REFUSALS: dict[str, Any] = {
    "authority_over": lazy(
        "This link is not good any more: the signature was withdrawn or changed, the letter ended, or two weeks "
        "are over."
    ),
    "authority_changed": lazy("The entry changed since you opened this page. Read it again, then answer."),
    "authority_not_needed": lazy("Nothing more is needed: this signature does not wait for its address any more."),
    "colleague_not_exact": lazy(
        "Name an address on %(domain)s, the organization's own domain; any other proves nothing."
    ),
    "colleague_no_domain": lazy(
        "This website has no domain of its own, so that no address can lie on it. Name the published contact instead."
    ),
    "colleague_same_mailbox": lazy("That is your own mailbox. Name a colleague's."),
    "contact_elsewhere": lazy(
        "Give the address of a page on the organization's own website, where everybody can read this contact."
    ),
    "too_many_requests": lazy("So many people were asked for this signature already. Wait for one of the answers."),
    "request_exists": lazy("This address was named already."),
    "request_declined": lazy(
        "This address said that the organization does not sign this letter. It is not asked again."
    ),
    "check_too_soon": lazy("A look was taken a moment ago. Try again in a minute."),
    "check_too_often": lazy("So many looks were taken today. Try again tomorrow."),
    "check_no_domain": lazy("This website has no domain of its own that could be looked at."),
    "alias_no_domain": lazy("This website lies on a shared host, so that it names nobody. Leave it empty."),
    "alias_known": lazy("The organization is known by this already."),
    "alias_of_other": lazy(
        "This website is that of “%(name)s” in the directory, which other campaigns know too. It stays theirs."
    ),
    "alias_twice": lazy(
        "Both this organization and “%(name)s” are known as “%(alias)s”, each with a website of its own. Remove that "
        "name from one of the two first."
    ),
    "alias_both_signed": lazy(
        "“%(name)s” is on a letter beside this organization. Take one of the two off first, then say that they are one."
    ),
}
