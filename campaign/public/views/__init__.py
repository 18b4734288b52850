"""The pages that only read."""

from campaign.public.views import (  # noqa: F401  # each adds its pages to `bp`
    changes,
    corrections,
    deliveries,
    editions,
    feed,
    health,
    letters,
    names,
    press,
    site,
)
from campaign.public.views.blueprint import (
    bp,
)

__all__ = [
    "bp",
]
