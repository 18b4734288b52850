"""The verbs of delivery: freeze a list, hand it over, note what was answered."""

from campaign.delivery.operations.freezing import (
    Prepared,
    ask_for_edition,
    begin_edition,
    forget_signature,
    freeze_edition,
    lock_lists,
    mark_delivered,
    prepare_edition,
)
from campaign.delivery.operations.reading import reading_copy

__all__ = [
    "Prepared",
    "ask_for_edition",
    "begin_edition",
    "forget_signature",
    "freeze_edition",
    "lock_lists",
    "mark_delivered",
    "prepare_edition",
    "reading_copy",
]
