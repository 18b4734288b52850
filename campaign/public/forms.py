"""The form of those who complain."""

from __future__ import annotations

from typing import Any

from wtforms import RadioField, StringField, TextAreaField

from campaign.choices import ComplaintKind
from campaign.formbase import CleanAddress, CleanText, PublicForm, options
from campaign.languages import _, lazy
from campaign.sentences.complaints import COMPLAINT_KINDS

TEXT_LIMIT = 4000


class ReportForm(PublicForm):
    """A complaint: about what, about whom, and from whom."""

    kind = RadioField(  # type: ignore[call-arg]
        lazy("What is wrong?"),
        choices=options(COMPLAINT_KINDS.items()),
        invalid_choice_message=lazy("Choose what is wrong"),
    )
    concerned = StringField(
        lazy("The name on the list"),
        [CleanText(200)],
        description=lazy("As it stands there; leave it empty for something else."),
    )
    name = StringField(lazy("Your name"), [CleanText(200, missing=lazy("Enter your name"))])
    email = StringField(
        lazy("Your email"), [CleanAddress()], description=lazy("Never published. We send the number and the outcome.")
    )
    text = TextAreaField(
        lazy("What happened"),
        [CleanText(TEXT_LIMIT, breaks=True, links=True)],
        description=lazy("The organizers read this, and nobody in public. It may stay empty if you did not sign."),
    )
    homepage = StringField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Needed or not by what is wrong: neither is called optional.
        self.concerned.flags.required = self.text.flags.required = True

    def validate(self, *args: object, **kwargs: object) -> bool:
        """Each kind needs what it is about: a name on the list, or words."""
        is_fine = super().validate(*args, **kwargs)
        if self.kind.data in (ComplaintKind.NOT_ME, ComplaintKind.NAMED_FALSELY) and not self.concerned.data:
            self.concerned.errors = [*self.concerned.errors, _("Enter the name that stands on the list")]
            return False
        if self.kind.data in (ComplaintKind.NAMED_FALSELY, ComplaintKind.OTHER) and not self.text.data:
            self.text.errors = [*self.text.errors, _("Say in a few words what is wrong")]
            return False
        return is_fine
