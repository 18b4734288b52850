"""Pages of the desk: overview, queue, rules, duplicates, complaints, imports, logos, mails that failed."""

from campaign.moderation.views import (
    authority,
    bulk,
    complaints,
    duplicates,
    holding,
    imports,
    logos,
    mail,
    overview,
    protection,
    queue,
    signatures,
)
from campaign.moderation.views.blueprint import bp

__all__ = [
    "authority",
    "bp",
    "bulk",
    "complaints",
    "duplicates",
    "holding",
    "imports",
    "logos",
    "mail",
    "overview",
    "protection",
    "queue",
    "signatures",
]
