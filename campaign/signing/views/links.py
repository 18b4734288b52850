"""Mailed links: whose signature they lead to, as it stands now."""

from __future__ import annotations

from campaign.extensions import read_only
from campaign.languages import speak
from campaign.lib import tokens
from campaign.links import read_token
from campaign.models import Letter, Signature
from campaign.signing.queries import signature_behind_link, signature_with_endorsement
from campaign.signing.views.blueprint import letter_of
from campaign.states import Refused


def read_link(purpose: str, token: str) -> tuple[int, int]:
    """Signature id and generation of a mailed link. Raises `Refused` link_unknown for a forged one."""
    try:
        return read_token(purpose, token)
    except tokens.BadToken:
        raise Refused("link_unknown") from None


def linked(purpose: str, token: str) -> tuple[Signature, Letter]:
    """The signature and letter a mailed link leads to, read and let go; its page speaks the signatory's language.

    Raises `Refused` link_unknown for a forged, replaced or erased one, gone for confirming on a removed letter:
    everybody can still see and remove their own signature there.
    """
    signature_id, generation = read_link(purpose, token)
    with read_only():
        signature = signature_behind_link(signature_id)
    if signature is None or signature.generation != generation or signature.erased_at is not None:
        raise Refused("link_unknown")
    letter = letter_of(signature)
    # What is kept about somebody can be seen and erased as long as it is kept.
    if letter.state == "removed" and purpose == "confirm":
        raise Refused("gone")
    speak(signature.language)
    return signature, letter


def erased_by(purpose: str, token: str) -> Letter | None:
    """The letter of a signature that was erased through this very link, for the page that says so; else None."""
    try:
        signature_id, generation = read_token(purpose, token)
    except tokens.BadToken:
        return None
    with read_only():
        signature = signature_with_endorsement(signature_id)
    if signature is None or signature.erased_at is None or signature.generation != generation + 1:
        return None
    speak(signature.language)
    return letter_of(signature)
