"""How long everything is kept that is not kept for ever: one table, which `/privacy` and the documents repeat.

A period begins where its comment says. What a person erases is gone at once, whatever stands here.
"""

from datetime import timedelta

PERIODS: dict[str, timedelta] = {
    # A signature whose confirmation mail never left expires so long after it was given.
    "never_mailed": timedelta(days=30),
    # What was typed into a signature that expired, after it did.
    "expired": timedelta(days=30),
    # What was typed into a signature that was withdrawn, after it was.
    "withdrawn": timedelta(days=30),
    # Addresses, what only organizers see, and names that are not shown, after the letter ended (six months).
    "addresses": timedelta(days=183),
    # That a box was ticked and taken back, after it was taken back (six months).
    "consents": timedelta(days=183),
    # Contacts of organizations on a board, after the invitation was taken back or the letter ended.
    "contacts": timedelta(days=30),
    # The same where the organization approved: it gets the final copy.
    "approvers": timedelta(days=180),
    # Names, addresses and words of a complaint, after its outcome (six months).
    "complaints": timedelta(days=183),
    # The address that was named to approve for an organization and never answered, after it was asked.
    "authority": timedelta(days=30),
    # The address that asked for the links to its signatures, where its mail did not leave.
    "link_requests": timedelta(days=1),
    # The work address of an employee that waits for its code: until the next change of their number.
    "work_addresses": timedelta(days=1),
    # Jobs, after they were done or given up.
    "jobs": timedelta(days=30),
    # Files of exports, after they were asked for.
    "exports": timedelta(days=7),
    # Marks of networks and the seconds on a form, after the attempt to sign.
    "networks": timedelta(days=30),
    # Counts of the limits; the longest window is a day.
    "counts": timedelta(days=2),
}
