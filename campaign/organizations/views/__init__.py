"""The desk's pages of the coalition."""

from campaign.organizations.views import (  # noqa: F401  # each adds its pages to `bp`
    board,
    directory,
    institutions,
    invitation,
    listing,
)
from campaign.organizations.views.blueprint import bp

__all__ = ["bp"]
