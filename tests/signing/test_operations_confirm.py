"""Signing and confirming below the pages: what is held, what appears, what is merged, what is mailed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import scoped_session
from time_machine import Traveller

from campaign.lib.emails import parse_address
from campaign.mailboxes import Mailbox, mailbox_of
from campaign.models import Consent, Job, Organization, Proof, SearchWord, Signature
from campaign.signing import operations
from campaign.signing.operations import Entry
from campaign.signing.operations.confirm import digest_of
from campaign.signing.queries import signature_to_confirm
from campaign.states import Refused
from tests.factories import NOW, endorsing, entry, make_letter, make_signature, watch
from tests.signing.acts import as_seen

Session = scoped_session[Any]
Mails = Callable[..., list[dict[str, Any]]]
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def signed(letter_id: int, given: Entry, now: datetime = NOW) -> Signature:
    """Sign and return the newest row."""
    from campaign.extensions import db

    operations.sign_letter(letter_id, given, now)
    return db.session.scalars(select(Signature).order_by(Signature.id.desc()).limit(1)).one()


def confirmed(letter_id: int, given: Entry, now: datetime = NOW) -> Signature:
    """Sign and confirm."""
    row = signed(letter_id, given, now)
    assert operations.confirm_signature(signature_to_confirm(row.id), row.generation, as_seen(row.id), now) is True
    return row


@pytest.mark.parametrize(
    ("given", "changes", "moderation", "reasons", "methods"),
    [
        (entry(), {}, "approved", "", ["mailbox"]),
        (entry(affiliation="Yale"), {"kind": "academics"}, "approved", "", ["mailbox"]),
        (
            entry(email="ada@gmail.com", affiliation="Yale"),
            {"kind": "academics"},
            "held",
            "free_mail_affiliation",
            ["mailbox"],
        ),
        (entry(email="ada@gmail.com"), {"kind": "academics"}, "approved", "", ["mailbox"]),
        (entry("Jeffrey P. Bezos"), {}, "held", "addressee", ["mailbox"]),
        (entry("Cher"), {}, "held", "watched_name", ["mailbox"]),
        (entry(honeypot=True), {}, "held", "honeypot", ["mailbox"]),
        (entry(), {"mode": "review_first"}, "waiting", "review_first", ["mailbox"]),
        (entry("Cher"), {"mode": "review_first"}, "held", "watched_name", ["mailbox"]),
        (endorsing(), {}, "approved", "", ["mailbox", "work_domain"]),
        (endorsing(email="rosa@mail.example.org"), {}, "approved", "", ["mailbox", "work_domain"]),
        (endorsing(email="rosa@example.net"), {}, "held", "address_not_exact", ["mailbox"]),
        (endorsing(email="rosa@gmail.com"), {}, "held", "free_mail", ["mailbox"]),
        (endorsing(website="https://rosa.github.io"), {}, "held", "shared_host", ["mailbox"]),
        (endorsing(email="rosa@gmail.com", website="https://gmail.com"), {}, "held", "free_mail", ["mailbox"]),
        (endorsing(), {"mode": "review_first"}, "waiting", "review_first", ["mailbox", "work_domain"]),
    ],
)
def test_what_appears_and_what_is_held(
    session: Session, given: Entry, changes: dict[str, Any], moderation: str, reasons: str, methods: list[str]
) -> None:
    """p-V2, x-S4, x-S15: exact domains appear on confirmation; the rest is held with its reason and not shown."""
    letter = make_letter(**changes)
    watch(letter, "Cher")
    row = confirmed(letter.id, given)
    assert (row.verification, row.moderation, row.reasons) == ("verified", moderation, reasons)
    assert session.scalars(select(Proof.method).order_by(Proof.id)).all() == methods
    assert bool(session.scalars(select(SearchWord)).all()) is (moderation == "approved")


def test_second_claim_of_an_organization_is_held(session: Session) -> None:
    """House 5: one public endorsement of an organization per letter; the second claim waits with its reason."""
    letter = make_letter()
    first = confirmed(letter.id, endorsing())
    second = confirmed(letter.id, endorsing("Open Rights (Porto)", email="joao@example.org"))
    assert (first.moderation, second.moderation) == ("approved", "held")
    assert second.reasons == "organization_already_signed"
    assert first.organization_id == second.organization_id
    other = make_letter("other")
    assert confirmed(other.id, endorsing()).moderation == "approved"


def test_same_name_with_another_domain_is_held(session: Session) -> None:
    """T4: a taken name goes to a person, even with an exact address."""
    letter = make_letter()
    confirmed(letter.id, endorsing("Open Rights"))
    row = confirmed(letter.id, endorsing("OPEN  RIGHTS", email="eve@courts.org", website="https://courts.org"))
    assert (row.moderation, row.reasons) == ("held", "name_clash")
    assert session.scalars(select(Organization.domain).order_by(Organization.id)).all() == [
        "example.org",
        "courts.org",
    ]


def test_imported_row_is_merged(session: Session) -> None:
    """p-M7: confirming takes the imported row of the same mailbox out of every list and count."""
    letter = make_letter()
    imported = make_signature(letter, "A. Lovelace", email="Ada@example.org", kind="imported")
    row = confirmed(letter.id, entry())
    operations.recount_letter(letter.id, NOW)
    counts = operations.recount_letter(letter.id, NOW)
    assert imported.merged_into_id == row.id
    assert (counts.people, counts.imported) == (1, 0)


@pytest.mark.parametrize(
    "address", ["ada@example.org", "ADA@example.org", "ada@EXAMPLE.org", "ada+letters@example.org", " ada@example.org "]
)
def test_one_signature_per_mailbox(session: Session, address: str) -> None:
    """P4, T3, R4: however it is spelt, one mailbox has one row; the address is mailed as it was typed first or last."""
    letter = make_letter()
    signed(letter.id, entry())
    signed(letter.id, entry(email=address), NOW + MINUTE)
    assert len(session.scalars(select(Signature)).all()) == 1
    confirmed(letter.id, endorsing(email="ada@example.org"))
    assert session.scalars(select(Signature.kind).order_by(Signature.id)).all() == ["person", "organization"]


def test_pending_row_takes_the_new_answers(session: Session) -> None:
    """House 4: the last answers win while it waits; consents too; the mail goes once in ten minutes."""
    letter = make_letter()
    signed(letter.id, entry(consents={"wants_results": "one"}))
    again = entry("Ada King", affiliation="Royal Society", consents={"wants_updates": "two"}, is_private=True)
    row = signed(letter.id, again, NOW + 9 * MINUTE)
    assert (row.name, row.affiliation, row.is_private, row.mails_asked) == ("Ada King", "Royal Society", True, 1)
    assert session.scalars(select(Consent.kind)).all() == ["wants_updates"]
    signed(letter.id, again, NOW + 10 * MINUTE)
    assert row.mails_asked == 2
    assert session.scalars(select(Job.key).order_by(Job.id)).all() == [f"confirm:{row.id}:1", f"confirm:{row.id}:2"]


def test_verified_row_keeps_its_answers(session: Session, mails: Mails) -> None:
    """x-S7: signing again changes nothing of a confirmed signature; only its mailbox is told."""
    letter = make_letter()
    row = confirmed(letter.id, entry())
    signed(letter.id, entry("Eve", affiliation="Evil Inc."), NOW + 10 * MINUTE)
    assert (row.name, row.affiliation, row.verification) == ("Ada Lovelace", "", "verified")
    jobs = session.scalars(select(Job.kind).order_by(Job.id)).all()
    assert jobs == ["signing.confirm", "signing.signed_before"]


def test_expired_and_withdrawn_rows_do_not_stand_in_the_way(session: Session) -> None:
    """House 5: not live means free to sign anew."""
    letter = make_letter()
    make_signature(letter, email="ada@example.org", verification="expired")
    make_signature(letter, email="ada@example.org", withdrawn_at=NOW)
    assert confirmed(letter.id, entry()).moderation == "approved"
    assert len(session.scalars(select(Signature)).all()) == 3


def test_rejected_row_stays_live(session: Session) -> None:
    """House 5: a rejected signature cannot be signed around with the same mailbox."""
    letter = make_letter()
    make_signature(letter, email="ada@example.org", moderation="rejected")
    signed(letter.id, entry())
    assert session.scalars(select(Signature.moderation)).all() == ["rejected"]


@pytest.mark.parametrize(
    ("changes", "generation", "reason"),
    [
        ({"verification": "pending"}, 1, "link_unknown"),
        ({"withdrawn_at": NOW}, 0, "link_unknown"),
        ({"verification": "expired"}, 0, "link_expired"),
        ({"verification": "pending", "expires_at": NOW}, 0, "link_expired"),
    ],
)
def test_confirming_is_refused(session: Session, changes: dict[str, Any], generation: int, reason: str) -> None:
    """T11: replaced, withdrawn and expired links confirm nothing."""
    row = make_signature(make_letter(), **changes)
    with pytest.raises(Refused) as refusal:
        operations.confirm_signature(signature_to_confirm(row.id), generation, as_seen(row.id), NOW)
    assert refusal.value.reason == reason
    with pytest.raises(Refused, match="link_unknown"):
        operations.confirm_signature(signature_to_confirm(row.id + 1), 0, "", NOW)


def test_renewing_is_refused_when_signed_anew(session: Session) -> None:
    """An expired row never comes back beside a live one of its mailbox."""
    letter = make_letter()
    old = make_signature(letter, email="ada@example.org", verification="expired")
    confirmed(letter.id, entry())
    with pytest.raises(Refused, match="link_unknown"):
        operations.renew_link(old.id, 0, NOW)


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_digest_follows_every_shown_word(session: Session) -> None:
    """The confirm page's digest changes with each thing the page shows, and with nothing else."""
    letter = make_letter()
    row = make_signature(letter, website="https://example.org", verification="pending", organization_id=None)
    digests = [digest_of(row)]
    for column, value in (
        *(("name", "B"), ("title", "C"), ("affiliation", "D"), ("place", "E"), ("country", "PT"), ("comment", "F")),
        ("is_private", True),
    ):
        setattr(row, column, value)
        digests.append(digest_of(row))
    for column, value in (("website", "https://example.net"), ("representative", "G"), ("show_representative", True)):
        setattr(row.endorsement, column, value)
        digests.append(digest_of(row))
    assert len(set(digests)) == len(digests)
    row.code_tries = 3
    assert digest_of(row) == digests[-1]


