"""What is said of complaints: about what, where they stand, how they ended."""

from __future__ import annotations

from typing import Any

from campaign.languages import lazy

COMPLAINT_KINDS: dict[str, Any] = {
    "not_me": lazy("I did not sign this"),
    "named_falsely": lazy("This names me falsely"),
    "other": lazy("Something else"),
}

CASE_STATES: dict[str, Any] = {
    "open": lazy("Open"),
    "answered": lazy("Answered, not decided"),
    "upheld": lazy("Upheld"),
    "dismissed": lazy("Dismissed"),
}

# How a complaint ended, as everybody reads it: no name stands in it.
OUTCOMES: dict[str, Any] = {
    "removed": lazy("Upheld: the signature was removed."),
    "corrected": lazy("Upheld: the entry was corrected."),
    "confirmed": lazy("Dismissed: whoever signed confirmed it, and the signature stays."),
    "not_found": lazy("Dismissed: no such signature is on this letter."),
    "no_ground": lazy("Dismissed: what was said is no ground to remove or change a signature."),
    "other": lazy("Dismissed: %(words)s"),
}

REFUSALS: dict[str, Any] = {
    "report_gone": lazy(
        "This letter was taken down. Write to those who run this site: the page Contact says who and where."
    ),
    "too_many_complaints": lazy("There were many complaints in a short time. Nothing is lost: send it in an hour."),
    "case_is_closed": lazy("This complaint was decided meanwhile. Load the page again to see how."),
    "needs_outcome": lazy("Choose the sentence that everybody reads, or write one."),
    "outcome_names_somebody": lazy("The outcome is public: leave out the names of those it is about."),
    "needs_text": lazy("Write something first."),
    "case_without_address": lazy("There is no address to answer to any more."),
    "nothing_corrected": lazy("Change the name, title or affiliation first."),
}
