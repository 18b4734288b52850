"""One mailbox, one signature, also where its first key was made under an earlier edition of the rules (T3, P4)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, select
from sqlalchemy.orm import scoped_session

from campaign.cli.mailbox_checks import mailbox_rules
from campaign.extensions import db
from campaign.lib.emails import parse_address
from campaign.mailboxes import keys_of, mailbox_of, read_rules
from campaign.models import Letter, Signature, Suppression
from campaign.moderation.cases import Filing
from campaign.moderation.imports import ImportedEntry, read_entry
from campaign.moderation.operations import Tallied, ask, decide, file_complaint, sort_out
from campaign.moderation.operations.duplicates import merge, take_back
from campaign.moderation.operations.guards import read_entry as read_guard
from campaign.moderation.rules import Question, Ruling
from campaign.moderation.sheets import SheetRow
from campaign.signing import operations
from campaign.signing.operations.upkeep import remind
from campaign.signing.queries import is_suppressed, signature_to_confirm, signatures_of_mailbox
from campaign.states import Refused
from campaign.verification import second_person
from config import SettingsError
from tests.factories import NOW, entry, make_letter, make_signature
from tests.signing.acts import as_seen, code, confirm, sign
from tests.signing.test_at_once import Other

Session = scoped_session[Any]
Mails = Callable[..., list[dict[str, Any]]]
DAY = timedelta(days=1)
RULES = """
[[edition]]
number = 1001
on = 1

[[edition.provider]]
domains = ["posteo.net", "posteo.de"]
ignores = "."

[[edition.provider]]
domains = ["pm.example"]
ignores = "."
"""


def rows() -> list[tuple[str, int, str]]:
    """Name, number of the rule and state of every signature."""
    found = db.session.scalars(select(Signature).order_by(Signature.id)).all()
    return [(row.name, row.mailbox_rule, row.verification) for row in found]


def an_entry(email: str) -> ImportedEntry:
    """A row of a list of signatures."""
    return read_entry(SheetRow(2, {"name": "Ada", "email": email}), NOW)


def test_an_address_has_one_key_where_editions_agree(session: Session, new_rules: Callable[[], None]) -> None:
    """T3: an edition changes only the keys of addresses it reads otherwise."""
    plain, dotted = parse_address("Ada@example.org"), parse_address("a.da@posteo.de")
    before = mailbox_of(plain), mailbox_of(dotted)
    new_rules()
    assert (mailbox_of(plain).key, mailbox_of(plain).older) == (before[0].key, ())
    after = mailbox_of(dotted)
    assert (after.rule, after.older) == (1001, ((1, before[1].key),))
    assert after.key != before[1].key
    assert after.key == mailbox_of(parse_address("ada+x@posteo.net")).key


def test_a_key_keeps_its_rule_and_finds_its_person(session: Session, new_rules: Callable[[], None]) -> None:
    """K2, T3: a signature of before is met again, its key as it was; no second row."""
    letter = make_letter()
    operations.sign_letter(letter.id, entry("Ada", email="a.da@posteo.de"), NOW)
    key = session.scalars(select(Signature.mailbox_key)).one()
    new_rules()
    operations.sign_letter(letter.id, entry("Ada Lovelace", email="A.Da+x@posteo.de"), NOW + DAY)
    assert rows() == [("Ada Lovelace", 1, "pending")]
    assert session.scalars(select(Signature.mailbox_key)).one() == key
    operations.sign_letter(letter.id, entry("Grace", email="gra.ce@posteo.de"), NOW + DAY)
    operations.sign_letter(letter.id, entry("Grace H.", email="grace@posteo.net"), NOW + DAY)
    assert rows() == [("Ada Lovelace", 1, "pending"), ("Grace H.", 1001, "pending")]


def test_another_mailbox_is_not_met(session: Session, new_rules: Callable[[], None]) -> None:
    """T3: what the new edition alone calls by an old key is another person under the old one, and signs."""
    letter = make_letter()
    new_rules()
    operations.sign_letter(letter.id, entry("Ada", email="ada@pm.example"), NOW)
    operations.sign_letter(letter.id, entry("Eve", email="e.ve@pm.example"), NOW)
    operations.sign_letter(letter.id, entry("Eva", email="eva@pm.example"), NOW)
    assert [row[0] for row in rows()] == ["Ada", "Eve", "Eva"]


def test_code_link_and_own_page_find_it(
    app: Flask, client: FlaskClient, new_rules: Callable[[], None], mails: Mails
) -> None:
    """x-S8, x-S12: the code and the list of one's signatures work under both editions at once."""
    with app.app_context():
        make_letter()
        make_letter("other", title="Another letter")
        db.session.commit()
    sign(client, email="a.da@posteo.de")
    new_rules()
    sign(client, "other", email="a.da@posteo.de")
    with app.app_context():
        first, second = db.session.scalars(select(Signature).order_by(Signature.id)).all()
        assert (first.mailbox_rule, second.mailbox_rule) == (1, 1001)
        mailbox = mailbox_of(parse_address("a.da@posteo.de"))
        assert [row.Signature.id for row in signatures_of_mailbox(*mailbox.keys)] == [first.id, second.id]
        assert keys_of(second.mailbox_key, second.email) == mailbox.keys
        assert keys_of(first.mailbox_key, first.email) == tuple(reversed(mailbox.keys))
        assert keys_of(first.mailbox_key, None) == (first.mailbox_key,)
    digits = code(mails("a.da@posteo.de")[-1])
    with app.app_context():
        letter_id = db.session.scalars(select(Signature.letter_id).order_by(Signature.id)).first() or 0
        found = operations.confirm_by_code(letter_id, mailbox, digits, NOW)
        assert found is not None
        assert (found.id, found.verification) == (first.id, "verified")
        db.session.commit()


