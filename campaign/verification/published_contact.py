"""Method `published_contact`: whoever reads the address that an organization publishes as its own approved.

An organizer has seen the address on the page that is kept as evidence.
"""

from __future__ import annotations

METHOD = "published_contact"


def seen(email: str, page: str) -> str:
    """The evidence kept with the proof: the domain of the address, and the page where it was found."""
    return f"@{email.rpartition('@')[2]}, {page}"
