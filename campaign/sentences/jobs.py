"""What a job does, for the desk's list of those that failed."""

from __future__ import annotations

from typing import Any

from campaign.languages import lazy

# What a job does, for the desk's list of those that failed.
JOBS: dict[str, Any] = {
    "signing.confirm": lazy("Mail to confirm a signature"),
    "signing.remind": lazy("Reminder to confirm a signature"),
    "signing.signed_before": lazy("Mail to somebody who had signed already"),
    "organizations.invitation": lazy("Invitation to an organization"),
    "organizations.reminder": lazy("Reminder to an organization that has not answered"),
    "organizations.answer": lazy("Answer to a question of an organization"),
    "organizations.notice": lazy("Notice of what organizations answered"),
    "signing.invitation_code": lazy("Code to approve an invitation"),
    "signing.invitation_approved": lazy("Thanks for an approval"),
    "signing.ask_authority": lazy("Mail that asks whether an organization signs"),
    "signing.check_domain": lazy("Look at an organization's domain"),
    "signing.judge_claims": lazy("Judging the held claims of an organization again"),
    "signing.part_institution": lazy("Giving an institution that was merged its signatures back"),
    "signing.follow_institution": lazy("Putting the right name of an institution on signatures"),
    "signing.my_links": lazy("Mail with the links to somebody's signatures"),
    "signing.employee_code": lazy("Code to a work address"),
    "signing.forget_employees": lazy("Destroying the key of a letter's employees"),
    "signing.ask_about_text": lazy("Putting a new text to those who signed"),
    "signing.text_changed": lazy("Mail that asks a signatory about a new text"),
    "signing.anonymize": lazy("Taking addresses and names whose time is over"),
    "moderation.bulk": lazy("Decision on many signatures by a condition"),
    "moderation.wave_alarm": lazy("Warning to an organizer of a wave of signatures"),
    "moderation.mail_slow": lazy("Warning to the operator that mails leave slowly"),
    "moderation.signature_published": lazy("Mail that a signature is on the letter"),
    "moderation.signature_rejected": lazy("Mail that a signature is not shown"),
    "moderation.asked": lazy("Mail with a question to a held signatory"),
    "moderation.asked_again": lazy("Reminder of a question to a held signatory"),
    "signing.asked_code": lazy("Code to confirm a second address"),
    "moderation.judge_held": lazy("Judging the held signatures again"),
    "moderation.look_for_pairs": lazy("Comparing a corrected signature with the others"),
    "moderation.complaint_received": lazy("Receipt for a complaint"),
    "moderation.complaint_answered": lazy("Answer to a complaint"),
    "moderation.complaint_closed": lazy("Mail with the outcome of a complaint"),
    "moderation.complaints_filed": lazy("Notice of complaints"),
    "moderation.complaint_overdue": lazy("Notice that a complaint waits too long"),
    "accounts.sign_in_link": lazy("Mail with a link to sign in"),
    "exports.make": lazy("File of the list"),
    "delivery.freeze": lazy("Freezing of an edition"),
    "delivery.build": lazy("Files of an edition"),
    "delivery.make": lazy("One format of an edition"),
    "delivery.seal": lazy("Package and seal of an edition"),
    "delivery.reply_link": lazy("Mail with a company's own link to answer"),
    "delivery.reply_code": lazy("Mail with the code of a company's own link"),
    "delivery.response_received": lazy("Mail that a company answered"),
    "delivery.recheck": lazy("Taking names that left off the files of editions"),
    "delivery.forget": lazy("Taking an erased name out of lists and files"),
    "updates.mail": lazy("Mail of an update to a signatory"),
    "updates.trial": lazy("Test mail of an update to an organizer"),
}
