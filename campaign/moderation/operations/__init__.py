"""The verbs of the desk: decide, undo, vouch; import files and take them off again; logos."""

from campaign.moderation.operations.decide import Outcome, decide, decide_many, undo, undo_many, vouch
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
    "decide",
    "decide_many",
    "digest_of",
    "import_entries",
    "log_import",
    "remove_batch",
    "remove_logo",
    "set_logo",
    "sort_out",
    "start_batch",
    "undo",
    "undo_many",
    "vouch",
]
