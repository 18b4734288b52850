"""The desk of letters: the list, and the editor of one letter."""

from campaign.letters.views import (  # noqa: F401  # each adds its pages to `bp`
    campaigns,
    desk,
    holding,
    life,
    parts,
    press,
    previews,
    text,
    versions,
)
from campaign.letters.views.blueprint import (
    bp,
)

__all__ = [
    "bp",
]
