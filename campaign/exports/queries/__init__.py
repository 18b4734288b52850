"""Reads of one export, by subject: the letter's words, its signatures, and what was made before."""

from campaign.exports.queries.lists import (
    PublicRow,
    accepted_text,
    counts_in,
    internal_records,
    left_out,
    lines_in,
    public_records,
    stream,
    version_in,
)
from campaign.exports.queries.made import (
    edition_numbered,
    export_of,
    exports_of,
    frozen_editions,
    rows_to_come,
    tally_total,
)
from campaign.exports.queries.words import (
    letter_of,
    letter_text,
    version_of,
)

__all__ = [
    "PublicRow",
    "accepted_text",
    "counts_in",
    "edition_numbered",
    "export_of",
    "exports_of",
    "frozen_editions",
    "internal_records",
    "left_out",
    "letter_of",
    "letter_text",
    "lines_in",
    "public_records",
    "rows_to_come",
    "stream",
    "tally_total",
    "version_in",
    "version_of",
]
