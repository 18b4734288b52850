"""`undersigned seed`: invented, but with every rule, constraint and derived row as if people had signed."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import joinedload, scoped_session

from campaign import mailboxes
from campaign.choices import LetterKind
from campaign.cli.seed_claims import CLAIMS
from campaign.decisions import broken_links
from campaign.lib import clock
from campaign.lib.emails import mailbox_key, parse_address
from campaign.lib.names import fold, index_letter, sort_key
from campaign.models import (
    Asked,
    Complaint,
    Consent,
    Decision,
    Job,
    Letter,
    LetterRule,
    Organization,
    Pair,
    Proof,
    RuleHit,
    RuleMute,
    SearchWord,
    Signature,
    TargetLeader,
)
from campaign.signing.holds import Claim, hold_reasons, preset, watched_by
from campaign.signing.operations.listing import search_rows
from campaign.signing.queries import count_over, count_public, letter_to_judge, tally_of
from campaign.states import LetterState
from tests.support.runs import run

SQLITE = pytest.mark.parametrize("app", ["sqlite"], indirect=True)


def signatures(session: scoped_session[Any]) -> list[Signature]:
    """Every signature with its endorsement."""
    return list(session.scalars(select(Signature).options(joinedload(Signature.endorsement)).order_by(Signature.id)))


def test_seeded_rows_are_those_that_signing_would_have_written(app: Flask, session: scoped_session[Any]) -> None:
    """house section 5 and 9: search words, order, mailbox keys and tallies are right, on both databases."""
    answer = run(app, "seed", "--size", "300")
    assert (answer.exit_code, answer.stdout) == (0, "open-streets-public\n")
    rows = signatures(session)
    words = {(row.letter_id, row.word, row.signature_id) for row in session.scalars(select(SearchWord))}
    assert words == {tuple(word.values()) for row in rows for word in search_rows(row)}
    assert len(words) > 500
    for letter_rows in ([row for row in rows if row.letter_id == id_] for id_ in {row.letter_id for row in rows}):
        moments = [row.signed_at for row in letter_rows]
        assert moments == sorted(moments)
    for row in rows:
        is_body = row.kind == "organization"
        assert row.sort_key == sort_key(row.name, ignore_article=is_body)
        assert row.index_letter == index_letter(row.name, ignore_article=is_body)
        expected = mailbox_key(mailboxes.secret(), parse_address(row.email)) if row.email else None
        assert row.mailbox_key == expected
        assert (row.endorsement is not None) == is_body
        assert row.signed_at <= (row.verified_at or row.signed_at) <= clock.now()
    for letter in session.scalars(select(Letter)):
        counts = count_public(letter.id)
        assert counts == {name: getattr(tally_of(letter.id, clock.now()), name) for name in counts}
        assert broken_links(letter.id) == []
    assert count_over(clock.now()) == 0


@SQLITE
def test_seed_makes_as_many_public_signatures_as_asked(app: Flask, session: scoped_session[Any]) -> None:
    """The largest letter shows exactly SIZE, and others wait beside them for the desk."""
    run(app, "seed", "--size", "400", "--letters", "1")
    rows = signatures(session)
    states = Counter((row.verification, row.moderation, row.withdrawn_at is not None) for row in rows)
    assert states["verified", "approved", False] == 400
    assert {state: number > 0 for state, number in states.items()} == {
        ("verified", "approved", False): True,
        ("verified", "approved", True): True,
        ("verified", "held", False): True,
        ("verified", "rejected", False): True,
        ("pending", "waiting", False): True,
        ("expired", "waiting", False): True,
    }
    assert {row.is_private for row in rows} == {True, False}
    assert session.scalar(select(func.count()).select_from(Consent)) > 0
    assert {proof.method for proof in session.scalars(select(Proof))} == {"mailbox", "vouched", "work_domain"}
    rejected = [row.id for row in rows if row.moderation == "rejected"]
    acts = [(row.act, row.signature_id) for row in session.scalars(select(Decision))]
    assert [signature_id for act, signature_id in acts if act == "reject"] == rejected
    # Beside the one by one there is a decision by condition, which was taken back.
    assert {act for act, _signature_id in acts} == {"reject", "ask", "hold", "undo", "merge", "not_the_same"}


@SQLITE
def test_seeded_holds_have_their_reason(app: Flask, session: scoped_session[Any]) -> None:
    """A held person carries a name that the hold rules hold, or filled in the hidden field."""
    run(app, "seed", "--size", "900", "--letters", "1")
    letter = session.scalars(select(Letter)).one()
    held = [row for row in signatures(session) if row.moderation == "held" and row.kind == "person"]
    for row in held:
        claim = Claim(
            row.kind, row.name, row.affiliation, signals=frozenset({"honeypot", "disposable"} & {row.reasons})
        )
        assert hold_reasons(claim, preset(letter.kind), watched_by(letter_to_judge(letter.id))) == [row.reasons]
    assert {row.reasons for row in held} == {"addressee", "watched_name", "honeypot", "disposable"}


@SQLITE
def test_seeded_claims_are_held_for_each_reason(app: Flask, session: scoped_session[Any]) -> None:
    """T4: the desk has an organization for every reason to look at it, as the rules themselves give it."""
    run(app, "seed", "--size", "400", "--letters", "1")
    names = {name for name, *_claim in CLAIMS}
    claims = [row for row in signatures(session) if row.name in names or row.reasons == "name_clash"]
    assert [(row.moderation, row.reasons) for row in sorted(claims, key=lambda row: row.id)] == [
        ("held", "look_alike"),
        ("held", "free_mail"),
        ("held", "shared_host"),
        ("held", "name_clash"),
        ("held", "alias_clash"),
        ("held", "address_not_exact;authority_declined"),
        ("held", "address_not_exact"),
    ]
    assert session.scalars(select(Job.kind).where(Job.kind == "signing.ask_authority")).all() == []


@SQLITE
def test_seed_makes_every_kind_and_state_of_letter(app: Flask, session: scoped_session[Any]) -> None:
    """Eleven letters hold every state and every kind; nobody signed what never opened."""
    answer = run(app, "seed", "--size", "60", "--json")
    listed = json.loads(answer.stdout)
    letters = {letter.slug: letter for letter in session.scalars(select(Letter))}
    assert {one["slug"]: (one["kind"], one["state"]) for one in listed} == {
        slug: (letter.kind, letter.state) for slug, letter in letters.items()
    }
    assert {letter.state for letter in letters.values()} == set(LetterState)
    assert {letter.kind for letter in letters.values()} == set(LetterKind)
    unopened = [letter.id for letter in letters.values() if letter.state in ("draft", "scheduled")]
    assert session.scalar(select(func.count()).where(Signature.letter_id.in_(unopened))) == 0


@SQLITE
def test_same_seed_makes_the_same_people(app: Flask, session: scoped_session[Any]) -> None:
    """A second world stands beside the first; its number alone decides who is in it."""
    slugs = [run(app, "seed", "--size", "80", "--letters", "1", "--seed", number).stdout for number in ("7", "7", "8")]
    assert slugs == ["open-streets-public\n", "open-streets-2-public\n", "open-streets-3-public\n"]
    people = []
    for slug in slugs:
        letter = session.scalars(select(Letter).where(Letter.slug == slug.strip())).one()
        rows = session.execute(
            select(Signature.name, Signature.affiliation, Signature.email, Signature.verification, Signature.moderation)
            .where(Signature.letter_id == letter.id)
            .order_by(Signature.id)
        )
        people.append([tuple(row) for row in rows])
    assert people[0] == people[1]
    assert people[0] != people[2]


@SQLITE
def test_seeded_organizations_stand_once_in_the_directory(app: Flask, session: scoped_session[Any]) -> None:
    """Organizations that sign several letters, in two worlds, are one row each."""
    run(app, "seed", "--size", "300")
    before = session.scalar(select(func.count()).select_from(Organization))
    run(app, "seed", "--size", "300")
    assert session.scalar(select(func.count()).select_from(Organization)) == before
    for organization in session.scalars(select(Organization)):
        assert organization.name_folded == fold(organization.name)


@SQLITE
def test_seed_dry_run_writes_nothing(app: Flask, session: scoped_session[Any]) -> None:
    """`--dry-run` names the letters and leaves the database alone."""
    answer = run(app, "seed", "--dry-run")
    assert (answer.exit_code, answer.stdout) == (0, "open-streets-public\n")
    assert session.scalar(select(func.count()).select_from(Letter)) == 0


@SQLITE
def test_seed_stays_away_from_a_real_site(app: Flask, session: scoped_session[Any]) -> None:
    """In production invented people never stand beside real letters."""
    app.config["ENV"] = "production"
    assert run(app, "seed", "--size", "5", "--letters", "1").exit_code == 0
    answer = run(app, "seed", "--size", "5", "--letters", "1")
    assert answer.exit_code == 1
    assert "UNDERSIGNED_ENV=development" in answer.stderr
    assert session.scalar(select(func.count()).select_from(Letter)) == 1


@SQLITE
@pytest.mark.parametrize("size", ["0", "-1", "many"])
def test_seed_refuses_a_size_that_is_none(app: Flask, size: str) -> None:
    """Wrong usage leaves with 2."""
    assert run(app, "seed", "--size", size).exit_code == 2


@SQLITE
def test_seed_shows_hold_rules_and_questions(app: Flask, session: scoped_session[Any]) -> None:
    """x-S15: a switch, a mute, leaders, and three who were asked, two of whom answered; no mail waits."""
    run(app, "seed", "--size", "900", "--letters", "1")
    asked = list(session.scalars(select(Asked).order_by(Asked.id)))
    assert [bool(row.answered_at) for row in asked] == [True, True, False]
    states = [session.get_one(Signature, row.signature_id).asking for row in asked]
    assert states == ["answered", "answered", "asked"]
    assert len(list(session.scalars(select(TargetLeader)))) == 3
    assert [row.rule for row in session.scalars(select(LetterRule))] == ["name_digits"]
    assert [row.rules for row in session.scalars(select(RuleMute))] == ["honeypot"]
    assert {row.rule for row in session.scalars(select(RuleHit))} >= {"addressee", "watched_name"}
    # The job of the decision by condition is none.
    mails = Job.kind.startswith("moderation.") & (Job.kind != "moderation.bulk")
    assert session.scalar(select(func.count()).where(mails)) == 0


@SQLITE
def test_seed_leaves_cases_for_the_desk(app: Flask, session: scoped_session[Any]) -> None:
    """x-O7, T24: pairs to decide, one told apart; complaints that are new, overdue and decided."""
    run(app, "seed", "--size", "900", "--letters", "1")
    states = Counter(session.scalars(select(Pair.state)))
    assert states["suggested"] > 2
    assert states["not_the_same"] == 1
    cases = session.scalars(select(Complaint).order_by(Complaint.id)).all()
    assert [(case.kind, case.state) for case in cases] == [
        ("not_me", "open"),
        ("named_falsely", "open"),
        ("other", "dismissed"),
    ]
    assert [case.due_at < clock.now() for case in cases] == [False, True, True]
