"""A changed entry is judged anew, and never undoes what an organizer decided or keeps a proof of something else."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import scoped_session
from werkzeug.test import TestResponse

from campaign.models import Proof, Signature
from campaign.verification.operations import record_proof
from tests.factories import NOW, make_letter, make_signature
from tests.signing.acts import form_of, my_path

Session = scoped_session[Any]
PROVED = "https://example.org"


def save(client: FlaskClient, row: Signature, **fields: str) -> TestResponse:
    """Open one's own page, change fields, press save."""
    path = my_path(row)
    return client.post(path, data={**form_of(client.get(path)).fields, **fields, "action": "save"})


def methods(session: Session, row: Signature) -> list[str]:
    """What this signature is verified by."""
    return list(session.scalars(select(Proof.method).where(Proof.signature_id == row.id).order_by(Proof.id)))


def endorsement(session: Session, *, proof: str, **changes: Any) -> Signature:
    """An endorsement of Open Rights that is also verified by `proof`."""
    row = make_signature(make_letter(), "Open Rights", email="rosa@example.org", website=PROVED, **changes)
    record_proof(row.id, proof, seen="it", by_id=None, now=NOW)
    return row


def test_what_an_organizer_held_stays_held(client: FlaskClient, session: Session) -> None:
    """T1: another name does not bring back what an organizer took off the list."""
    row = make_signature(make_letter(), moderation="held", reasons="held_by_organizer")
    assert save(client, row, name="Grace Hopper").status_code == 303
    session.expire_all()
    assert (row.name, row.moderation, row.reasons) == ("Grace Hopper", "held", "held_by_organizer")


@pytest.mark.parametrize(("name", "moderation"), [("Ada Lovelace", "approved"), ("Grace Hopper", "waiting")])
def test_reviewed_name_is_reviewed_again(client: FlaskClient, session: Session, name: str, moderation: str) -> None:
    """T1, p-V3: where every signature is reviewed first, nobody is shown under a name that was not."""
    row = make_signature(make_letter(mode="review_first"))
    assert save(client, row, name=name).status_code == 303
    session.expire_all()
    assert (row.name, row.moderation) == (name, moderation)


@pytest.mark.parametrize(
    ("proof", "changes", "left", "moderation"),
    [
        ("work_domain", {"website": "example.net"}, ["mailbox"], "held"),
        ("work_domain", {"organization": "Open Rights Fund"}, ["mailbox", "work_domain"], "approved"),
        ("work_domain", {"role": "Chair"}, ["mailbox", "work_domain"], "approved"),
        ("vouched", {"website": "example.net"}, ["mailbox"], "held"),
        ("vouched", {"organization": "Greenpeace"}, ["mailbox", "work_domain"], "approved"),
        ("vouched", {"role": "Chair"}, ["mailbox", "vouched"], "approved"),
    ],
)
def test_proof_goes_with_the_claim_it_proved(
    client: FlaskClient, session: Session, proof: str, changes: dict[str, str], left: list[str], moderation: str
) -> None:
    """p-V1, T4: a badge comes from a method that looked at what is shown, never from one that saw another claim."""
    row = endorsement(session, proof=proof)
    assert save(client, row, **changes).status_code == 303
    session.expire_all()
    assert (methods(session, row), row.moderation) == (left, moderation)


@pytest.mark.parametrize("moderation", ["approved", "held", "waiting"])
def test_claim_moved_to_an_organization_that_signed_is_held(
    client: FlaskClient, session: Session, moderation: str
) -> None:
    """P4, T4: one public endorsement for each organization, and an answer instead of an error."""
    row = endorsement(session, proof="work_domain", moderation=moderation)
    letter = row.letter_id
    other = make_signature(
        make_letter("other"), "Closed Courts", email="max@example.net", website="https://example.net"
    )
    other.letter_id = letter
    session.flush()
    assert save(client, row, website="example.net").status_code == 303
    session.expire_all()
    assert (row.moderation, row.reasons) == ("held", "address_not_exact;organization_already_signed")
    assert (row.organization_id, other.moderation) == (other.organization_id, "approved")
