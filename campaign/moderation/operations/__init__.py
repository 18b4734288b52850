"""The verbs of the desk: decide, undo, vouch; import files and take them off again."""

from campaign.moderation.operations.decide import Outcome, decide, decide_many, undo, undo_many, vouch

__all__ = ["Outcome", "decide", "decide_many", "undo", "undo_many", "vouch"]
