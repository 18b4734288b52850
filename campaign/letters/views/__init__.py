"""The desk of letters: the list, and the editor of one letter."""

from campaign.letters.views import campaigns, desk, life, parts, text, versions  # noqa: F401  # each adds its pages to `bp`
from campaign.letters.views.blueprint import bp

__all__ = ["bp"]
