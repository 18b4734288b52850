"""An approval is a signature: verified, bound to its version, unseen before opening, and its own to take back."""

from __future__ import annotations

import threading

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from campaign.extensions import db
from campaign.letters.queries import words_may_change
from campaign.models import Campaign, InvitationNote, Letter, Proof, RuleHit
from campaign.signing.operations import recount_letter
from tests.factories import NOW, make_organizer, make_signature, watch
from tests.signing.acts import code, confirm, form_of, link, my_path, press, sign_organization
from tests.signing.inviting import ENTERED, Mails, Session, approve, ask, invited, row_of, signatures
from tests.support.pages import Page, send_form
from tests.support.tables import everything


def test_approval_is_a_signature(session: Session, client: FlaskClient, mails: Mails) -> None:
    """p-S10, p-V1: a verified, shown endorsement of the version shown, with its proofs; thanks with the line."""
    path = invited(session)
    letter = session.scalars(select(Letter)).one()
    make_organizer("owner@example.org", session.get_one(Campaign, letter.campaign_id))
    assert ask(client, path, line="Open Rights Network").status_code == 303
    mail = mails("rosa@open-rights.org")[0]
    for words in ("Open Rights Network", letter.title, "version 1"):
        assert words in mail["text"]
    assert signatures(session) == []
    assert send_form(client, path, {"code": f" {code(mail)[:3]} {code(mail)[3:]}"}, "action=approve").status_code == 303
    (signature,) = signatures(session)
    row = row_of(session)
    assert (row.answer, row.signature_id, row.version_id) == ("approved", signature.id, letter.version_id)
    assert (signature.name, signature.source, signature.verification, signature.moderation) == (
        "Open Rights Network",
        "invitation",
        "verified",
        "approved",
    )
    assert signature.version_id == letter.version_id
    proofs = session.execute(select(Proof.method, Proof.seen).order_by(Proof.id)).all()
    assert [tuple(proof) for proof in proofs] == [
        ("invitation", "open-rights.org"),
        ("mailbox", "open-rights.org"),
        ("work_domain", "open-rights.org = https://open-rights.org"),
    ]
    assert "Open Rights has approved" in Page(client.get(path).text).text
    thanks = mails("rosa@open-rights.org")[0]
    assert "The line as it prints: Open Rights Network" in thanks["text"]
    mine = client.get(link(thanks, "my"))
    assert "Approved; shown once the letter is public" in mine.text
    assert "/letters/stop" not in mine.text
    assert not words_may_change(letter)


def test_nothing_leaks_before_opening(session: Session, client: FlaskClient, mails: Mails) -> None:
    """p-L2: approved on a draft, and on no public page, feed or count."""
    path = invited(session)
    approve(client, mails, path)
    letter = session.scalars(select(Letter)).one()
    recount_letter(letter.id, NOW)
    session.commit()
    for address in ("/letters/stop", "/letters/stop.json", "/letters/stop/names", "/letters/stop/names.csv"):
        assert client.get(address).status_code == 404
    for address in ("/", f"/campaigns/{session.scalars(select(Campaign.slug)).one()}", "/companies/acme"):
        assert "Open Rights" not in client.get(address).text
    letter.state, letter.opened_at, letter.changed_at = "open", NOW, NOW
    session.commit()
    assert "Open Rights" in client.get("/letters/stop").text


def test_link_alone_does_not_undo_an_approval(session: Session, client: FlaskClient, mails: Mails) -> None:
    """Whoever the link was handed to cannot decline for who approved."""
    path = invited(session)
    fields = form_of(client.get(path)).fields
    approve(client, mails, path)
    for button in ("decline", "consider", "ask_code"):
        assert client.post(path, data={**fields, **ENTERED, "action": button}).status_code == 422
    assert row_of(session).answer == "approved"


def test_withdrawal_is_seen_on_the_board(session: Session, client: FlaskClient, mails: Mails) -> None:
    """p-S8: the approver's own link takes it back; the organization may approve again."""
    path = invited(session)
    approve(client, mails, path)
    (signature,) = signatures(session)
    assert press(client, my_path(signature), "withdraw").status_code == 303
    row = row_of(session)
    assert (row.answer, row.signature_id, row.email) == ("none", signature.id, "rosa@open-rights.org")


def test_erasing_takes_everything_personal(session: Session, client: FlaskClient, mails: Mails) -> None:
    """T23, R6: people, addresses, reason and notes leave the board, and the link is dead; the organization stays."""
    path = invited(
        session,
        second_contact="Markersen Second",
        second_email="markersen@gmail.com",
        reason="Markersen",
    )
    send_form(client, path, {"text": "Markersen asks.", "author": "Markersen"}, "action=comment")
    assert ask(client, path, name="Markersen", line="Markersen Rights").status_code == 303
    digits = code(mails("rosa@open-rights.org")[0])
    assert send_form(client, path, {"code": digits}, "action=approve").status_code == 303
    (signature,) = signatures(session)
    assert press(client, my_path(signature), "erase").status_code == 303
    row = row_of(session)
    assert (row.name, row.answer, row.email, row.approver_email) == ("Open Rights", "none", None, None)
    assert session.scalar(select(func.count()).select_from(InvitationNote)) == 0
    assert client.get(path).status_code == 404
    stored = str(everything()).lower()
    assert [word for word in ("markersen", "rosa@", "rosa marín") if word in stored] == []


