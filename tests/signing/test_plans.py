"""What signing and confirming read: rows found by indexes, however many have signed."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy.orm import scoped_session

from campaign.extensions import db
from tests.factories import make_letter
from tests.signing.acts import confirm, sign, sign_organization
from tests.support.plans import plan_of, statements_of

Session = scoped_session[Any]
# What an organizer or an operator wrote down for a letter or the site; all of it counts, and it is short.
SETTINGS = {"addressee", "guard_entry", "letter_rule", "letter_target", "rule_mute", "watch_name"}
# On SQLite: a table read whole, or every row of a letter.
WHOLE = re.compile(r"SCAN (\w+)|SEARCH (\w+) USING [A-Z ]*INDEX \w+ \(letter_id=\?\)")


def read_whole(statement: str, parameters: Any) -> set[str]:
    """The tables a statement would read whole, without the settings; on SQLite also those read for a whole letter."""
    if statement.split()[0] not in ("SELECT", "WITH", "INSERT", "UPDATE", "DELETE"):
        return set()
    plan = plan_of(statement, parameters)
    if db.engine.dialect.name == "postgresql":
        return set(re.findall(r"Seq Scan on (\w+)", plan)) - SETTINGS
    # A plan names what has another name in the statement by that.
    found = {re.sub(r"_\d+$", "", scanned or searched) for scanned, searched in WHOLE.findall(plan)}
    return found & set(db.metadata.tables) - SETTINGS


def test_checks_of_a_signing_look_at_indexes(
    client: FlaskClient, session: Session, mails: Callable[..., list[dict[str, Any]]]
) -> None:
    """D5: hints of networks, look-alikes, clashes and hold rules, for a person and for an organization."""
    make_letter()
    seen = statements_of(lambda: sign(client, affiliation="Yale University"))
    mail = mails("ada@example.org")[0]
    seen += statements_of(lambda: confirm(client, mail))
    seen += statements_of(lambda: sign_organization(client))
    mail = mails("rosa@example.org")[0]
    seen += statements_of(lambda: confirm(client, mail))
    assert any("signing_hint" in statement for statement, _parameters in seen)
    assert [statement for statement, parameters in seen if read_whole(statement, parameters)] == []


def test_reading_a_letter_whole_is_told(session: Session) -> None:
    """The test above can fail."""
    everything = "SELECT name FROM signature WHERE affiliation = 'Yale'"
    assert read_whole(everything, ()) == ({"signature"})
    of_a_letter = "SELECT name FROM signature WHERE letter_id = 1"
    assert read_whole(of_a_letter, ()) == ({"signature"} if db.engine.dialect.name == "sqlite" else set())
