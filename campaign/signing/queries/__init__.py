"""Named reads of signing."""

from campaign.signing.queries.letters import (
    addressee_names,
    letter_by_id,
    letter_by_slug,
    letter_state,
    watched_names,
)
from campaign.signing.queries.listing import (
    FACE,
    count_public,
    latest_people,
    listed_signatures,
    organizations_in_order,
    people_in_order,
    pinned_people,
    public_signatures,
    tally_of,
)
from campaign.signing.queries.signatures import (
    consents_of,
    is_suppressed,
    live_of_mailbox,
    live_signature,
    pending_of_mailbox,
    public_organization,
    remains_of,
    signature_for_change,
    signature_with_endorsement,
)
from campaign.signing.queries.upkeep import (
    count_over,
    is_over,
    letters_to_recount,
    signatures_to_blank,
    signatures_to_remind,
)

__all__ = [
    "FACE",
    "addressee_names",
    "consents_of",
    "count_over",
    "count_public",
    "is_over",
    "is_suppressed",
    "latest_people",
    "letter_by_id",
    "letter_by_slug",
    "letter_state",
    "letters_to_recount",
    "listed_signatures",
    "live_of_mailbox",
    "live_signature",
    "organizations_in_order",
    "pending_of_mailbox",
    "people_in_order",
    "pinned_people",
    "public_organization",
    "public_signatures",
    "remains_of",
    "signature_for_change",
    "signature_with_endorsement",
    "signatures_to_blank",
    "signatures_to_remind",
    "tally_of",
    "watched_names",
]
