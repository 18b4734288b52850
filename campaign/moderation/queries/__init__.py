"""What the desk reads: who waits, one signature with its history, decisions, the overview, files brought in."""

from campaign.moderation.queries.decisions import (
    Past,
    decision_of,
    history_of,
    is_on_one,
    last_decision_id,
    letters_that_decide,
    waits_of,
)
from campaign.moderation.queries.imports import batch_of, batches_of, mailboxes_on, suppressed_mailboxes
from campaign.moderation.queries.overview import Figures, failed_jobs, figures_of, job_of
from campaign.moderation.queries.queue import Waiting, count_undecided, last_place, next_undecided, undecided
from campaign.moderation.queries.signatures import (
    endorsement_of,
    locked_signature,
    names_of,
    organizations_with_logos,
    proofs_of,
    signature_by_id,
    signature_of,
)

__all__ = [
    "Figures",
    "Past",
    "Waiting",
    "batch_of",
    "batches_of",
    "count_undecided",
    "decision_of",
    "endorsement_of",
    "failed_jobs",
    "figures_of",
    "history_of",
    "is_on_one",
    "job_of",
    "last_decision_id",
    "last_place",
    "letters_that_decide",
    "locked_signature",
    "mailboxes_on",
    "names_of",
    "next_undecided",
    "organizations_with_logos",
    "proofs_of",
    "signature_by_id",
    "signature_of",
    "suppressed_mailboxes",
    "undecided",
    "waits_of",
]
