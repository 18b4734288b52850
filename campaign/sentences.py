"""The sentences people read for short reasons and states: one table, never the raw word on a page."""

from __future__ import annotations

from typing import Any

from campaign.languages import lazy

# Why the product said no. Each says what to do next.
REASONS: dict[str, Any] = {
    "not_found": lazy("There is nothing at this address, or it is not yours to see."),
    "gone": lazy("This letter was taken down."),
    "not_allowed": lazy("Your role in this campaign does not allow that. Ask an owner of the campaign."),
    "illegal_move": lazy(
        "That step is not possible from the state this is in now. Load the page again to see where it stands."
    ),
    "stale_form": lazy("This form is too old to be accepted. Go back, load the page again, and send it once more."),
    "database_away": lazy(
        "We cannot store anything at this moment. Nothing was lost on your side: try again in a few seconds."
    ),
    "letter_not_open": lazy("This letter does not take signatures at the moment."),
    "letter_incomplete": lazy("The letter needs a title, a text and at least one target before it can open."),
    "employees_unprotected": lazy("Letters by employees need protections this version does not have yet."),
    "letter_exists": lazy("There is already a letter with this address. Choose another slug."),
    "slug_taken": lazy("This address is taken. Choose another one."),
    "text_changed": lazy(
        "Somebody saved this page after you opened it. Compare, and save once more to replace what is saved."
    ),
    "text_is_fixed": lazy("People have signed this text, so its words are fixed. Use the status note above the text."),
    "target_is_shared": lazy(
        "Another letter asks “%(name)s” too, so its name and website stay as they are there. "
        "Write them the same way, or give this one another short name in the address."
    ),
    "opens_in_past": lazy("The opening time lies in the past. Choose a later one, or open the letter now."),
    "closes_in_past": lazy("The closing time lies in the past. Choose a later one."),
    "closes_before_opening": lazy("The letter would close before it opens. Choose a later closing time."),
    "needs_opening_time": lazy("Set an opening time first."),
    "needs_reason": lazy("Give a reason; it is shown where the decision is shown."),
    "unknown_zone": lazy("This is not a time zone we know. Write it like Europe/Lisbon or America/New_York."),
    "unknown_language": lazy("This is not a language tag we know. Write it like en, fr or pt-BR."),
    "nobody_may_sign": lazy("Choose who may sign: people, organizations, or both."),
    "bad_slug": lazy("Use small letters, digits and single hyphens in the address, like face-recognition-2026."),
    "no_such_evidence": lazy("The list of evidence changed in the meantime. Load the page again before you change it."),
    "bad_url": lazy("Write a full web address that begins with https:// or http://."),
    "bad_precision": lazy("How exact the time is, is one of day, range, month and year."),
    "bad_happened": lazy(
        "Write a day as 2018-05-22, a range as 2018-05-22/2018-05-23, a month as 2018-05, a year as 2018."
    ),
    "markup_too_long": lazy("The text is too long from line %(line)s on: 40,000 characters are the limit."),
    "markup_run_too_long": lazy(
        "Line %(line)s stands in a paragraph of more than 5,000 characters. Put a blank line in."
    ),
    "markup_too_deep": lazy("Line %(line)s is nested too deeply. Use fewer levels of lists and quotations."),
    "markup_unknown_markup": lazy("Line %(line)s holds something a letter cannot print. Write it in plain words."),
    "markup_footnote_unused": lazy(
        "The footnote in line %(line)s is never cited. Cite it in the text, or take it out."
    ),
    "markup_footnote_missing": lazy(
        "%(label)s is cited in the paragraph that begins in line %(line)s, and there is no such footnote. "
        "Write %(label)s: with its words below the text, or take the citation out."
    ),
    "markup_footnote_in_footnote": lazy("The footnote in line %(line)s cites another footnote. Put it into the text."),
    "kind_not_accepted": lazy(
        "This letter is not signed in that way. Go back to the letter to see how it can be signed."
    ),
    "entry_changed": lazy("The entry changed since you opened this page. Please look at it again, then confirm."),
    "link_expired": lazy("This link has expired. Ask for a new one below."),
    "link_unknown": lazy("This link is not valid. Copy the whole link from the mail, or ask for a new one."),
    "never_private": lazy("An organization signs with its name. Withdraw the signature if it should not be shown."),
    "already_withdrawn": lazy("This signature was withdrawn, so there is nothing to do with it any more."),
    "already_decided": lazy(
        "Somebody else decided on this signature in the meantime. Look at it again before you decide."
    ),
    "nothing_to_undo": lazy("There is nothing left to undo here."),
    "not_verified": lazy(
        "This signature is not confirmed yet, so it cannot be shown. Vouch for it with a reason, or wait."
    ),
    "organization_already_signed": lazy("This organization is already on the letter with another signature."),
    "unknown_action": lazy("That action is not known here. Use the buttons of the page."),
    "last_owner": lazy("A campaign keeps at least one owner. Make somebody else an owner first."),
    "wrong_sign_in": lazy("The address and the password do not match an account."),
    "bad_email": lazy("Enter an email address with an @, like name@example.org."),
    "password_long": lazy("Use a password of at most 200 characters."),
    "password_short": lazy("Use a password of at least 12 characters."),
    "too_many_tries": lazy("Too many tries. Wait an hour, or sign in by a link."),
    "edition_not_ready": lazy("This edition is still being frozen. Try again when the page says it is frozen."),
    "no_such_edition": lazy("This letter has no edition with that number."),
    "internal_is_live": lazy("An internal list shows the records as they are now. Leave out the edition."),
    "unknown_format": lazy("That format is not known. Choose csv, json, html, txt or pdf."),
    "unknown_purpose": lazy("That purpose is not known. Choose delivery, press or internal."),
    "http_400": lazy("We could not read this request. Go back, load the page again, and send it once more."),
    "http_403": lazy("Your role in this campaign does not allow that. Ask an owner of the campaign."),
    "http_404": lazy("There is nothing at this address."),
    "http_405": lazy("This address does not take that kind of request. Use the links and buttons of a page instead."),
    "http_410": lazy("What stood here was taken down, or is used up."),
    "http_413": lazy("What was sent is too large. Send less than 1 megabyte."),
    "http_415": lazy("We could not read what was sent. Use the form on the page."),
    "http_422": lazy("Something in the form needs another look."),
    "http_429": lazy("That was too often in too short a time. Wait a little, then try again; nothing was lost."),
    "http_500": lazy("Something went wrong on our side. It was noted; try again in a minute."),
    "http_503": lazy("We cannot answer at this moment. Try again in a few seconds."),
}

