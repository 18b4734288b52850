"""What `undersigned doctor` looks at in the rules that tell mailboxes apart."""

from __future__ import annotations

from flask import Flask
from sqlalchemy import select

from campaign.cli.findings import Finding, fail, ok
from campaign.extensions import db
from campaign.lib.emails import BadAddress, mailbox_key, parse_address
from campaign.lib.mailbox_rules import Edition
from campaign.mailboxes import RULES_FILE, rules
from campaign.models import Signature

LOOKED_AT = 200


def mailbox_rules(app: Flask) -> Finding:
    """Every key's edition of the rules is still there, and says what it said when the key was made."""
    editions = rules().editions
    numbers = [edition.number for edition in editions]
    strange = db.session.scalar(
        select(Signature.mailbox_rule)
        .where(Signature.mailbox_key.is_not(None), Signature.mailbox_rule.not_in(numbers))
        .limit(1)
    )
    file = f"{app.config['DATA_DIR']}/{RULES_FILE}"
    if strange is not None:
        return fail(
            "mailboxes", f"edition {strange} is missing, and keys were made under it", f"put it back into {file}"
        )
    changed = [edition.number for edition in editions if _was_changed(app, edition)]
    if changed:
        cure = f"put edition {changed[0]} back as it was in {file}, and write what is new as the next edition"
        return fail("mailboxes", f"edition {changed[0]} was changed after keys were made under it", cure)
    return ok("mailboxes", f"edition {numbers[-1]} of the rules, and {len(rules().disposable)} throw-away domains")


def _was_changed(app: Flask, edition: Edition) -> bool:
    """Whether a recent key of this edition is another than its address gives today."""
    rows = db.session.execute(
        select(Signature.email, Signature.mailbox_key)
        .where(
            Signature.mailbox_rule == edition.number, Signature.mailbox_key.is_not(None), Signature.email.is_not(None)
        )
        .order_by(Signature.id.desc())
        .limit(LOOKED_AT)
    )
    secret = str(app.config["MAILBOX_KEY"]).encode()
    return any(_key(secret, str(row.email), edition) != row.mailbox_key for row in rows)


def _key(secret: bytes, email: str, edition: Edition) -> str:
    try:
        return mailbox_key(secret, parse_address(email), edition)
    except BadAddress:
        return ""
