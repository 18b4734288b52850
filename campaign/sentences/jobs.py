"""What a job does, for the desk's list of those that failed."""

from __future__ import annotations

from typing import Any

from campaign.languages import lazy

# What a job does, for the desk's list of those that failed.
JOBS: dict[str, Any] = {
    "signing.confirm": lazy("Mail to confirm a signature"),
    "signing.remind": lazy("Reminder to confirm a signature"),
    "signing.signed_before": lazy("Mail to somebody who had signed already"),
    "signing.my_links": lazy("Mail with the links to somebody's signatures"),
    "moderation.signature_published": lazy("Mail that a signature is on the letter"),
    "moderation.signature_rejected": lazy("Mail that a signature is not shown"),
    "accounts.sign_in_link": lazy("Mail with a link to sign in"),
    "exports.make": lazy("File of the list"),
    "delivery.freeze": lazy("Freezing of an edition"),
    "delivery.forget": lazy("Taking an erased name out of lists and files"),
}
