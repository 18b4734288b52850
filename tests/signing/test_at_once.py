"""Two who do something at the same moment: the second waits, sees what the first did, and nobody gets an error."""

from __future__ import annotations

import contextvars
import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import scoped_session

from campaign.extensions import db, read_only
from campaign.models import Decision, Job, Organization, Proof, Signature, Tally
from campaign.moderation import operations as desk
from campaign.moderation.rules import Ruling
from campaign.organizations.operations import find_or_add_organization, forget_organization
from campaign.signing import operations
from campaign.signing.operations import listing
from campaign.signing.operations.confirm import digest_of
from campaign.signing.queries import signature_to_confirm, signature_with_endorsement
from campaign.states import Refused
from tests.factories import NOW, endorsing, entry, make_letter, make_organizer, make_signature
from tests.signing.acts import as_seen
from tests.signing.employing import codes, employed_letter, signatures

Session = scoped_session[Any]
LATER = NOW + timedelta(hours=1)


class Other:
    """Somebody else, in a thread and a transaction of their own; `result` is the reason when they were refused."""

    def __init__(self, app: Flask, act: Callable[[], object]) -> None:
        self.app, self.act = app, act
        self.result: object = None
        self.error: BaseException | None = None
        self.thread = threading.Thread(target=contextvars.Context().run, args=(self._run,))
        self.thread.start()
        # Long enough to come to where they have to wait.
        self.thread.join(0.4)

    def _run(self) -> None:
        with self.app.app_context():
            try:
                self.result = self.act()
                db.session.commit()
            except Refused as refused:
                self.result = refused.reason
            except BaseException as error:  # noqa: BLE001  shown by `done`
                self.error = error
            finally:
                db.session.rollback()

    def done(self) -> object:
        """What they got, once this transaction has ended and they could go on."""
        self.thread.join(30)
        assert self.error is None, repr(self.error)
        return self.result


def test_signing_again_while_confirming_changes_nothing(app: Flask, session: Session) -> None:
    """T1, P5: what is confirmed at this moment keeps the words that were confirmed; the mailbox is told."""
    letter = make_letter()
    row = make_signature(letter, email="ada@example.org", verification="pending")
    session.commit()
    operations.confirm_signature(signature_to_confirm(row.id), row.generation, as_seen(row.id), NOW)
    session.flush()
    letter_id = letter.id
    other = Other(app, lambda: operations.sign_letter(letter_id, entry("Jeffrey Bezos"), LATER))
    session.commit()
    other.done()
    session.expire_all()
    assert (row.name, row.verification, row.moderation) == ("Ada Lovelace", "verified", "approved")
    assert session.scalars(select(Job.kind)).all() == ["signing.signed_before"]


def test_claim_changed_while_confirming_is_shown_again(app: Flask, session: Session) -> None:
    """T4: who confirms the website they saw never confirms another one that was typed at this moment."""
    letter = make_letter()
    operations.sign_letter(letter.id, endorsing(), NOW)
    row = session.scalars(select(Signature)).one()
    loaded = signature_with_endorsement(row.id)
    assert loaded is not None
    row_id, generation, seen = row.id, row.generation, digest_of(loaded)
    session.commit()
    operations.sign_letter(letter.id, endorsing(website="https://example.net"), NOW)
    session.flush()
    other = Other(app, lambda: operations.confirm_signature(signature_to_confirm(row_id), generation, seen, NOW))
    session.commit()
    assert other.done() == "entry_changed"
    session.expire_all()
    assert row.verification == "pending"


def test_renewing_while_signing_anew_is_refused(app: Flask, session: Session) -> None:
    """P4: an expired row does not come to life beside a new one, and the answer is no error."""
    letter = make_letter()
    row = make_signature(letter, email="ada@example.org", verification="expired")
    row_id, generation = row.id, row.generation
    session.commit()
    operations.sign_letter(letter.id, entry(), NOW)
    session.flush()
    other = Other(app, lambda: operations.renew_link(row_id, generation, NOW))
    session.commit()
    assert other.done() == "link_unknown"
    session.expire_all()
    assert [found.verification for found in session.scalars(select(Signature).order_by(Signature.id))] == [
        "expired",
        "pending",
    ]