def test_earlier_entry_of_the_same_mailbox_is_taken_over(session: Session, client: FlaskClient, mails: Mails) -> None:
    """p-V4: held on the letter's page for its free mail, then approved by invitation: one live signature."""
    path = invited(session, state="open", website="", email="rosa@gmail.com")
    sign_organization(client, organization="Open Rights", website="open-rights.org", email="rosa@gmail.com")
    confirm(client, mails("rosa@gmail.com")[0])
    assert [row.moderation for row in signatures(session)] == ["held"]
    assert approve(client, mails, path, "rosa@gmail.com").status_code == 303
    held, approved = signatures(session)
    assert (held.merged_into_id, approved.moderation, approved.mailbox_key) == (
        approved.id,
        "approved",
        held.mailbox_key,
    )


def test_entry_that_was_taken_over_is_not_confirmed(session: Session, client: FlaskClient, mails: Mails) -> None:
    """p-V4: pending on the letter's page, then approved by invitation: its link, open before, confirms nothing more."""
    path = invited(session, state="open", website="", email="rosa@gmail.com")
    sign_organization(client, organization="Open Rights", website="open-rights.org", email="rosa@gmail.com")
    confirmation = link(mails("rosa@gmail.com")[0], "confirm")
    fields = form_of(client.get(confirmation)).fields
    assert approve(client, mails, path, "rosa@gmail.com").status_code == 303
    pending, approved = signatures(session)
    assert (pending.verification, pending.merged_into_id) == ("pending", approved.id)
    assert client.get(confirmation).status_code == 404
    for button in ("confirm", "renew"):
        assert client.post(confirmation, data={**fields, "action": button}).status_code == 404
    assert [row.verification for row in signatures(session)] == ["pending", "verified"]


def test_mailbox_approves_for_one_organization(session: Session, client: FlaskClient, mails: Mails) -> None:
    """p-V4: the database has one live endorsement for a mailbox; the page says what to do."""
    path = invited(session)
    letter = session.scalars(select(Letter)).one()
    make_signature(letter, "Other Group", "rosa@open-rights.org", website="https://other-group.example")
    session.commit()
    answer = approve(client, mails, path)
    assert (answer.status_code, len(signatures(session))) == (422, 1)
    assert "for another organization already" in answer.text


@pytest.mark.parametrize(("line", "rule"), [("Jeffrey P. Bezos", "addressee"), ("Famous Person", "watched_name")])
def test_line_is_judged(session: Session, client: FlaskClient, mails: Mails, line: str, rule: str) -> None:
    """T1: an invitation is no leave to sign as the addressee, or as somebody on the watch list; p-V3: and is counted
    in the figures of the rule.
    """
    path = invited(session)
    watch(session.scalars(select(Letter)).one(), "Famous Person")
    session.commit()
    ask(client, path, line=line)
    assert send_form(client, path, {"code": code(mails()[0])}, "action=approve").status_code == 303
    (row,) = signatures(session)
    assert row.moderation == "held"
    hits = session.scalars(select(RuleHit)).all()
    assert [(hit.signature_id, hit.rule, hit.day, hit.is_held) for hit in hits] == [
        (row.id, rule, row.signed_at.date(), True)
    ]


def test_switch_that_holds_everybody_holds_approvals_too(session: Session, client: FlaskClient, mails: Mails) -> None:
    """p-V5: nobody is shown past it, by invitation neither; the reason is the switch."""
    path = invited(session)
    session.scalars(select(Letter)).one().hold_all = "A wave"
    session.commit()
    approve(client, mails, path)
    assert [(row.moderation, row.reasons) for row in signatures(session)] == [("held", "hold_all")]


@pytest.mark.parametrize("app", ["postgresql"], indirect=True)
def test_parallel_approvals_give_one_signature(app: Flask, session: Session, client: FlaskClient, mails: Mails) -> None:
    """R4, p-V4: the same code pressed eight times at once."""
    path = invited(session)
    ask(client, path)
    digits = code(mails()[0])
    data = {**form_of(client.get(path)).fields, "code": digits, "action": "approve"}
    session.rollback()
    statuses: list[int] = []

    def press_it() -> None:
        statuses.append(app.test_client().post(path, data=data).status_code)
        with app.app_context():
            db.session.remove()

    threads = [threading.Thread(target=press_it) for _number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert statuses == [303] * 8
    assert len(signatures(session)) == 1
