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
from campaign.delivery.operations.responses import (
    Answer,
    add_commitment,
    join_letter,
    mark_commitment,
    new_response,
    note_outcome,
    publish_response,
    record_response,
    set_about,
    set_aside_response,
    text_digest,
)

__all__ = [
    "Answer",
    "Certificate",
    "Handover",
    "Prepared",
    "add_commitment",
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
    "join_letter",
    "keep_leaves",
    "keep_proof",
    "leaf_batches",
    "lock_lists",
    "make_format",
    "mark_commitment",
    "mark_delivered",
    "new_response",
    "note_failure",
    "note_outcome",
    "prepare_delivery",
    "prepare_edition",
    "publish_response",
    "reading_copy",
    "record_response",
    "round_folder",
    "set_about",
    "set_aside_response",
    "take_back",
    "text_digest",
    "wanted_of",
]
