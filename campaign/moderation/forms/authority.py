"""Forms about whether an organization may sign."""

from __future__ import annotations

from wtforms import StringField
from wtforms.validators import InputRequired

from campaign.formbase import CleanAddress, CleanWebsite, PostedForm
from campaign.languages import lazy
from campaign.moderation.rules import row_id


class AskContactForm(PostedForm):
    """The contact that an organization publishes, and where; it is asked at once."""

    contact = StringField(
        lazy("Published contact"), [CleanAddress()], description=lazy("The address as it stands on their own website.")
    )
    page = StringField(
        lazy("The page where you found it"),
        [InputRequired(lazy("Enter the address of the page where this contact stands")), CleanWebsite()],
        description=lazy("Kept as evidence."),
    )


class AskColleagueForm(PostedForm):
    """A second person at the organization, who is asked at once."""

    colleague = StringField(
        lazy("Colleague's address"), [CleanAddress()], description=lazy("On the organization's own domain.")
    )


class AuthorityPressForm(PostedForm):
    """A look at the domain, or what was found on the page of a contact that the representative named: its `request`."""

    request = StringField()

    @property
    def request_id(self) -> int:
        """The number sent; 0 for none."""
        return row_id(self.request.data or "") or 0
