"""The verbs of signing, by what they do: sign, confirm, manage one's own, list and count, keep up."""

from campaign.signing.operations.answer import (
    answer_question,
    ask_for_address_code,
    correct_when_asked,
    drop_affiliation,
    owned_question,
    prove_address,
    withdraw_when_asked,
)
from campaign.signing.operations.approve import (
    Approval,
    approve,
    ask_for_code,
)
from campaign.signing.operations.authority import (
    answer_request,
    ask_check,
    forget_unanswered,
    name_colleague,
    name_contact,
    note_check,
    settle_contact,
)
from campaign.signing.operations.confirm import (
    confirm_by_code,
    confirm_signature,
    renew_link,
    resend,
)
from campaign.signing.operations.endorse import (
    vouch_endorsement,
)
from campaign.signing.operations.institutions import follow_institution
from campaign.signing.operations.listing import (
    count_fell,
    left_lists,
    listing_changed,
    mark_dirty,
    recount_letter,
)
from campaign.signing.operations.manage import (
    ask_for_my_links,
    correct_signature,
    erase_signature,
    owned_signature,
    refuse_signature,
    suppress,
    withdraw_signature,
)
from campaign.signing.operations.retention import (
    drop_old_consents,
    drop_old_requests,
    log_taken,
    numbers_by_letter,
    take,
)
from campaign.signing.operations.sign import (
    Entry,
    OrganizationClaim,
    sign_letter,
)
from campaign.signing.operations.suppressing import (
    erase_again,
    lines_not_in_database,
    lines_not_in_file,
)
from campaign.signing.operations.upkeep import (
    blank_over,
    expire_pending,
    recount_marked,
    remind,
)
from campaign.signing.operations.versions import (
    accept_text,
    ask_about_text,
    decide_later,
)

__all__ = [
    "Approval",
    "Entry",
    "OrganizationClaim",
    "accept_text",
    "answer_question",
    "answer_request",
    "approve",
    "ask_about_text",
    "ask_check",
    "ask_for_address_code",
    "ask_for_code",
    "ask_for_my_links",
    "blank_over",
    "confirm_by_code",
    "confirm_signature",
    "correct_signature",
    "correct_when_asked",
    "count_fell",
    "decide_later",
    "drop_affiliation",
    "drop_old_consents",
    "drop_old_requests",
    "erase_again",
    "erase_signature",
    "expire_pending",
    "follow_institution",
    "forget_unanswered",
    "left_lists",
    "lines_not_in_database",
    "lines_not_in_file",
    "listing_changed",
    "log_taken",
    "mark_dirty",
    "name_colleague",
    "name_contact",
    "note_check",
    "numbers_by_letter",
    "owned_question",
    "owned_signature",
    "prove_address",
    "recount_letter",
    "recount_marked",
    "refuse_signature",
    "remind",
    "renew_link",
    "resend",
    "settle_contact",
    "sign_letter",
    "suppress",
    "take",
    "vouch_endorsement",
    "withdraw_signature",
    "withdraw_when_asked",
]
