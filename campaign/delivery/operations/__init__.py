"""The verbs of delivery: freeze a list, hand it over, note what was answered."""

from campaign.delivery.operations.building import (
    ask_for_files,
    begin_round,
    files_folder,
    finish_round,
    is_made,
    make_format,
    note_failure,
    round_folder,
)
from campaign.delivery.operations.certifying import (
    Certificate,
    certify,
    take_back,
)
from campaign.delivery.operations.forgetting import (
    forget_signature,
)
from campaign.delivery.operations.freezing import (
    Prepared,
    ask_for_edition,
    begin_edition,
    forget_leaves,
    freeze_edition,
    keep_leaves,
    leaf_batches,
    lock_lists,
    mark_delivered,
    prepare_edition,
    wanted_of,
)
from campaign.delivery.operations.handing_over import (
    Handover,
    edit_delivery,
    hand_over,
    keep_proof,
    prepare_delivery,
)
from campaign.delivery.operations.reading import (
    reading_copy,
)

__all__ = [
    "Certificate",
    "Handover",
    "Prepared",
    "ask_for_edition",
    "ask_for_files",
    "begin_edition",
    "begin_round",
    "certify",
    "edit_delivery",
    "files_folder",
    "finish_round",
    "forget_leaves",
    "forget_signature",
    "freeze_edition",
    "hand_over",
    "is_made",
    "keep_leaves",
    "keep_proof",
    "leaf_batches",
    "lock_lists",
    "make_format",
    "mark_delivered",
    "note_failure",
    "prepare_delivery",
    "prepare_edition",
    "reading_copy",
    "round_folder",
    "take_back",
    "wanted_of",
]
