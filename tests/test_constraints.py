"""The rules the database itself keeps: every CHECK by its name, with a row that it refuses."""

from __future__ import annotations

import re
from typing import Any

from sqlalchemy import CheckConstraint, inspect
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import scoped_session

from campaign.extensions import db
from tests.factories import NOW, make_letter, make_signature
from tests.support.filling import fill_the_rest, row_of, tables

Session = scoped_session[Any]
CHECKS = {
    str(check.name): table.name
    for table in tables()
    for check in table.constraints
    if isinstance(check, CheckConstraint)
}

# What no program may store: the rule, and the columns that make it impossible in a row that is right otherwise.
IMPOSSIBLE: dict[str, dict[str, Any]] = {
    "ck_alarm_kind": {"kind": "weather"},
    "ck_alarm_over_has_time": {"state": "over", "over_at": None},
    "ck_alarm_state": {"state": "lost"},
    "ck_asked_asks_something": {"ready": "", "words": ""},
    "ck_authority_request_approved_was_asked": {"approved_at": NOW},
    "ck_authority_request_one_answer": {"asked_at": NOW, "approved_at": NOW, "declined_at": NOW},
    "ck_authority_request_way": {"way": "vouched"},
    "ck_bulk_decision_done_has_time": {"state": "done", "finished_at": None},
    "ck_bulk_decision_state": {"state": "lost"},
    "ck_certified_total_number": {"number": 0},
    "ck_certified_total_qualifier": {"qualifier": "about"},
    "ck_commitment_state": {"state": "lost"},
    "ck_complaint_answered_has_time": {"state": "answered", "answered_at": None},
    "ck_complaint_closed_has_outcome": {"closed_at": NOW, "outcome": ""},
    "ck_complaint_dismissed_has_time": {"state": "dismissed", "closed_at": None},
    "ck_complaint_kind": {"kind": "rude"},
    "ck_complaint_outcome": {"outcome": "lost", "closed_at": NOW},
    "ck_complaint_state": {"state": "lost"},
    "ck_complaint_upheld_has_time": {"state": "upheld", "closed_at": None},
    "ck_delivery_delivered_has_time": {"state": "delivered", "delivered_at": None},
    "ck_delivery_method": {"method": "pigeon"},
    "ck_delivery_state": {"state": "lost"},
    "ck_domain_key_of_one": {"organization_id": None},
    "ck_edition_delivered_has_time": {"state": "delivered", "frozen_at": NOW, "delivered_at": None},
    "ck_edition_frozen_has_time": {"state": "frozen", "frozen_at": None},
    "ck_edition_state": {"state": "lost", "frozen_at": NOW},
    "ck_employee_batch_method": {"method": "rumour"},
    "ck_employee_code_method": {"method": "rumour"},
    "ck_employee_signature_method": {"method": "rumour"},
    "ck_employee_signing_from_ten": {"number": 9},
    "ck_endorsement_type": {"type": "club"},
    "ck_export_state": {"state": "lost"},
    "ck_guard_entry_kind": {"kind": "name"},
    "ck_guard_entry_side": {"side": "neither"},
    "ck_invitation_answer": {"answer": "perhaps", "answered_at": NOW},
    "ck_invitation_answer_has_time": {"answer": "declined", "answered_at": None},
    "ck_invitation_approved_has_signature": {
        "answer": "approved",
        "answered_at": NOW,
        "version_id": 1,
        "signature_id": None,
    },
    "ck_invitation_approved_has_time": {
        "answer": "approved",
        "answered_at": NOW,
        "version_id": None,
        "signature_id": 1,
    },
    "ck_job_done_has_time": {"state": "done", "done_at": None},
    "ck_job_sending_has_time": {"state": "sending", "lease_until": None},
    "ck_job_state": {"state": "lost"},
    "ck_letter_closed_has_time": {"state": "closed", "closed_at": None},
    "ck_letter_kind": {"kind": "secret"},
    "ck_letter_mode": {"mode": "anything"},
    "ck_letter_open_has_time": {"state": "open", "opened_at": None},
    "ck_letter_paused_has_time": {"state": "paused", "opened_at": NOW, "paused_at": None},
    "ck_letter_scheduled_has_time": {"state": "scheduled", "opens_at": None},
    "ck_letter_state": {"state": "lost"},
    "ck_letter_taken_has_reason": {"state": "removed", "reason": ""},
    "ck_membership_role": {"role": "guest"},
    "ck_pair_in_order": {"first_id": 3, "second_id": 2},
    "ck_pair_keeps_one_of_both": {"state": "merged", "first_id": 1, "second_id": 2, "kept_id": 3},
    "ck_pair_merged_keeps_one": {"state": "merged", "kept_id": None},
    "ck_pair_state": {"state": "lost"},
    "ck_response_audience": {"audience": "nobody"},
    "ck_response_demand_status": {"number": 1, "status": "lost"},
    "ck_response_demand_whole_letter_has_no_status": {"number": 0, "status": "met"},
    "ck_response_kind": {"kind": "silence"},
    "ck_response_published_has_time": {"state": "published", "published_at": None},
    "ck_response_set_aside_has_reason": {"state": "set_aside", "reason": ""},
    "ck_response_state": {"state": "lost"},
    "ck_rule_mute_has_length": {"starts_at": NOW, "ends_at": NOW},
    "ck_signature_approved_is_verified": {"verification": "pending", "moderation": "approved"},
    "ck_signature_asking": {"asking": "perhaps"},
    "ck_signature_expired_has_time": {"verification": "expired", "expired_at": None},
    "ck_signature_institution_is_shown": {"institution_id": 1, "affiliation": ""},
    "ck_signature_kind": {"kind": "robot"},
    "ck_signature_moderation": {"moderation": "maybe"},
    "ck_signature_organization_is_named": {"kind": "organization", "is_private": True},
    "ck_signature_organization_kind": {"kind": "person", "organization_id": 1},
    "ck_signature_verification": {"verification": "maybe"},
    "ck_signature_verified_has_time": {"verification": "verified", "verified_at": None},
    "ck_update_final_copy_has_edition": {"kind": "final_copy", "edition_id": None},
    "ck_update_kind": {"kind": "rumour"},
    "ck_update_mail_slot": {"slot": 5},
    "ck_update_mail_state": {"state": "lost"},
    "ck_update_scheduled_has_time": {"state": "scheduled", "scheduled_at": None},
    "ck_update_sent_has_time": {"state": "sent", "sent_at": None},
    "ck_update_state": {"state": "lost"},
    "ck_version_change": {"change": "whim"},
    "ck_version_correction_has_reason": {"change": "correction", "reason": ""},
    "ck_version_question_answer": {"answer": "perhaps", "answered_at": NOW},
    "ck_version_question_answer_has_time": {"answer": "keep", "answered_at": None},
}


def test_every_rule_is_listed() -> None:
    """A new CHECK comes with a row that it refuses."""
    assert sorted(IMPOSSIBLE) == sorted(CHECKS)


def test_database_has_the_rules_of_the_models(session: Session) -> None:
    """No CHECK was forgotten in a migration, and none stayed behind: `db check` does not compare them."""
    look = inspect(db.engine)
    found = {str(check["name"]): table.name for table in tables() for check in look.get_check_constraints(table.name)}
    assert found == CHECKS


def refusal_of(name: str) -> list[str]:
    """The rules the database names when it is given that row."""
    try:
        with db.session.begin_nested():
            db.session.add(row_of(CHECKS[name], **IMPOSSIBLE[name]))
    except IntegrityError as problem:
        return re.findall(r"\bck_\w+", str(problem.orig))
    return []


def test_database_keeps_its_rules(session: Session) -> None:
    """House 5: what the code refuses, the database refuses, under a name that says what; else such a row goes in."""
    letter = make_letter()
    make_signature(letter, "Open Rights", website="https://example.org")
    make_signature(letter)
    fill_the_rest()
    make_signature(make_letter("other"))
    assert {name: refusal_of(name) for name in IMPOSSIBLE} == {name: [name] for name in IMPOSSIBLE}
