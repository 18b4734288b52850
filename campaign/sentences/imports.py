"""What is said of a file to import."""

from __future__ import annotations

from typing import Any

from campaign.languages import lazy

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