def test_erased_stays_out_under_both(session: Session, new_rules: Callable[[], None]) -> None:
    """R6, T23: who was erased under one edition comes back by no import under another."""
    letter = make_letter()
    row = make_signature(letter, "Ada", "a.da@posteo.de")
    operations.erase_signature(operations.owned_signature(row.id, row.generation), NOW)
    other = make_letter("other")
    new_rules()
    later = make_signature(other, "Ada", "a.da@posteo.de", mailbox_rule=1001, mailbox_key="0" * 64)
    later.mailbox_key = mailbox_of(parse_address("a.da@posteo.de")).key
    operations.refuse_signature(operations.owned_signature(later.id, later.generation), NOW)
    tallied = Tallied()
    assert sort_out(letter.id, [an_entry("a.da@posteo.de")], tallied) == []
    assert tallied.suppressed == 1
    mailbox = mailbox_of(parse_address("a.da@posteo.de"))
    kept = session.scalars(select(Suppression.mailbox_key).where(Suppression.letter_id == other.id))
    assert set(kept) == set(mailbox.keys)
    assert is_suppressed(other.id, mailbox.older[0][1]) is True


def test_import_takes_a_person_of_before_for_a_duplicate(session: Session, new_rules: Callable[[], None]) -> None:
    """p-M7: a mailbox live on the letter in any kind and under any edition is a duplicate."""
    letter = make_letter()
    make_signature(letter, "Ada", "a.da@posteo.de")
    new_rules()
    tallied = Tallied()
    fresh = sort_out(letter.id, [an_entry(f"{name}@posteo.de") for name in ("a.da", "gra.ce", "grace")], tallied)
    assert [entry.address.typed for entry, _mailbox in fresh] == ["gra.ce@posteo.de"]
    assert (tallied.imported, tallied.duplicates) == (1, 2)


def test_imported_row_of_before_is_merged(session: Session, new_rules: Callable[[], None]) -> None:
    """p-M7: confirming merges the imported row of the mailbox, also where its key is an older one."""
    letter = make_letter()
    imported = make_signature(letter, "Ada", "a.da@posteo.de", kind="imported")
    new_rules()
    operations.sign_letter(letter.id, entry("Ada", email="a.da@posteo.de"), NOW)
    row = session.scalars(select(Signature).where(Signature.kind == "person")).one()
    operations.confirm_signature(signature_to_confirm(row.id), row.generation, as_seen(row.id), NOW)
    assert (row.mailbox_rule, imported.merged_into_id) == (1001, row.id)


def test_an_expired_row_comes_back_only_where_nobody_signed_anew(
    session: Session, new_rules: Callable[[], None]
) -> None:
    """P4: the link of an expired signature is no second door."""
    letter = make_letter()
    row = make_signature(letter, "Ada", "a.da@posteo.de", verification="expired")
    new_rules()
    operations.sign_letter(letter.id, entry("Ada", email="a.da@posteo.de"), NOW)
    with pytest.raises(Refused, match="link_unknown"):
        operations.renew_link(row.id, row.generation, NOW)
    assert rows() == [("Ada", 1, "expired"), ("Ada", 1001, "pending")]


def test_a_merge_is_not_taken_back_beside_a_newer_signature(session: Session, new_rules: Callable[[], None]) -> None:
    """P4, p-V4: a merged row does not come back to life where its mailbox signed anew under other rules."""
    letter = make_letter()
    kept, dropped = make_signature(letter, "Ada", "ada@work.example"), make_signature(letter, "Ada", "a.da@posteo.de")
    decision = merge(letter.id, kept.id, dropped.id, by_id=None, now=NOW)
    new_rules()
    operations.sign_letter(letter.id, entry("Ada", email="a.da@posteo.de"), NOW)
    assert session.scalars(select(Signature.mailbox_rule).order_by(Signature.id)).all() == [1, 1, 1001]
    with pytest.raises(Refused, match="mailbox_signed_again"):
        take_back(letter.id, decision, kept.id, by_id=None, now=NOW)


