"""Pages of the desk: overview, queue, rules, duplicates, complaints, imports, logos, mails that failed."""

from campaign.moderation.views import (
    authority,
    complaints,
    duplicates,
    holding,
    imports,
    logos,
    mail,
    overview,
    queue,
    signatures,
)
from campaign.moderation.views.blueprint import bp

__all__ = [
    "authority",
    "bp",
    "complaints",
    "duplicates",
    "holding",
    "imports",
    "logos",
    "mail",
    "overview",
    "queue",
    "signatures",
]
