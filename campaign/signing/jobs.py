"""The job kinds of signing, and what its worker does by the clock."""

from __future__ import annotations

from datetime import datetime, timedelta

from flask import current_app

from campaign import employeekeys, limits, networks, suppressions
from campaign.choices import VersionAnswer
from campaign.extensions import db, empty_log, read_only
from campaign.jobs import outbox
from campaign.jobs.kinds import End, Payload, job_kind, mail_kind, timer
from campaign.letters import queries as letter_queries
from campaign.lib import clock
from campaign.lib.emails import parse_address
from campaign.mail.quiet import send_quietly
from campaign.mail.render import Mail
from campaign.mailboxes import mailbox_of
from campaign.models import Invitation, Letter, LinkRequest, Signature
from campaign.signing import messages, operations, queries
from campaign.signing.employee_numbers import employee_day, next_change
from campaign.signing.operations.authority import domain_of, is_over
from campaign.signing.operations.versions import is_current
from campaign.signing.queries import (
    is_asked,
    is_suppressed,
    letter_by_id,
    question_of,
    signature_behind_link,
    signature_for_change,
    signature_with_endorsement,
    signatures_of_mailbox,
    version_to_ask_about,
)
from campaign.signing.queries.asked import asked_by_id
from campaign.signing.rules import code_address, link_expiry, may_confirm
from campaign.states import InvitationAnswer, LetterState
from campaign.verification import domain_value, work_mail

# How many signatures one round of a timer takes.
BATCH = 500
# How far back the file of suppressions is compared while a worker runs; at its start, with everything.
SEEN_AGAIN = timedelta(days=1)


def _pending(payload: Payload, now: datetime) -> tuple[Signature, Letter] | None:
    """The signature a mail asks to confirm, and its letter; None when there is nothing left to confirm."""
    signature = signature_behind_link(payload["signature"])
    if signature is None or signature.verification != "pending" or signature.withdrawn_at is not None:
        return None
    if signature.merged_into_id is not None:
        return None
    if not signature.email or is_suppressed(signature.letter_id, signature.mailbox_key or ""):
        return None
    letter = letter_by_id(signature.letter_id)
    is_in_time = may_confirm(None, letter.state, letter.closed_at or letter.closes_at, now)
    return (signature, letter) if is_in_time else None


def build_confirmation(payload: Payload, now: datetime) -> Mail | None:
    """The confirmation mail, unless a newer one was asked for meanwhile."""
    found = _pending(payload, now)
    if found is None or found[0].mails_asked != payload["number"]:
        return None
    return messages.signature_needs_confirmation(*found, payload["number"], now)


def confirmation_sent(payload: Payload, now: datetime) -> None:
    """The link's life begins when its mail leaves, and the tries of its code."""
    signature = db.session.get(Signature, payload["signature"])
    if signature is None or signature.verification != "pending":
        return
    letter = letter_by_id(signature.letter_id)
    signature.mailed_at = now
    signature.code_tries = 0
    signature.expires_at = link_expiry(now, letter.closed_at or letter.closes_at)


def build_reminder(payload: Payload, now: datetime) -> Mail | None:
    """A reminder for a signature that still waits."""
    found = _pending(payload, now)
    return messages.signature_still_waits(*found, now) if found else None


def build_signed_before(payload: Payload, now: datetime) -> Mail | None:
    """Tells who signed before that they did."""
    signature = signature_with_endorsement(payload["signature"])
    if signature is None or not signature.email or signature.withdrawn_at is not None:
        return None
    if is_suppressed(signature.letter_id, signature.mailbox_key or ""):
        return None
    return messages.signed_before(signature, letter_by_id(signature.letter_id))


def build_my_links(payload: Payload, now: datetime) -> Mail | None:
    """The links to all signatures of the mailbox that asked, also of those whose address is not kept any more."""
    request = db.session.get(LinkRequest, payload["request"])
    address = operations.address_that_asked(request, now) if request else None
    if request is None or address is None:
        return None
    found = [(row.Signature, row.Letter) for row in signatures_of_mailbox(*mailbox_of(address).keys)]
    editions = queries.editions_by_signature([signature.id for signature, _letter in found])
    return messages.my_links(address.normalized, found, editions) if found else None


def my_links_ended(payload: Payload, end: End, now: datetime) -> None:
    """Forgets who asked, whatever became of the mail."""
    operations.forget_link_request(payload["request"])


def build_invitation_code(payload: Payload, now: datetime) -> Mail | None:
    """The code that approves an invitation, unless a newer one was asked for, or it is approved by now."""
    row = db.session.get(Invitation, payload["invitation"])
    if row is None or row.codes_asked != payload["number"] or row.cancelled_at is not None:
        return None
    if row.answer == InvitationAnswer.APPROVED or not code_address(row):
        return None
    letter = letter_by_id(row.letter_id)
    return messages.invitation_needs_code(row, letter, letter_queries.version_of(letter))


