"""The verbs of letters: draft and address them, and lead them through their life."""

from campaign.letters.operations.drafting import (
    create_campaign,
    create_letter,
    save_settings,
    save_words,
    set_status_note,
)
from campaign.letters.operations.life import (
    archive_letter,
    close_letter,
    keep_time,
    open_letter,
    pause_letter,
    remove_letter,
    reopen_letter,
    restore_letter,
    resume_letter,
    schedule_letter,
    unschedule_letter,
    withdraw_letter,
)
from campaign.letters.operations.parts import (
    replace_addressees,
    replace_evidence,
    replace_initial_signatories,
    replace_targets,
    replace_timeline,
    replace_watched_names,
)

__all__ = [
    "archive_letter",
    "close_letter",
    "create_campaign",
    "create_letter",
    "keep_time",
    "open_letter",
    "pause_letter",
    "remove_letter",
    "reopen_letter",
    "replace_addressees",
    "replace_evidence",
    "replace_initial_signatories",
    "replace_targets",
    "replace_timeline",
    "replace_watched_names",
    "restore_letter",
    "resume_letter",
    "save_settings",
    "save_words",
    "schedule_letter",
    "set_status_note",
    "unschedule_letter",
    "withdraw_letter",
]