def test_both_at_once_give_one(app: Flask, session: Session, new_rules: Callable[[], None]) -> None:
    """P4, in parallel: reviving the old row and signing anew at the same moment leave one live signature."""
    letter = make_letter()
    row = make_signature(letter, "Ada", "a.da@posteo.de", verification="expired")
    new_rules()
    letter_id, row_id, generation = letter.id, row.id, row.generation
    session.commit()
    operations.renew_link(row_id, generation, NOW)
    session.flush()
    other = Other(app, lambda: operations.sign_letter(letter_id, entry("Ada B.", email="a.da@posteo.de"), NOW + DAY))
    session.commit()
    other.done()
    session.expire_all()
    assert rows() == [("Ada B.", 1, "pending")]


def test_signing_first_leaves_the_link_dead(app: Flask, session: Session, new_rules: Callable[[], None]) -> None:
    """P4, in parallel: the other way round, the link finds the new signature and stays out."""
    letter = make_letter()
    row = make_signature(letter, "Ada", "a.da@posteo.de", verification="expired")
    new_rules()
    letter_id, row_id, generation = letter.id, row.id, row.generation
    session.commit()
    operations.sign_letter(letter_id, entry("Ada", email="a.da@posteo.de"), NOW)
    session.flush()
    other = Other(app, lambda: operations.renew_link(row_id, generation, NOW))
    session.commit()
    assert other.done() == "link_unknown"
    session.expire_all()
    assert rows() == [("Ada", 1, "expired"), ("Ada", 1001, "pending")]


def test_many_spellings_at_once_give_one(app: Flask, session: Session, new_rules: Callable[[], None]) -> None:
    """P4: ten people press at once, each with another spelling of one mailbox."""
    letter = make_letter()
    new_rules()
    letter_id = letter.id
    session.commit()
    spellings = ["ada@posteo.de", "a.da@posteo.net", "ad.a+x@posteo.de", "A.D.A@POSTEO.net", "ada+b@posteo.net"] * 2

    def signing(email: str) -> Callable[[], object]:
        return lambda: operations.sign_letter(letter_id, entry("Ada", email=email), NOW)

    for other in [Other(app, signing(email)) for email in spellings]:
        other.done()
    assert rows() == [("Ada", 1001, "pending")]


@pytest.mark.parametrize(("email", "extra"), [("ada@example.org", 0), ("a.da@posteo.de", 1)])
def test_older_editions_cost_one_lookup(
    session: Session, new_rules: Callable[[], None], email: str, extra: int
) -> None:
    """D5: one more indexed look, and only where editions disagree on the address."""
    letter = make_letter()
    counted: list[str] = []
    listener = lambda _c, _cursor, statement, *_rest: counted.append(statement)  # noqa: E731
    event.listen(db.engine, "before_cursor_execute", listener)
    operations.sign_letter(letter.id, entry(email="other@example.org"), NOW)
    plain = len(counted)
    new_rules()
    operations.sign_letter(letter.id, entry(email=email), NOW)
    event.remove(db.engine, "before_cursor_execute", listener)
    assert len(counted) - plain == plain + extra


def test_doctor_finds_a_missing_and_a_changed_edition(
    app: Flask, session: Session, new_rules: Callable[[], None], tmp_path: Path
) -> None:
    """K2, T3: an edition under which keys were made stays in the file as it was."""
    letter = make_letter()
    before = app.extensions["mailboxes"]
    new_rules()
    assert mailbox_rules(app).level == "ok"
    operations.sign_letter(letter.id, entry(email="a.da@posteo.de"), NOW)
    assert mailbox_rules(app).level == "ok"
    app.extensions["mailboxes"] = before
    assert mailbox_rules(app).seen == "edition 1001 is missing, and keys were made under it"
    (tmp_path / "mailbox-rules.toml").write_text(RULES.replace('"."', '"-"'), encoding="utf-8")
    new_rules()
    assert mailbox_rules(app).seen == "edition 1001 was changed after keys were made under it"


def test_a_file_that_cannot_be_used_stops_the_start(tmp_path: Path) -> None:
    """An operator learns at once which file it is and why; a missing one is none."""
    assert read_rules(tmp_path).in_force.number == 1
    (tmp_path / "mailbox-rules.toml").write_text("[[edition]]\nnumber = 2\non = 1\n", encoding="utf-8")
    with pytest.raises(SettingsError, match=r"mailbox-rules.toml may number editions from 1000 on"):
        read_rules(tmp_path)


