"""What is said of a signature: why it waits, why it was taken off, how it was proven, where it stands."""

from __future__ import annotations

from typing import Any

from campaign.languages import lazy

# Why a signature waits for an organizer.
HOLDS: dict[str, Any] = {
    "hold_all": lazy("Every signature is held for now"),
    "blocked": lazy("On the list of the blocked"),
    "burst": lazy("Many from one network in a short time"),
    "no_proof": lazy("Signed without the proof of work that was asked for"),
    "too_fast": lazy("The form was filled in faster than people do"),
    "address_not_exact": lazy("The address is not on the website's own domain"),
    "free_mail": lazy("Free mail address for an organization"),
    "shared_host": lazy("The website lies on a shared host"),
    "look_alike": lazy("The website can be taken for that of another organization"),
    "name_clash": lazy("Another organization has this name"),
    "alias_clash": lazy("Another organization is also known by this name"),
    "authority_declined": lazy("Somebody asked at the organization said that it does not sign"),
    "organization_already_signed": lazy("This organization is already on the letter"),
    "addressee": lazy("The name of somebody the letter is addressed to"),
    "watched_name": lazy("On the watch list"),
    "disposable": lazy("An address from a provider of throw-away mailboxes"),
    "free_mail_affiliation": lazy("Affiliation claimed from a free mail address"),
    "honeypot": lazy("Filled in a field that people cannot see"),
    "review_first": lazy("This letter reviews every signature first"),
    "held_by_organizer": lazy("Held by an organizer"),
    "target_leader": lazy("The name of somebody who leads whom the letter asks"),
    "name_mixed_scripts": lazy("Letters of two scripts in one word of the name, as in a look-alike"),
    "name_formula": lazy("The name begins like a formula"),
    "name_digits": lazy("Digits in the name"),
    "name_symbols": lazy("Symbols in the name"),
    "name_no_letters": lazy("No letters in the name"),
    "name_link": lazy("The name looks like a web address"),
    "shouting_or_links": lazy("The comment is all in capitals, or has a link"),
    # Of signatures that were held before each sign had its rule.
    "name_flags": lazy("Unusual signs in the name, or what looks like an address"),
    "import_removed": lazy("Taken off together with its import"),
    "never_decided": lazy("Nobody decided before the time to keep the name was over"),
}

# Why an organizer took a signature off; keys 1 to 9 on the desk, in this order.
REJECTIONS: dict[str, Any] = {
    "not_a_person": lazy("Not a real name"),
    "impersonation": lazy("Signed in somebody else's name"),
    "not_entitled": lazy("Not entitled to sign for the organization"),
    "duplicate": lazy("The same person or organization twice"),
    "abusive": lazy("Abusive or advertising words"),
    "other": lazy("Another reason, given in the note"),
    "complaint": lazy("A complaint about it was upheld"),
}

METHODS: dict[str, Any] = {
    "mailbox": lazy("Address confirmed"),
    "work_domain": lazy("Work address on the organization's own domain"),
    "invitation": lazy("Approved by invitation"),
    "published_contact": lazy("Approved by the organization's published contact"),
    "second_person": lazy("Approved by a second person at the organization"),
    "dns_txt": lazy("Record of the organization's own domain"),
    "well_known": lazy("File on the organization's own website"),
    "vouched": lazy("Vouched for by an organizer"),
    "imported": lazy("Imported with its own basis of consent"),
    "second_address": lazy("A second address confirmed"),
    "employee_code": lazy("Single-use code handed on by a colleague"),
    "personal_proof": lazy("Proof shown to a trusted person, then destroyed"),
    "work_mail": lazy("Code mailed to a work address"),
}

SIGNATURE_STATES: dict[str, Any] = {
    "pending": lazy("Not confirmed"),
    "verified": lazy("Confirmed"),
    "expired": lazy("Never confirmed"),
    "waiting": lazy("Waiting"),
    "approved": lazy("Shown"),
    "held": lazy("Held"),
    "asked": lazy("Asked"),
    "rejected": lazy("Rejected"),
    "withdrawn": lazy("Withdrawn"),
    "merged": lazy("Counted with another signature"),
}

SIGNATURE_KINDS: dict[str, Any] = {
    "person": lazy("Person"),
    "organization": lazy("Organization"),
    "employee": lazy("Employee"),
    "imported": lazy("Imported"),
}

ORGANIZATION_TYPES: dict[str, Any] = {
    "ngo": lazy("Non-profit organization"),
    "union": lazy("Trade union"),
    "company": lazy("Company"),
    "public_body": lazy("Public body"),
    "academic": lazy("University or research institute"),
    "faith": lazy("Faith group"),
    "other": lazy("Other"),
}

# What an organizer or a command did to a signature, for its history.
ACTS: dict[str, Any] = {
    "approve": lazy("Approved"),
    "hold": lazy("Held"),
    "reject": lazy("Rejected"),
    "vouch": lazy("Vouched for"),
    "undo": lazy("Undone"),
    "ask": lazy("Asked"),
    "publish_without_affiliation": lazy("No answer in 14 days: shown without the affiliation"),
    "question_lapsed": lazy("No answer in 14 days: back in the queue"),
    "release": lazy("Released: no rule holds it any more"),
    "remove_batch": lazy("Taken off with its import"),
    "merge": lazy("Merged with another signature"),
    "complaint": lazy("Removed after a complaint"),
    "correct": lazy("Corrected after a complaint"),
    "not_the_same": lazy("Told apart from another signature"),
}