def test_mail_budget_covers_the_whole_site(session: Session, mails: Mails, frozen: Traveller) -> None:
    """T6: one victim, many letters: three mails an hour and five a day, day after day; nobody else waits with them."""
    letters = [make_letter(f"letter-{number}") for number in range(10)]
    for letter in letters:
        operations.sign_letter(letter.id, entry(email="victim@example.org"), NOW)
    operations.sign_letter(letters[-1].id, entry(email="other@example.org"), NOW)
    sent = []
    hours = (0, 1, 2, 24, 25)
    for moment in (NOW + number * HOUR for number in hours):
        frozen.move_to(moment)
        sent.append(len(mails("victim@example.org")))
    assert sent == [3, 5, 5, 8, 10]
    assert len(mails("other@example.org")) == 1
    assert session.scalars(select(Job.state).where(Job.state != "done")).all() == []


def test_waiting_mail_says_why(session: Session, mails: Mails) -> None:
    """T6: the row of a mail that waits names the reason and the moment, and no attempt is used up."""
    for number in range(4):
        operations.sign_letter(make_letter(f"letter-{number}").id, entry(), NOW)
    mails()
    row = session.scalars(select(Job).where(Job.state == "ready")).one()
    assert (row.error, row.run_at, row.attempts) == ("this mailbox has had its mails for now", NOW + HOUR, 0)


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_limits_off_lets_every_mail_go(app: Any, session: Session, mails: Mails) -> None:
    """LIMITS=off is for load tests, where one mailbox may get everything."""
    app.config["LIMITS"] = "off"
    for number in range(6):
        operations.sign_letter(make_letter(f"letter-{number}").id, entry(), NOW)
    assert len(mails("ada@example.org")) == 6