def test_two_organizers_never_wait_for_each_other(app: Flask, session: Session) -> None:
    """P14: one by one against in bulk, in the other order: all is decided once, and the second is told."""
    letter = make_letter()
    by_id = make_organizer().id
    ids = [make_signature(letter, moderation="held", reasons="watched_name").id for _number in range(3)]
    letter_id = letter.id
    session.commit()
    desk.decide(letter_id, ids[0], "held", Ruling("approve"), by_id=by_id, now=NOW)
    rows = [(number, "held") for number in reversed(ids)]
    other = Other(app, lambda: desk.decide_many(letter_id, rows, Ruling("reject", "duplicate"), by_id=by_id, now=NOW))
    desk.decide(letter_id, ids[2], "held", Ruling("approve"), by_id=by_id, now=NOW)
    session.commit()
    outcome = other.done()
    assert isinstance(outcome, desk.Outcome)
    assert (outcome.signatures, outcome.refused) == (
        [ids[1]],
        {ids[0]: "already_decided", ids[2]: "already_decided"},
    )
    states = select(Signature.moderation).order_by(Signature.id)
    assert session.scalars(states).all() == ["approved", "rejected", "approved"]
    assert session.scalar(select(func.count()).select_from(Decision)) == 3


def test_older_count_never_overwrites_a_newer_one(
    app: Flask, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    """P26: a worker that stops between counting and storing is not overtaken by another one."""
    letter = make_letter()
    make_signature(letter)
    letter_id, count = letter.id, listing.count_by_version
    operations.recount_letter(letter_id, NOW)
    session.commit()
    others: list[Other] = []

    def sign_and_recount() -> None:
        make_signature(db.session.get_one(type(letter), letter_id))
        db.session.commit()
        operations.recount_letter(letter_id, NOW)

    def count_slowly(counted_id: int) -> dict[int, dict[str, int]]:
        counts = count(counted_id)
        monkeypatch.setattr(listing, "count_by_version", count)
        others.append(Other(app, sign_and_recount))
        return counts

    monkeypatch.setattr(listing, "count_by_version", count_slowly)
    operations.recount_letter(letter_id, NOW)
    session.commit()
    others[0].done()
    session.expire_all()
    assert session.get_one(Tally, letter_id).people == 2


def test_organization_stays_while_somebody_claims_it(app: Flask, session: Session) -> None:
    """R6, P4: erasing the last signature of an organization never pulls it from under a claim of this moment."""
    letter = make_letter()
    row = make_signature(letter, "Open Rights", website="https://example.org")
    organization_id = row.organization_id or 0
    row.organization_id = None
    session.commit()
    found = find_or_add_organization("Open Rights", "https://example.org", NOW)
    other = Other(app, lambda: forget_organization(organization_id))
    row.organization_id = found.id
    session.commit()
    other.done()
    assert session.scalars(select(Organization.id)).all() == [organization_id]
    assert row.organization_id == organization_id


def test_two_presses_at_once_count_once(app: Flask, session: Session) -> None:
    """P5: of two presses that read the same, one confirms, and the other changes nothing."""
    letter = make_letter()
    row = make_signature(letter, email="ada@example.org", verification="pending")
    row_id, generation, seen = row.id, row.generation, as_seen(row.id)
    session.commit()
    read = []
    for _press in range(2):
        with read_only():
            read.append(signature_to_confirm(row_id))
    assert operations.confirm_signature(read[0], generation, seen, NOW) is True
    session.commit()
    session.expunge_all()
    with pytest.raises(Refused, match="entry_changed"):
        operations.confirm_signature(read[1], generation, seen, LATER)
    session.rollback()
    stored = session.scalars(select(Signature)).one()
    assert (stored.verification, stored.verified_at) == ("verified", NOW)
    assert session.scalars(select(Proof.method)).all() == ["mailbox"]


def test_one_code_in_two_hands_signs_once(app: Flask, session: Session) -> None:
    """T10, P5: of two who type a single-use code at once the second is told that it was used."""
    letter = employed_letter(app)
    letter_id, code = letter.id, codes(letter, 1)[0]
    assert operations.sign_by_code(letter_id, code, NOW) is not None
    other = Other(app, lambda: operations.sign_by_code(letter_id, code, NOW))
    session.commit()
    assert (other.done(), signatures()) == (None, 1)


def test_letter_that_closes_at_the_instant_keeps_no_key(app: Flask, session: Session) -> None:
    """T10, P13: whoever signs while the key is being destroyed is counted or refused, and leaves no hash that lasts."""
    letter = employed_letter(app)
    letter_id, code = letter.id, codes(letter, 1)[0]
    assert operations.end_and_forget(letter, by_id=None, now=NOW)
    other = Other(app, lambda: operations.sign_by_code(letter_id, code, NOW))
    session.commit()
    assert other.done() in ("kind_not_accepted", None)
    assert signatures() == 0
