"""The copy of everything that is kept about a signature, for its owner. `docs/privacy.md` describes each field."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from campaign.lib.clock import rfc3339
from campaign.links import external, make_token
from campaign.models import Letter, Signature
from campaign.sentences import ACTS, QUESTIONS
from campaign.signing import queries
from campaign.signing.queries import rights
from campaign.signing.queries.asked import questions_to
from campaign.signing.standing import reason_sentences, standing

# Raised whenever a field goes or means something else.
FORMAT = 2
CLAIM = ("legal_name", "website", "type", "role", "show_representative", "representative")
TIMES = ("signed_at", "verified_at", "expired_at", "withdrawn_at", "anonymized_at")


def owners_copy(signature: Signature, letter: Letter, entry: dict[str, object]) -> dict[str, Any]:
    """Everything, as JSON values; `entry` is the signature as its owner's page shows it."""
    claim = signature.endorsement
    return {
        "format": FORMAT,
        "letter": letter.slug,
        "title": letter.title,
        "version": queries.version_number(signature.version_id),
        "entry": {**entry, "email": signature.email},
        "typed_name": signature.name_typed,
        "typed_affiliation": signature.affiliation_typed,
        "organization": {name: getattr(claim, name) for name in CLAIM} if claim else None,
        "language": signature.language,
        "source": signature.source,
        "state": standing(signature, letter),
        "verification": signature.verification,
        "moderation": signature.moderation,
        "reasons": reason_sentences(signature.reasons),
        **_said_and_proved(signature),
        **_made_of_it(signature),
        **_done_with_it(signature, letter),
        "mails": {
            "asked": signature.mails_asked,
            "asked_at": _time(signature.mail_asked_at),
            "left_at": _time(signature.mailed_at),
            "reminders": signature.reminder_count,
        },
        **{name: _time(getattr(signature, name)) for name in TIMES},
        "withdraw_reason": signature.withdraw_reason,
        # Marks of networks carry no address and are under keys that change daily: nobody can find them by a person.
        "network": "n/a",
    }


def _said_and_proved(signature: Signature) -> dict[str, Any]:
    return {
        "proofs": [
            {"method": row.method, "seen": row.seen, "proved_at": _time(row.proved_at)}
            for row in rights.proofs_of(signature.id)
        ],
        "consents": [
            {
                "kind": row.kind,
                "sentence": row.sentence,
                "source": row.source,
                "given_at": _time(row.given_at),
                "ended_at": _time(row.ended_at),
            }
            for row in rights.every_consent(signature.id)
        ],
        "asked": [
            {
                "version": row.number,
                "signed_before": row.from_number,
                "answer": row.answer,
                "asked_at": _time(row.asked_at),
                "answered_at": _time(row.answered_at),
            }
            for row in queries.answers_of(signature.id)
        ],
        "questions": [
            {
                "question": row.words or str(QUESTIONS[row.ready]),
                "asked_at": _time(row.asked_at),
                "answered_at": _time(row.answered_at),
                "page": row.page,
                "note": row.note,
                "second_address": row.address or row.proved_domain,
            }
            for row in questions_to(signature.id)
        ],
    }


def _made_of_it(signature: Signature) -> dict[str, Any]:
    token = make_token("my", signature.id, signature.generation)
    return {
        "updates": [
            {
                "number": row.number,
                "title": row.title,
                "kind": row.kind,
                "state": row.state,
                "sent_at": _time(row.sent_at),
            }
            for row in rights.updates_mailed(signature.id)
        ],
        "editions": [
            {
                "number": row.number,
                "frozen_at": _time(row.frozen_at),
                "delivered_at": _time(row.delivered_at),
                "receipt": external("delivery.receipt", token=token, number=row.number),
            }
            for row in rights.editions_holding(signature.id)
        ],
    }


def _done_with_it(signature: Signature, letter: Letter) -> dict[str, Any]:
    batch = rights.imported_from(signature)
    return {
        "decisions": [
            {
                "act": str(ACTS.get(row.act, row.act)),
                "reasons": reason_sentences(row.after.get("reasons", "")),
                "decided_at": _time(row.decided_at),
            }
            for row in rights.decisions_on(signature.id)
        ],
        "imported_from": {"imported_at": _time(batch.created_at), "basis": batch.basis} if batch else None,
        "other_rows": [
            {
                "state": standing(row, letter),
                "name": row.name,
                "signed_at": _time(row.signed_at),
                "withdrawn_at": _time(row.withdrawn_at),
            }
            for row in rights.other_rows(signature)
        ],
    }


def _time(moment: datetime | None) -> str | None:
    return rfc3339(moment) if moment else None
