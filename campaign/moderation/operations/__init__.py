"""The verbs of the desk: decide, undo, vouch, merge, tell apart; hold rules; import files and take them off; logos."""

from campaign.moderation.operations.decide import Outcome, decide, decide_many, undo, undo_many, vouch
from campaign.moderation.operations.duplicates import look_for_pairs, look_on, merge, tell_apart
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

__all__ = [
    "Outcome",
    "Tallied",
    "ask_to_judge",
    "decide",
    "decide_many",
    "digest_of",
    "end_mute",
    "import_entries",
    "judge_held",
    "log_import",
    "look_for_pairs",
    "look_on",
    "merge",
    "mute_rules",
    "name_leaders",
    "remove_batch",
    "remove_logo",
    "set_logo",
    "sort_out",
    "start_batch",
    "switch_rule",
    "tell_apart",
    "undo",
    "undo_many",
    "vouch",
]