def test_a_throw_away_mailbox_is_held_and_never_refused(app: Flask, client: FlaskClient, mails: Mails) -> None:
    """p-V3: the person sees the usual pages; below a listed domain counts, and an operator's own list too."""
    with app.app_context():
        make_letter()
        db.session.commit()
    assert sign(client, email="ada@inbox.mailinator.com").status_code == 303
    assert confirm(client, mails("ada@inbox.mailinator.com")[0]).status_code == 303
    with app.app_context():
        row = db.session.scalars(select(Signature)).one()
        assert (row.verification, row.moderation, row.reasons) == ("verified", "held", "disposable")


def test_every_question_about_a_mailbox_goes_by_the_rules_in_force(
    session: Session, new_rules: Callable[[], None]
) -> None:
    """T3, p-V2: who approves second, whom a list names, and one's copy know the operator's own rules, too."""
    typed, spelt = "a.da@posteo.net", "ada@posteo.de"
    assert second_person.is_other_mailbox(typed, "ad.a@posteo.net")
    new_rules()
    assert mailbox_of(parse_address(typed)) == mailbox_of(parse_address("ada@posteo.net"))
    assert mailbox_of(parse_address(typed)) == mailbox_of(parse_address(spelt))
    assert mailbox_of(parse_address(typed)) != mailbox_of(parse_address("adah@posteo.net"))
    assert not second_person.is_other_mailbox(typed, "ad.a@posteo.net")
    assert read_guard(typed).value == mailbox_of(parse_address("ada@posteo.net")).key


def asked_to_confirm(letter: Letter) -> None:
    """Somebody who has not confirmed yet."""
    operations.sign_letter(letter.id, entry("Ada", email="a.da@posteo.de"), NOW)


def signed_before(letter: Letter) -> None:
    """Somebody who signs a second time."""
    make_signature(letter, "Ada", "a.da@posteo.de")
    operations.sign_letter(letter.id, entry("Ada", email="a.da@posteo.de"), NOW)


def reminded(letter: Letter) -> None:
    """Somebody who is reminded to confirm."""
    row = make_signature(letter, "Ada", "a.da@posteo.de", verification="pending")
    remind(row.id, letter.id, 0, NOW)


def told_a_decision(letter: Letter) -> None:
    """Somebody whose signature was held, and then shown."""
    row = make_signature(letter, "Ada", "a.da@posteo.de", moderation="held", reasons="held_by_organizer")
    decide(letter.id, row.id, "held", Ruling("approve"), by_id=None, now=NOW - DAY)


def asked_about_it(letter: Letter) -> None:
    """Somebody whom organizers ask something."""
    row = make_signature(letter, "Ada", "a.da@posteo.de", moderation="held", reasons="free_mail_affiliation")
    ask(letter.id, row.id, "held", Question(ready="affiliation"), by_id=None, now=NOW - DAY)


def complained(letter: Letter) -> None:
    """Somebody who complained about something else."""
    file_complaint(letter, Filing("other", "Eve", "Ada", "a.da@posteo.de", "Words"), NOW)


MAILED = (asked_to_confirm, signed_before, reminded, told_a_decision, asked_about_it, complained)


@pytest.mark.parametrize("is_silenced", [False, True])
@pytest.mark.parametrize("mailed", MAILED)
def test_who_wants_no_mail_gets_none_under_any_key(
    session: Session, new_rules: Callable[[], None], mails: Mails, mailed: Callable[[Letter], None], is_silenced: bool
) -> None:
    """p-S9, K8: "it was not me" said in another spelling, under the rules of now, stops what waits under older keys."""
    letter = make_letter()
    mailed(letter)
    new_rules()
    if is_silenced:
        other = make_signature(letter, "Eve", "ad.a@posteo.net", kind="imported")
        mailbox = mailbox_of(parse_address("ad.a@posteo.net"))
        other.mailbox_key, other.mailbox_rule = mailbox.key, mailbox.rule
        operations.refuse_signature(operations.owned_signature(other.id, other.generation), NOW)
    session.commit()
    assert len(mails("a.da@posteo.de")) == (0 if is_silenced else 1)


def test_nobody_who_wants_no_mail_is_asked(session: Session, new_rules: Callable[[], None]) -> None:
    """p-V3: a question that could not be mailed is not put."""
    letter = make_letter()
    row = make_signature(letter, "Ada", "a.da@posteo.de", moderation="held", reasons="free_mail_affiliation")
    new_rules()
    key = mailbox_of(parse_address("a.da@posteo.de")).key
    session.add(Suppression(mailbox_key=key, letter_id=letter.id, reason="not_me", created_at=NOW))
    session.flush()
    with pytest.raises(Refused, match="cannot_be_asked"):
        ask(letter.id, row.id, "held", Question(ready="affiliation"), by_id=None, now=NOW)