def test_code_counts_misses_on_each_row(session: Session) -> None:
    """x-S8: a miss counts on every pending signature of the mailbox, and five are the end."""
    letter = make_letter()
    rows = [signed(letter.id, entry(email="rosa@example.org")), signed(letter.id, endorsing())]
    mailbox = mailbox_of(parse_address("Rosa@example.org"))
    for number in range(1, 8):
        assert operations.confirm_by_code(letter.id, mailbox, "wrong", NOW) is None
        assert [row.code_tries for row in rows] == [min(number, 5)] * 2
    assert operations.confirm_by_code(letter.id, Mailbox("0" * 64, 1), "wrong", NOW) is None


def test_vouched_endorsement_is_public_without_address(session: Session) -> None:
    """p-V1: an organizer's word with its reason is the evidence; without a reason, or twice, it is refused."""
    letter = make_letter()
    given = {"name": "Open Rights", "website": "https://example.org", "type": "ngo", "country": "US", "by_id": None}
    row = operations.vouch_endorsement(letter, reason=" The letter of 22 May names it. ", now=NOW, **given)
    assert (row.verification, row.moderation, row.email, row.mailbox_key) == ("verified", "approved", None, None)
    proof = session.scalars(select(Proof)).one()
    assert (proof.method, proof.seen) == ("vouched", "The letter of 22 May names it.")
    with pytest.raises(Refused, match="organization_already_signed"):
        operations.vouch_endorsement(letter, reason="Again", now=NOW, **given)
    with pytest.raises(Refused, match="needs_reason"):
        operations.vouch_endorsement(make_letter("other"), reason="  ", now=NOW, **given)
