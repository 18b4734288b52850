"""The directory of the seeded world: the example that ships, to try suggestions on, and the invented schools."""

from __future__ import annotations

from datetime import datetime

from campaign.cli.seed_words import SCHOOL_ALIASES, SCHOOLS
from campaign.lib.names import plain_form
from campaign.models import Campaign
from campaign.organizations.institution_lists import InstitutionLine, read_institutions
from campaign.organizations.institutions import ids_by_name
from campaign.organizations.operations import load_institutions
from config import ROOT

EXAMPLE = ROOT / "examples" / "institutions.csv"


def load_directory(campaign: Campaign, by_id: int, now: datetime) -> dict[str, int]:
    """Loads both, and returns the id of each invented school by its name. Nobody invented is of a real one."""
    invented = [InstitutionLine(0, (), name, SCHOOL_ALIASES.get(name, ())) for name in SCHOOLS]
    lines = [*read_institutions(EXAMPLE.read_text(encoding="utf-8")), *invented]
    load_institutions(campaign, lines, by_id=by_id, now=now)
    found = ids_by_name({plain_form(name) for name in SCHOOLS})
    return {name: min(found[plain_form(name)]) for name in SCHOOLS}
