"""The desk's pages of the coalition."""

from campaign.organizations.views import board, directory, invitation, listing  # noqa: F401  # each adds its pages to `bp`
from campaign.organizations.views.blueprint import bp

__all__ = ["bp"]
