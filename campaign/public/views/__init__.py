"""The pages that only read, and the form of those who complain."""

from campaign.public.views import (  # noqa: F401  # each adds its pages to `bp`
    changes,
    corrections,
    deliveries,
    editions,
    feed,
    health,
    institutions,
    letters,
    names,
    press,
    report,
    site,
)
from campaign.public.views.blueprint import (
    bp,
)

__all__ = [
    "bp",
]