# Why a signature waits for an organizer.
HOLDS: dict[str, Any] = {
    "address_not_exact": lazy("The address is not on the website's own domain"),
    "free_mail": lazy("Free mail address for an organization"),
    "shared_host": lazy("The website lies on a shared host"),
    "name_clash": lazy("Another organization has this name"),
    "organization_already_signed": lazy("This organization is already on the letter"),
    "addressee": lazy("The name of somebody the letter is addressed to"),
    "watched_name": lazy("On the watch list"),
    "free_mail_affiliation": lazy("Affiliation claimed from a free mail address"),
    "honeypot": lazy("Filled in a field that people cannot see"),
    "review_first": lazy("This letter reviews every signature first"),
    "held_by_organizer": lazy("Held by an organizer"),
    "name_flags": lazy("Unusual signs in the name, or what looks like an address"),
    "import_removed": lazy("Taken off together with its import"),
}

# Why an organizer took a signature off; keys 1 to 9 on the desk, in this order.
REJECTIONS: dict[str, Any] = {
    "not_a_person": lazy("Not a real name"),
    "impersonation": lazy("Signed in somebody else's name"),
    "not_entitled": lazy("Not entitled to sign for the organization"),
    "duplicate": lazy("The same person or organization twice"),
    "abusive": lazy("Abusive or advertising words"),
    "other": lazy("Another reason, given in the note"),
}

METHODS: dict[str, Any] = {
    "mailbox": lazy("Address confirmed"),
    "work_domain": lazy("Work address on the organization's own domain"),
    "vouched": lazy("Vouched for by an organizer"),
    "imported": lazy("Imported with its own basis of consent"),
}

