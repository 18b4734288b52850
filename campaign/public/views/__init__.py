"""The pages that only read."""

from campaign.public.views import changes, health, letters, names, site  # noqa: F401  # each adds its pages to `bp`
from campaign.public.views.blueprint import bp

__all__ = ["bp"]
