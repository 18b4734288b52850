"""What is said of making files of a list."""

from __future__ import annotations

from typing import Any

from campaign.languages import lazy

REFUSALS: dict[str, Any] = {
    "filter_is_empty": lazy(
        "Nothing is filtered, so that every signature would be taken. Tick “Everything”, or choose which to take."
    ),
    "logo_unprintable": lazy(
        "This picture cannot be printed: it is damaged, larger than 5,000 pixels, or made for a press (CMYK)."
        " Save it once more as PNG and send that."
    ),
}

# For whom a file is.
PURPOSES: dict[str, Any] = {
    "delivery": lazy("For the delivery: the list as the addressee gets it"),
    "press": lazy("For the press: public names and exact counts"),
    "internal": lazy("For us alone: every signature with addresses and states"),
}
FORMATS: dict[str, Any] = {
    "pdf": lazy("PDF, the letter to print and hand over"),
    "docx": lazy("DOCX, the letter for a word processor"),
    "xlsx": lazy("XLSX, the list for a spreadsheet"),
    "csv": lazy("CSV, the list as plain columns"),
    "json": lazy("JSON, the list for programs"),
    "html": lazy("HTML, the letter as one page to keep or print"),
    "txt": lazy("Plain text, the letter to paste anywhere"),
    "kit": lazy("Press kit, a ZIP with the letter, the list, the sentence to cite and the method"),
}
ORDERS: dict[str, Any] = {
    "agreed": lazy("Organizations, then people, A to Z"),
    "country": lazy("By country, under its name"),
    "affiliation": lazy("People by affiliation, under its name"),
    "founders": lazy("Those who signed first, then everybody else"),
    "random": lazy("Random, and always the same for one list"),
}
ORDER_HINTS: dict[str, Any] = {
    "agreed": lazy("As editions are frozen. A leading “The” does not count."),
    "founders": lazy("The initial signatories who signed, then whom you pinned."),
    "random": lazy("Nobody comes first by the alphabet; the digest of the list draws the order."),
}
# Why signatures are not in a list.
LEFT_OUT: dict[str, Any] = {
    "pending": lazy("not confirmed yet"),
    "expired": lazy("never confirmed"),
    "waiting": lazy("waiting for a decision"),
    "held": lazy("held for a check"),
    "rejected": lazy("rejected"),
    "withdrawn": lazy("withdrawn"),
    "earlier": lazy("accepted an earlier text"),
    "filter": lazy("not chosen by the filter"),
}
# Where a signature stands, for choosing among all.
STANDINGS: dict[str, Any] = {
    "approved": lazy("Public"),
    "pending": lazy("Not confirmed yet"),
    "expired": lazy("Never confirmed"),
    "waiting": lazy("Waiting for a decision"),
    "held": lazy("Held"),
    "rejected": lazy("Rejected"),
    "withdrawn": lazy("Withdrawn"),
}
