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
from campaign.signing.operations.asking_links import (
    address_that_asked,
    answer_link_request,
    ask_for_my_links,
    forget_link_request,
)
from campaign.signing.operations.authority import (
    answer_request,
    forget_unanswered,
    name_colleague,
    name_contact,
    settle_contact,
)
from campaign.signing.operations.confirm import (
    confirm_by_code,
    confirm_signature,
    renew_link,
    resend,
)
from campaign.signing.operations.domain_checks import ask_check, note_check
from campaign.signing.operations.employee_desk import (
    CODE_METHODS,
    EmployeeSettings,
    cancel_codes,
    make_codes,
    save_employees,
)
from campaign.signing.operations.employee_upkeep import (
    change_number,
    end_and_forget,
    forget_employees,
    rewrite_employees,
)
from campaign.signing.operations.employees import (
    ask_for_work_code,
    leave,
    note_mailed,
    sign_by_code,
    sign_by_work_mail,
)
from campaign.signing.operations.endorse import (
    vouch_endorsement,
)
from campaign.signing.operations.institutions import follow_institution, leave_institution
from campaign.signing.operations.judging import judge_claim
from campaign.signing.operations.listing import (
    count_fell,
    left_lists,
    listing_changed,
    mark_dirty,
    recount_letter,
)
from campaign.signing.operations.manage import (
    correct_signature,
    erase_signature,
    owned_signature,
    refuse_signature,
    suppress,
    withdraw_signature,
)
from campaign.signing.operations.origin import Origin, count_at_door
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
    forget_networks,
    recount_marked,
    remind,
)
from campaign.signing.operations.versions import (
    accept_text,
    ask_about_text,
    decide_later,
)

__all__ = [
    "CODE_METHODS",
    "Approval",
    "EmployeeSettings",
    "Entry",
    "OrganizationClaim",
    "Origin",
    "accept_text",
    "address_that_asked",
    "answer_link_request",
    "answer_question",
    "answer_request",
    "approve",
    "ask_about_text",
    "ask_check",
    "ask_for_address_code",
    "ask_for_code",
    "ask_for_my_links",
    "ask_for_work_code",
    "blank_over",
    "cancel_codes",
    "change_number",
    "confirm_by_code",
    "confirm_signature",
    "correct_signature",
    "correct_when_asked",
    "count_at_door",
    "count_fell",
    "decide_later",
    "drop_affiliation",
    "drop_old_consents",
    "drop_old_requests",
    "end_and_forget",
    "erase_again",
    "erase_signature",
    "expire_pending",
    "follow_institution",
    "forget_employees",
    "forget_link_request",
    "forget_networks",
    "forget_unanswered",
    "judge_claim",
    "leave",
    "leave_institution",
    "left_lists",
    "lines_not_in_database",
    "lines_not_in_file",
    "listing_changed",
    "log_taken",
    "make_codes",
    "mark_dirty",
    "name_colleague",
    "name_contact",
    "note_check",
    "note_mailed",
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
    "rewrite_employees",
    "save_employees",
    "settle_contact",
    "sign_by_code",
    "sign_by_work_mail",
    "sign_letter",
    "suppress",
    "take",
    "vouch_endorsement",
    "withdraw_signature",
    "withdraw_when_asked",
]
