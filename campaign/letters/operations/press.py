"""Whom reporters reach, and previews of a letter before it is public."""

from __future__ import annotations

from datetime import datetime

from campaign.decisions import record_act
from campaign.extensions import db
from campaign.letters import queries
from campaign.letters.operations.drafting import touch
from campaign.lib import tokens
from campaign.links import make_token, read_token
from campaign.models import Campaign, Letter, PreviewLink
from campaign.states import LetterState, Refused

PURPOSE = "preview"
_TAKEN_DOWN = (LetterState.WITHDRAWN.value, LetterState.REMOVED.value)


def save_press_contact(
    campaign: Campaign,
    *,
    press_name: str,
    press_phone: str,
    press_email: str,
    press_languages: str,
    by_id: int | None,
    now: datetime,
) -> None:
    """Writes whom reporters reach; the press page of each of the campaign's letters shows it."""
    campaign.press_name, campaign.press_phone = press_name, press_phone
    campaign.press_email, campaign.press_languages = press_email, press_languages
    db.session.flush()
    for letter in queries.letters_of(campaign.id):
        touch(letter, now)
    record_act("press_contact_saved", now=now, by_id=by_id, campaign_id=campaign.id)
    db.session.flush()


def give_preview(
    letter: Letter, *, given_to: str, expires_at: datetime, by_id: int | None, now: datetime
) -> PreviewLink:
    """A link to the letter as it stands, marked with whom it was given to. Raises `Refused("preview_ends_in_past")`."""
    if expires_at <= now:
        raise Refused("preview_ends_in_past")
    link = PreviewLink(
        letter_id=letter.id, given_to=given_to, expires_at=expires_at, organizer_id=by_id, created_at=now
    )
    db.session.add(link)
    db.session.flush()
    _log("preview_given", letter, link, by_id, now)
    return link


def revoke_preview(letter: Letter, link: PreviewLink, *, by_id: int | None, now: datetime) -> None:
    """Ends a preview at once; doing it twice changes nothing."""
    db.session.refresh(link, with_for_update=True)
    if link.revoked_at is not None:
        return
    link.revoked_at = now
    link.generation += 1
    _log("preview_revoked", letter, link, by_id, now)


def preview_token(link: PreviewLink) -> str:
    """The part of the preview's address that nobody can guess: derived, never stored."""
    return make_token(PURPOSE, link.id, link.generation)


def opened_preview(slug: str, token: str, now: datetime) -> tuple[PreviewLink, Letter]:
    """The preview a link leads to, and its letter with its campaign; reads only.

    Raises `Refused`: not_found for a link that never was one of this letter; preview_ended once it expired or was
    revoked; gone when the letter was taken down.
    """
    try:
        link_id, generation = read_token(PURPOSE, token)
    except tokens.BadToken:
        raise Refused("not_found") from None
    found = queries.preview_with_letter(link_id, slug)
    if found is None:
        raise Refused("not_found")
    link, letter = found
    if letter.state in _TAKEN_DOWN:
        raise Refused("gone")
    if link.revoked_at is not None or link.generation != generation or link.expires_at <= now:
        raise Refused("preview_ended")
    return link, letter


def _log(act: str, letter: Letter, link: PreviewLink, by_id: int | None, now: datetime) -> None:
    # Not whom it was given to: the row itself says that, for as long as it stands.
    detail = {"preview": link.id}
    record_act(act, now=now, by_id=by_id, campaign_id=letter.campaign_id, letter_id=letter.id, detail=detail)
    db.session.flush()
