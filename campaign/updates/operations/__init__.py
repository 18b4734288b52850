"""The verbs of updates: write and post them, send them, and stop them."""

from campaign.updates.operations.fanning import begin, begin_on_time, finish, hand_out, plan, settle
from campaign.updates.operations.moving import (
    cancel,
    check_sendable,
    pause,
    resume,
    schedule,
    send_again,
    send_now,
    send_trial,
    unschedule,
)
from campaign.updates.operations.unsubscribing import unsubscribe
from campaign.updates.operations.writing import create_update, lock_updates, post, read_words, save_update, take_down

__all__ = [
    "begin",
    "begin_on_time",
    "cancel",
    "check_sendable",
    "create_update",
    "finish",
    "hand_out",
    "lock_updates",
    "pause",
    "plan",
    "post",
    "read_words",
    "resume",
    "save_update",
    "schedule",
    "send_again",
    "send_now",
    "send_trial",
    "settle",
    "take_down",
    "unschedule",
    "unsubscribe",
]
