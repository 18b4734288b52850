"""The schema: one noun per file, readable in one sitting."""

from campaign.models.acceptance import VersionQuestion
from campaign.models.alarm import Alarm, SigningHour
from campaign.models.annex import Evidence, InitialSignatory, TimelineEntry, WatchName
from campaign.models.asked import Asked
from campaign.models.authority import AuthorityRequest, DomainCheck
from campaign.models.bulk import BulkChunk, BulkDecision
from campaign.models.campaign import Campaign
from campaign.models.complaint import Complaint, ComplaintNote
from campaign.models.consent import Consent
from campaign.models.decision import Decision, DecisionDetail, LogEntry
from campaign.models.delivery import CertifiedTotal, Delivery, DeliveryEdition
from campaign.models.duplicate import NameKey, Pair, PairProgress
from campaign.models.edition import Attestation, Edition, EditionLeaf, Export
from campaign.models.employee import EmployeeBatch, EmployeeCode, EmployeeSignature, EmployeeSigning, EmployeeWaiting
from campaign.models.endorsement import Endorsement
from campaign.models.figures import Figures
from campaign.models.guard import GuardEntry
from campaign.models.hold import LetterRule, RuleHit, RuleMute, TargetLeader, WaitingTime
from campaign.models.import_batch import ImportBatch
from campaign.models.institution import Institution, InstitutionName, InstitutionWord
from campaign.models.invitation import Invitation, InvitationNote
from campaign.models.job import Heartbeat, Job, LimitCount
from campaign.models.letter import Demand, Letter, Version
from campaign.models.network import NetworkKey, SigningHint, UsedChallenge
from campaign.models.organization import DomainKey, Organization, OrganizationAlias
from campaign.models.organizer import DeskSession, Membership, Organizer, SignInLink
from campaign.models.press import PreviewLink
from campaign.models.proof import Proof
from campaign.models.response import Commitment, ReplyLink, Response, ResponseDemand
from campaign.models.retention import LegalHold, LinkRequest
from campaign.models.searchword import SearchWord
from campaign.models.signature import Signature
from campaign.models.suppression import Suppression
from campaign.models.tally import DirtyLetter, Tally
from campaign.models.target import Addressee, LetterTarget, Target
from campaign.models.update import Update, UpdateMail

__all__ = [
    "Addressee",
    "Alarm",
    "Asked",
    "Attestation",
    "AuthorityRequest",
    "BulkChunk",
    "BulkDecision",
    "Campaign",
    "CertifiedTotal",
    "Commitment",
    "Complaint",
    "ComplaintNote",
    "Consent",
    "Decision",
    "DecisionDetail",
    "Delivery",
    "DeliveryEdition",
    "Demand",
    "DeskSession",
    "DirtyLetter",
    "DomainCheck",
    "DomainKey",
    "Edition",
    "EditionLeaf",
    "EmployeeBatch",
    "EmployeeCode",
    "EmployeeSignature",
    "EmployeeSigning",
    "EmployeeWaiting",
    "Endorsement",
    "Evidence",
    "Export",
    "Figures",
    "GuardEntry",
    "Heartbeat",
    "ImportBatch",
    "InitialSignatory",
    "Institution",
    "InstitutionName",
    "InstitutionWord",
    "Invitation",
    "InvitationNote",
    "Job",
    "LegalHold",
    "Letter",
    "LetterRule",
    "LetterTarget",
    "LimitCount",
    "LinkRequest",
    "LogEntry",
    "Membership",
    "NameKey",
    "NetworkKey",
    "Organization",
    "OrganizationAlias",
    "Organizer",
    "Pair",
    "PairProgress",
    "PreviewLink",
    "Proof",
    "ReplyLink",
    "Response",
    "ResponseDemand",
    "RuleHit",
    "RuleMute",
    "SearchWord",
    "SignInLink",
    "Signature",
    "SigningHint",
    "SigningHour",
    "Suppression",
    "Tally",
    "Target",
    "TargetLeader",
    "TimelineEntry",
    "Update",
    "UpdateMail",
    "UsedChallenge",
    "Version",
    "VersionQuestion",
    "WaitingTime",
    "WatchName",
]
