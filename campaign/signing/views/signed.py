"""The page that says "you have signed": the number, the entry, and what comes next."""

from __future__ import annotations

from werkzeug.wrappers import Response

from campaign.extensions import read_only
from campaign.languages import _, longdate, ngettext, when
from campaign.lib import clock
from campaign.models import Letter, Signature
from campaign.signing.forms import ServerForm
from campaign.signing.messages import my_url
from campaign.signing.queries import tally_of, version_number, waiting_hours
from campaign.signing.views.blueprint import personal, scope_of, shown_entry
from campaign.signing.views.share import share_links, share_url

# From more hours on, a wait is told in days.
HOURS_TOLD = 72


def changed_on(letter: Letter) -> str:
    """The day on which the current text was published."""
    return longdate(letter.version.created_at if letter.version else None, letter.timezone)


def signed_page(signature: Signature, letter: Letter) -> Response:
    """ "You have signed": the number, the entry, what to do next."""
    counts = tally_of(letter.id, clock.now())
    is_shown = signature.moderation == "approved"
    # The tally follows within seconds; a signature newer than it, or than the first count, is added here.
    newer = is_shown and (not counts.total or (signature.verified_at or counts.counted_at) > counts.counted_at)
    events = []
    if letter.closes_at:
        words, iso = when(letter.closes_at, letter.timezone), letter.closes_at.isoformat()
        events.append({"when": words, "iso": iso, "text": _("The letter closes."), "later": True})
    return personal(
        "signing/signed.html",
        letter=letter,
        entry=shown_entry(signature),
        number=counts.total + (1 if newer else 0) if is_shown else None,
        held=not is_shown,
        wait="" if is_shown else in_words(waiting_hours(letter.id)),
        moved_on=changed_on(letter) if has_moved(signature, letter) else "",
        my_url=my_url(signature),
        share_url=share_url(letter),
        links=share_links(letter),
        share_form=ServerForm(scope_of(letter), formdata=None),
        events=events,
    )


def in_words(hours: int | None) -> object:
    """When a held signature is usually added: in hours up to three days, then in days; as measured, or roughly."""
    if hours is None:
        return _("It is added after a check, usually within a few days.")
    if hours <= HOURS_TOLD:
        return ngettext(
            "It is added after a check, usually within %(num)d hour.",
            "It is added after a check, usually within %(num)d hours.",
            hours,
        )
    days = -(-hours // 24)
    return ngettext(
        "It is added after a check, usually within %(num)d day.",
        "It is added after a check, usually within %(num)d days.",
        days,
    )


def has_moved(signature: Signature, letter: Letter) -> bool:
    """Whether the letter's text is another one than was signed, and no mere correction of it."""
    if letter.version is None or signature.version_id == letter.version_id:
        return False
    with read_only():
        return version_number(signature.version_id) < letter.version.asked_number
