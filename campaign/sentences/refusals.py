"""Why the product said no: each sentence says what to do next. Newer rooms keep theirs in a file of their own."""

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
    "letter_exists": lazy("There is already a letter with this address. Choose another slug."),
    "slug_taken": lazy("This address is taken. Choose another one."),
    "text_changed": lazy(
        "Somebody saved this page after you opened it. Compare, and save once more to replace what is saved."
    ),
    "text_is_fixed": lazy(
        "People have accepted the letter with this, so it stays. Say what has to be said in the status note."
    ),
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
    "password_common": lazy(
        "This password is on every list of common ones. Choose another; a few words in a row are good."
    ),
    "password_expected": lazy("This password is made of names that everybody knows here. Choose one without them."),
    "password_long": lazy("Use a password of at most 200 characters."),
    "password_short": lazy("Use a password of at least 12 characters."),
    "too_many_tries": lazy("Too many tries. Wait an hour, or sign in by a link."),
    "edition_not_ready": lazy("This edition is still being frozen. Try again when the page says it is frozen."),
    "no_such_edition": lazy("This letter has no edition with that number."),
    "internal_is_live": lazy("An internal list shows the records as they are now. Leave out the edition."),
    "unknown_format": lazy("That format is not known. Choose pdf, docx, xlsx, csv, json, html or txt."),
    "unknown_purpose": lazy("That purpose is not known. Choose delivery, press or internal."),
    "file_empty": lazy("The file is empty. Choose another one."),
    "file_too_large": lazy("The file is too large: %(limit)s megabytes are the limit."),
    "file_type": lazy("This kind of file cannot be kept here. Send one of: %(types)s."),
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