LETTER_STATES: dict[str, Any] = {
    "draft": lazy("Draft"),
    "scheduled": lazy("Scheduled"),
    "open": lazy("Open"),
    "paused": lazy("Paused"),
    "closed": lazy("Closed"),
    "archived": lazy("Archived"),
    "withdrawn": lazy("Withdrawn"),
    "removed": lazy("Removed"),
}
SIGNATURE_STATES: dict[str, Any] = {
    "pending": lazy("Not confirmed"),
    "verified": lazy("Confirmed"),
    "expired": lazy("Never confirmed"),
    "waiting": lazy("Waiting"),
    "approved": lazy("Shown"),
    "held": lazy("Held"),
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
# What an organizer or a command did to a signature, for its history.
ACTS: dict[str, Any] = {
    "approve": lazy("Approved"),
    "hold": lazy("Held"),
    "reject": lazy("Rejected"),
    "vouch": lazy("Vouched for"),
    "undo": lazy("Undone"),
    "remove_batch": lazy("Taken off with its import"),
}
# Why a file to import, or a row of it, was refused.
IMPORTS: dict[str, Any] = {
    "empty": lazy("The file is empty."),
    "too_large": lazy("The file is larger than %(limit)s megabytes. Cut it into several files."),
    "too_many_rows": lazy("The file has more than %(limit)s rows. Cut it into several files."),
    "spreadsheet": lazy("This is a workbook or an archive. Save the sheet as CSV and import that file."),
    "encoding": lazy("The characters cannot be read. Save the file as CSV in UTF-8."),
    "not_csv": lazy("From line %(line)s on this is not CSV: a quotation mark is not closed, or a cell is too long."),
    "no_columns": lazy(
        "No column for the name, or none for the address, was recognized among: %(found)s. Name them in a mapping file."
    ),
    "doubled": lazy("More than one column fits: %(columns)s. Say in a mapping file which one counts."),
    "unknown_column": lazy("The mapping file names a column that the file does not have: %(columns)s."),
    "unknown_field": lazy("The mapping file names the field %(field)s; the fields are: %(fields)s."),
    "bad_map": lazy('A mapping file has lines like: name = "Full name". This cannot be read: %(problem)s'),
    "ragged": lazy("The row has more or fewer cells than the header."),
    "no_name": lazy("The name is missing."),
    "no_email": lazy("The address is missing."),
    "bad_email": lazy("This is not an email address."),
    "bad_country": lazy("This is not the name or code of a country."),
    "bad_date": lazy("This is not a day that has been, like 2026-06-18."),
    "formula": lazy("This looks like a formula of a spreadsheet."),
    "links": lazy("There is a link in it."),
    "markup": lazy("There is markup in it."),
    "too_long": lazy("This is too long."),
    "nothing_visible": lazy("There is nothing in it that can be seen."),
}
# What a job does, for the desk's list of those that failed.
JOBS: dict[str, Any] = {
    "signing.confirm": lazy("Mail to confirm a signature"),
    "signing.remind": lazy("Reminder to confirm a signature"),
    "signing.signed_before": lazy("Mail to somebody who had signed already"),
    "signing.my_links": lazy("Mail with the links to somebody's signatures"),
    "moderation.signature_published": lazy("Mail that a signature is on the letter"),
    "moderation.signature_rejected": lazy("Mail that a signature is not shown"),
    "accounts.sign_in_link": lazy("Mail with a link to sign in"),
    "exports.make": lazy("File of the list"),
    "delivery.freeze": lazy("Freezing of an edition"),
    "delivery.forget": lazy("Taking an erased name out of lists and files"),
}
ROLES: dict[str, Any] = {"owner": lazy("Owner"), "viewer": lazy("Viewer")}
LETTER_KINDS: dict[str, Any] = {
    "coalition": lazy("Coalition letter"),
    "public": lazy("Open letter"),
    "academics": lazy("Letter by researchers"),
    "employees": lazy("Letter by employees"),
    "investors": lazy("Letter by investors"),
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

# Title and advice of the error pages.
ERRORS: dict[int, tuple[Any, Any]] = {
    400: (lazy("We could not read that"), lazy("Go back and load the page again.")),
    403: (lazy("Not with your role"), lazy("Ask an owner of the campaign for the right role.")),
    404: (lazy("Nothing here"), lazy("Check the address, or start from the list of open letters.")),
    405: (lazy("That does not work here"), lazy("Go back to the page you came from.")),
    410: (lazy("This is gone"), lazy("Start from the list of open letters.")),
    413: (lazy("Too large"), lazy("Send less, then try again.")),
    422: (lazy("Please look at this again"), lazy("Go back, correct it, and send it once more.")),
    429: (lazy("Please wait a little"), lazy("Try again in a few minutes.")),
    500: (lazy("Something went wrong"), lazy("Try again in a minute. If it stays, tell the operator of this site.")),
    503: (lazy("One moment, please"), lazy("Try again in a few seconds.")),
}

# The same for refusals about one's own signature; their page leads to /my.
OWN_SIGNATURE: dict[str, tuple[Any, Any]] = {
    "link_unknown": (
        lazy("This link does not work"),
        lazy("We can mail you a new one, to the address you signed with."),
    ),
    "already_withdrawn": (
        lazy("This signature was withdrawn"),
        lazy("If you change your mind, sign the letter again and confirm with the new mail."),
    ),
    "gone": (lazy("This letter was taken down"), lazy("You can still change or remove your signature.")),
}


def sentence(reason: str, **values: object) -> str:
    """The sentence for a short reason; an unknown reason is a bug and raises KeyError."""
    text = REASONS.get(reason) or (HOLDS[reason] if not reason.startswith("http_") else REASONS["http_400"])
    return str(text % values) if values and "%(" in str(text) else str(text)