def invitation_code_sent(payload: Payload, now: datetime) -> None:
    """The tries of a code begin when its mail leaves."""
    row = db.session.get(Invitation, payload["invitation"])
    if row is not None and row.codes_asked == payload["number"]:
        row.code_tries = 0


def build_invitation_approved(payload: Payload, now: datetime) -> Mail | None:
    """Thanks for an approval that still stands."""
    signature = signature_with_endorsement(payload["signature"])
    row = db.session.get(Invitation, payload["invitation"])
    if row is None or signature is None or not signature.email or signature.withdrawn_at is not None:
        return None
    version = queries.version_number(signature.version_id)
    return messages.invitation_is_approved(row, signature, letter_by_id(signature.letter_id), version)


def build_ask_authority(payload: Payload, now: datetime) -> Mail | None:
    """Asks somebody at an organization whether it signs; nothing where that is answered, over, or not wanted."""
    row = queries.request_behind(payload["request"])
    signature = signature_with_endorsement(row.signature_id) if row is not None else None
    if (
        row is None
        or signature is None
        or row.generation != payload["generation"]
        or row.approved_at
        or row.declined_at
    ):
        return None
    letter = letter_by_id(signature.letter_id)
    if is_over(row, signature, letter.state, now) or is_suppressed(
        letter.id, *mailbox_of(parse_address(row.email)).keys
    ):
        return None
    return messages.authority_is_asked(row, signature, letter)


@job_kind("signing.check_domain", is_long=True)
def check_domain(payload: Payload) -> None:
    """Looks at the domain of an endorsement: what stands is read, then the network is asked, then it is kept."""
    with read_only():
        signature = signature_with_endorsement(payload["signature"])
        domain = domain_of(signature) if signature is not None else ""
    if not domain:
        return
    look = domain_value.look(domain, domain_value.make_value(payload["signature"], domain), domain_value.reach())
    found = signature_for_change(payload["signature"])
    if found is not None:
        operations.note_check(found, domain, look, clock.now())
        db.session.commit()


mail_kind("signing.ask_authority", build_ask_authority)


def build_asked_code(payload: Payload, now: datetime) -> Mail | None:
    """The code that proves a second address, unless a newer one was asked for, or it is proven."""
    asked = asked_by_id(payload["asked"])
    if asked is None or asked.codes_asked != payload["number"] or not asked.address:
        return None
    return messages.second_address_needs_code(asked, letter_by_id(asked.letter_id))


def asked_code_sent(payload: Payload, now: datetime) -> None:
    """The tries of a code begin when its mail leaves."""
    asked = asked_by_id(payload["asked"])
    if asked is not None and asked.codes_asked == payload["number"]:
        asked.code_tries = 0


mail_kind("signing.asked_code", build_asked_code, asked_code_sent)
mail_kind("signing.invitation_code", build_invitation_code, invitation_code_sent)
mail_kind("signing.invitation_approved", build_invitation_approved)


def build_question(payload: Payload, now: datetime) -> Mail | None:
    """Asks a signatory about a new text; nothing once they answered, cannot be asked any more, or it is replaced."""
    version, question = version_to_ask_about(payload["version"]), question_of(payload["version"], payload["signature"])
    if version is None or question is None or question.answer != VersionAnswer.NONE:
        return None
    signature = signature_with_endorsement(payload["signature"])
    if signature is None or not is_asked(signature.id) or not is_current(version):
        return None
    letter, accepted = letter_by_id(signature.letter_id), version_to_ask_about(signature.version_id)
    if accepted is None or letter.state in (LetterState.WITHDRAWN, LetterState.REMOVED):
        return None
    # The words as they stand now: a correction may have come since.
    current = version_to_ask_about(letter.version_id or version.id) or version
    return messages.text_changed(signature, letter, accepted, current)


@job_kind("signing.ask_about_text")
def ask_about_text(payload: Payload) -> None:
    """Puts a new text to the next signatories."""
    operations.ask_about_text(payload["version"], payload["after"], clock.now())
    db.session.commit()


@job_kind("signing.follow_institution")
def follow_institution(payload: Payload) -> None:
    """Brings every signature of an institution under its present name, one commit for each part."""
    while operations.follow_institution(payload["institution"]):
        db.session.commit()
    db.session.commit()


mail_kind("signing.text_changed", build_question, crash="park")
mail_kind("signing.confirm", build_confirmation, confirmation_sent, is_first=True)
mail_kind("signing.remind", build_reminder)
mail_kind("signing.signed_before", build_signed_before)
mail_kind("signing.my_links", build_my_links, ended=my_links_ended)


