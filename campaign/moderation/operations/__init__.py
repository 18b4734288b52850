"""The verbs of the desk: decide, ask, merge, tell apart; hold rules; complaints; files brought in; logos."""

from campaign.moderation.operations.asking import (
    LAPSE_AFTER,
    REMIND_AFTER,
    ask,
    ask_many,
    end_unanswered,
    forget_unproven,
    remind_asked,
)
from campaign.moderation.operations.bulk import cancel_bulk, plan_bulk, start_bulk, take_step, undo_bulk
from campaign.moderation.operations.complaints import (
    add_note,
    answer,
    blank_case,
    correct,
    dismiss,
    file_complaint,
    remove,
    tell_overdue,
)
from campaign.moderation.operations.decide import Outcome, decide, decide_many, undo, undo_many, vouch
from campaign.moderation.operations.duplicates import look_for_pairs, look_on, merge, tell_apart
from campaign.moderation.operations.figures import renew_figures
from campaign.moderation.operations.guards import Named, add_guard, count_named, read_entry, remove_guard
from campaign.moderation.operations.holding import (
    ask_to_judge,
    end_mute,
    judge_held,
    mute_rules,
    name_leaders,
    switch_rule,
)
from campaign.moderation.operations.imports import (
    Tallied,
    digest_of,
    import_entries,
    log_import,
    remove_batch,
    sort_out,
    start_batch,
)
from campaign.moderation.operations.logos import remove_logo, set_logo
from campaign.moderation.operations.reopening import reopen
from campaign.moderation.operations.waiting import measure_waits
from campaign.moderation.operations.waves import end_proofs, look_at_mail, look_for_waves, settle_alarm, switch

__all__ = [
    "LAPSE_AFTER",
    "REMIND_AFTER",
    "Named",
    "Outcome",
    "Tallied",
    "add_guard",
    "add_note",
    "answer",
    "ask",
    "ask_many",
    "ask_to_judge",
    "blank_case",
    "cancel_bulk",
    "correct",
    "count_named",
    "decide",
    "decide_many",
    "digest_of",
    "dismiss",
    "end_mute",
    "end_proofs",
    "end_unanswered",
    "file_complaint",
    "forget_unproven",
    "import_entries",
    "judge_held",
    "log_import",
    "look_at_mail",
    "look_for_pairs",
    "look_for_waves",
    "look_on",
    "measure_waits",
    "merge",
    "mute_rules",
    "name_leaders",
    "plan_bulk",
    "read_entry",
    "remind_asked",
    "remove",
    "remove_batch",
    "remove_guard",
    "remove_logo",
    "renew_figures",
    "reopen",
    "set_logo",
    "settle_alarm",
    "sort_out",
    "start_batch",
    "start_bulk",
    "switch",
    "switch_rule",
    "take_step",
    "tell_apart",
    "tell_overdue",
    "undo",
    "undo_bulk",
    "undo_many",
    "vouch",
]
