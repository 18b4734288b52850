"""What is said of the directory of institutions."""

from __future__ import annotations

from typing import Any

from campaign.languages import lazy

# Why a line of a list of institutions is not taken.
LINE_PROBLEMS: dict[str, Any] = {
    "no_name": lazy("The name of the institution is missing"),
    "bad_name": lazy("A name or alias cannot stand: leave out addresses and markup"),
    "too_long": lazy("A name or alias is longer than 200 characters"),
    "formula": lazy("A name or alias begins like a formula of a spreadsheet"),
    "many_aliases": lazy("There are more than 30 aliases"),
    "bad_country": lazy("The country is not known; write its name or two letters, as PT"),
    "bad_website": lazy("The website cannot be read"),
    "ragged": lazy("The line has more cells than the line of headers; put a name with a comma in quotation marks"),
    "twice": lazy("The same institution stands further up in this list"),
    "several": lazy("Several institutions have this name; add its country"),
}

REFUSALS: dict[str, Any] = {
    "no_institutions": lazy(
        "There is no line to read. Choose a CSV file with the columns name, aliases, country, website."
    ),
    "no_institution_column": lazy(
        "The first line has to name the columns, each once: name, aliases, country, website. Only name is needed."
    ),
    "institutions_too_long": lazy(
        "The list is too long: %(limit)s institutions at once are the limit. Make parts of it."
    ),
    "directory_changed": lazy(
        "Somebody else added one of these institutions a moment ago. Look at the list once more."
    ),
    "institution_exists": lazy("Another institution of this country has this name. Merge the two instead."),
    "own_name": lazy("This is the institution's own name, which stays. Correct the name first."),
    "merge_unknown": lazy(
        "No other institution, or more than one, has this name. Write it as it stands in the directory, "
        "or paste the address of its page."
    ),
}