@job_kind("signing.employee_code", attempts=6, leaves_no_row=True)
def mail_employee_code(payload: Payload) -> None:
    """Mails a code to a work address, by the relay of its own; nothing where it is over. Nothing is kept of the job."""
    now = clock.now()
    with read_only():
        found = queries.code_to_mail(payload["waiting"], payload["number"])
        key = employeekeys.read_key(found[1]) if found else None
        if found is None or key is None:
            return
        waiting, _name, language = found
        code = work_mail.make_code(key, waiting.id, waiting.mails)
        address = work_mail.open_address(key, waiting.sealed)
        message = messages.work_address_code(address, code, language, next_change(now))
    send_quietly(current_app.config, message, now)
    operations.note_mailed(payload["waiting"])
    db.session.commit()


@job_kind("signing.forget_employees", attempts=12, leaves_no_row=True)
def forget_employees(payload: Payload) -> None:
    """Destroys the key of a letter's employees, which ended with it."""
    operations.forget_employees(payload["letter"], clock.now())
    db.session.commit()
    empty_log()


@timer("signing-employees", 60.0)
def change_numbers(now: datetime) -> None:
    """Once a day lets the numbers of employees change; and keeps the log of the database free of what was erased."""
    with read_only():
        due, is_any = queries.numbers_to_change(employee_day(now)), queries.is_signed_by_employees()
    for letter_id in due:
        operations.change_number(letter_id, now)
    if due:
        operations.rewrite_employees()
        db.session.commit()
    if is_any:
        empty_log()


@timer("signing-tally", 1.0)
def recount(now: datetime) -> None:
    """Brings the tallies of changed letters up to date, one commit each."""
    with read_only():
        due = queries.letters_to_recount(now)
    for letter_id, last_mark in due:
        operations.recount_marked(letter_id, last_mark, now)
        db.session.commit()


@timer("signing-link-requests", 1.0)
def answer_requests(now: datetime) -> None:
    """Looks for the signatures of those who asked for their links, one commit each."""
    with read_only():
        waiting = queries.requests_waiting(BATCH)
    for request_id in waiting:
        operations.answer_link_request(request_id, now)
        db.session.commit()


@timer("signing-reminders", 60.0)
def remind(now: datetime) -> None:
    """Reminds those who have not confirmed, after 2 and 5 days."""
    with read_only():
        due = queries.signatures_to_remind(now, BATCH)
    for signature_id, letter_id, count in due:
        operations.remind(signature_id, letter_id, count, now)
        db.session.commit()


@timer("signing-networks", 300.0)
def keep_networks(now: datetime) -> None:
    """Turns the daily key of networks, and forgets their marks after 30 days."""
    networks.turn_keys(now)
    operations.forget_networks(now)
    db.session.commit()


@timer("signing-expiry", 300.0)
def expire(now: datetime) -> None:
    """Expires what was never confirmed, blanks what is over, and prunes finished jobs and old counts."""
    with read_only():
        over = queries.count_over(now)
    if over:
        operations.expire_pending(now)
        db.session.commit()
    take_over(now)
    operations.drop_old_requests(now)
    operations.forget_unanswered(now)
    outbox.prune(now)
    limits.prune(now)
    db.session.commit()


def take_over(now: datetime) -> None:
    """Blanks signatures that expired or were withdrawn long enough ago, a batch of each."""
    for kind in ("expired", "withdrawn"):
        with read_only():
            due = queries.signatures_due(kind, now, BATCH)
        for signature_id in due:
            operations.take(kind, [signature_id], now)
            db.session.commit()


@timer("signing-suppressions", 300.0)
def note_suppressions(now: datetime) -> None:
    """Notes in the file of this machine whom processes of other machines erased."""
    with read_only():
        missing = operations.lines_not_in_file(now - SEEN_AGAIN)
    suppressions.note(missing)


@timer("signing-anonymize", 3600.0)
def anonymize_daily(now: datetime) -> None:
    """Asks once a day, whichever worker comes first, for what is kept too long to be taken."""
    with read_only():
        is_wanted = queries.has_aged(now)
    if not is_wanted:
        return
    outbox.enqueue("signing.anonymize", f"anonymize:{now.date().isoformat()}", {}, now=now)
    db.session.commit()


@job_kind("signing.anonymize", is_long=True)
def anonymize(payload: Payload) -> None:
    """Takes what is kept too long; what a crash left comes with the next run."""
    anonymize_all(clock.now())


def anonymize_all(now: datetime) -> None:
    """Takes everything from signatures whose time is up, in batches of one commit each."""
    for kind in queries.CLASSES:
        after = 0
        while True:
            with read_only():
                ids = queries.signatures_due(kind, now, BATCH, after)
            if not ids:
                break
            after = ids[-1]
            for letter_id, number in operations.numbers_by_letter(ids).items():
                operations.log_taken(letter_id, kind, number, now)
            operations.take(kind, ids, now)
            db.session.commit()
    operations.drop_old_consents(now)
    operations.drop_old_requests(now)
    db.session.commit()
