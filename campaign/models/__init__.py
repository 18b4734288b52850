"""The schema: one noun per file, readable in one sitting."""

from campaign.models.annex import Evidence, InitialSignatory, TimelineEntry, WatchName
from campaign.models.campaign import Campaign
from campaign.models.decision import Decision, DecisionDetail, LogEntry
from campaign.models.edition import Edition, Export
from campaign.models.job import Heartbeat, Job, LimitCount
from campaign.models.letter import Demand, Letter, Version
from campaign.models.organization import Organization
from campaign.models.organizer import DeskSession, Membership, Organizer, SignInLink
from campaign.models.signature import (
    Consent,
    Endorsement,
    ImportBatch,
    Proof,
    SearchWord,
    Signature,
    Suppression,
)
from campaign.models.tally import DirtyLetter, Tally
from campaign.models.target import Addressee, LetterTarget, Target

__all__ = [
    "Addressee",
    "Campaign",
    "Consent",
    "Decision",
    "DecisionDetail",
    "Demand",
    "DeskSession",
    "DirtyLetter",
    "Edition",
    "Endorsement",
    "Evidence",
    "Export",
    "Heartbeat",
    "ImportBatch",
    "InitialSignatory",
    "Job",
    "Letter",
    "LetterTarget",
    "LimitCount",
    "LogEntry",
    "Membership",
    "Organization",
    "Organizer",
    "Proof",
    "SearchWord",
    "SignInLink",
    "Signature",
    "Suppression",
    "Tally",
    "Target",
    "TimelineEntry",
    "Version",
    "WatchName",
]
