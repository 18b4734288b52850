"""How signatures of a letter are checked, by the rules in force, for whoever has no time for more."""

from __future__ import annotations

from campaign.choices import PublicationMode
from campaign.languages import _


def in_five_lines(mode: str, accepts_organizations: bool) -> list[str]:
    """How such a letter's signatures are checked, by the rules in force, in five sentences."""
    if accepts_organizations:
        organizations = _(
            "An organization is listed by itself only when the confirmed address lies exactly on the domain of its own "
            "website, or when the organization itself showed that it signs; otherwise an organizer checks first and "
            "writes down why."
        )
    else:
        organizations = _("Only people sign this letter; their titles and affiliations are for identification only.")
    if mode == PublicationMode.INVITATION_ONLY:
        organizations = _(
            "Only organizations that were invited by name sign, with a code that was mailed to an address of their own."
        )
    if mode == PublicationMode.REVIEW_FIRST:
        risky = _("The organizers look at every signature before it is shown and counted.")
    else:
        risky = _("A signature that carries a risk waits for an organizer, and is not counted meanwhile.")
    return [
        _("Whoever signs confirms by a link or a code mailed to their address; opening the mail does nothing."),
        _("One mailbox signs once, however its address is spelt."),
        organizations,
        risky,
        _("Every number is of signatures that were confirmed and not withdrawn; names kept private are counted only."),
    ]
