"""The pages of signatories: the letter, the forms, confirming, one's own signature, a question."""

from campaign.signing.views import (  # noqa: F401  # each adds its pages to `bp`
    asked,
    authority,
    confirm,
    employees,
    find,
    invitation,
    letter,
    my,
    sent,
    share,
    sign,
    ways,
)
from campaign.signing.views.blueprint import bp

__all__ = ["bp"]
