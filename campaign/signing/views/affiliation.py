"""Which institution is meant by a typed affiliation: found by name or alias, asked where several have it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from campaign.extensions import read_only
from campaign.formbase import options
from campaign.languages import _, current_locale
from campaign.lib import countries
from campaign.models import Institution
from campaign.organizations.institutions import institutions_named
from campaign.signing.forms import SignForm

# The choice of somebody who means none of those that are offered.
AS_TYPED = "typed"


@dataclass(frozen=True)
class Named:
    """A settled affiliation: what was typed, the institution it means (None: it stays as typed), and how it prints."""

    typed: str = ""
    institution_id: int | None = None
    shown: str = ""


def settle(form: SignForm, known: Named | None = None) -> Named | None:
    """The affiliation of a valid form; None when the form has to ask first, and now does.

    `known` is what stands on the signature already: where its line was left as it is, so is its institution.
    """
    typed = (form.affiliation.data or "") if "affiliation" in form else ""
    if not typed or "institution" not in form:
        return Named(typed, None, typed)
    if known is not None and typed == known.shown:
        return known
    with read_only():
        found = institutions_named(typed)
    if len(found) > 1:
        return _chosen(form, typed, found)
    return Named(typed, found[0].id, found[0].name) if found else Named(typed, None, typed)


def _chosen(form: SignForm, typed: str, found: list[Institution]) -> Named | None:
    """The one that was chosen of several; None, and the question with its choices, before one was."""
    choices = [(str(row.id), _line(row)) for row in found]
    form.institution.choices = options(
        [*choices, (AS_TYPED, _("Another one: keep “%(typed)s” as I typed it", typed=typed))]
    )
    chosen = form.institution.data
    if chosen == AS_TYPED:
        return Named(typed, None, typed)
    for row in found:
        if chosen == str(row.id):
            return Named(typed, row.id, row.name)
    form.institution.data = None
    form.institution.errors = [_("Several institutions have this name. Choose the one you mean.")]
    return None


def _line(row: Institution) -> str:
    """An institution with what tells it from others of its name."""
    site = row.website.partition("://")[2].removeprefix("www.").partition("/")[0]
    return ", ".join(part for part in (row.name, _country(row.country), site) if part)


def _country(code: str) -> str:
    names: dict[str, Any] = dict(countries.choices(current_locale()))
    return str(names.get(code, ""))
