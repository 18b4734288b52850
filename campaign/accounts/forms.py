"""Forms of signing in, of one's own account, and of the team."""

from __future__ import annotations

from wtforms import EmailField, PasswordField, SelectField, StringField
from wtforms.validators import InputRequired, Length

from campaign.accounts.rules import PASSWORD_LENGTH, PASSWORD_LIMIT
from campaign.formbase import PostedForm, options
from campaign.languages import lazy


class SignInForm(PostedForm):
    """An address, and a password for those who have one; without it a link is mailed."""

    email = EmailField(
        lazy("Email"),
        [InputRequired(lazy("Enter the email address of your account.")), Length(max=254)],
    )
    password = PasswordField(lazy("Password"), [Length(max=PASSWORD_LIMIT)])
    next = StringField()


class UseLinkForm(PostedForm):
    """Nothing but the token of the form."""


class PasswordForm(PostedForm):
    """A new password, typed once: it can be shown, and a link always gets one in."""

    password = PasswordField(
        lazy("New password"),
        [
            InputRequired(lazy("Enter a password of at least 12 characters.")),
            Length(min=PASSWORD_LENGTH, message=lazy("Use a password of at least 12 characters.")),
            Length(max=PASSWORD_LIMIT, message=lazy("Use a password of at most 200 characters.")),
        ],
        description=lazy(
            "At least 12 characters; a few words in a row are good, common ones and names of this site are not. "
            "Other browsers are signed out."
        ),
    )

    def add_refusal(self, _reason: str, sentence: str) -> None:
        """Says at the field why the password cannot be."""
        self.password.errors = [*self.password.errors, sentence]


class MemberForm(PostedForm):
    """A person for the team, and in which role."""

    email = EmailField(
        lazy("Email"),
        [InputRequired(lazy("Enter the email address of the person.")), Length(max=254)],
        description=lazy("They get a link to sign in by mail."),
    )
    role = SelectField(
        lazy("Role"),
        [InputRequired(lazy("Choose a role."))],
        choices=options(
            [
                ("viewer", lazy("Viewer: sees everything, changes nothing")),
                ("owner", lazy("Owner: may do everything")),
            ]
        ),
    )
