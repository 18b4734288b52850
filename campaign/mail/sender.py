"""Hands mails over: the only place that knows Flask-Mail, over one connection kept open.

With a `file://` MAIL_URL each mail becomes an `.eml` file in that folder. In development a copy of
every mail is kept for `/dev/mail`.
"""

from __future__ import annotations

import hashlib
import itertools
import json
import logging
import os
import re
import smtplib
import socket
import time
from datetime import datetime
from email import message_from_bytes, policy
from email.utils import parseaddr
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from flask import Flask
from flask_mail import Connection, Message

from campaign.extensions import mail
from campaign.lib.clock import rfc3339
from campaign.mail.render import Mail

log = logging.getLogger("campaign.mail")

# A hanging receiver costs this many seconds, then the queue goes on.
TIMEOUT = 30.0
# A connection that was idle longer than this is asked first whether it still stands.
IDLE_SECONDS = 5.0
_handed_over = itertools.count(1)
# Enhanced status codes: no such mailbox, moved, a domain that takes no mail, disabled (RFC 3463, RFC 7505).
NO_MAILBOX = re.compile(rb"5\.(1\.(1|6|10)|2\.1)\b")
LINK = re.compile(r"https?://[^\s<>\"']+")


class MailRefused(Exception):
    """The server refused this one mail; `is_permanent` when trying again is useless.

    `no_mailbox` when it says that there is none, not only that it does not want this mail.
    """

    def __init__(self, code: int, answer: bytes = b"") -> None:
        super().__init__(f"the mail server answered {code}")
        self.is_permanent = 500 <= code < 600
        self.no_mailbox = self.is_permanent and NO_MAILBOX.match(answer) is not None


class ServerAway(Exception):
    """The server could not be reached or went away; `in_doubt` when the mail may have gone."""

    def __init__(self, error: Exception, in_doubt: bool) -> None:
        super().__init__(f"the mail server is away ({type(error).__name__})")
        self.in_doubt = in_doubt


class Sender:
    """Keeps one connection; never shared between processes."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.connection: Connection | None = None
        self.used_at = 0.0

    def send(self, message: Mail, *, key: str, now: datetime) -> None:
        """Hands over one mail. Raises `MailRefused` or `ServerAway`.

        The Message-ID comes from the job's key, so a repeated job is the same mail.
        """
        envelope = self.envelope(message, key)
        url = urlsplit(self.app.config["MAIL_URL"])
        if url.scheme == "file":
            name = f"{file_stem()}-{recipient_mark(message.to)}.eml"
            content = envelope.as_bytes() if message.to.isascii() else international(envelope)
            write_atomically(Path(unquote(url.path)), name, content)
        else:
            self.hand_over(envelope)
        if self.app.config["ENV"] == "development":
            keep_copy(Path(self.app.config["DATA_DIR"]) / "mail", message, now)

    def envelope(self, message: Mail, key: str) -> Message:
        """The mail as Flask-Mail wants it: one recipient, From always ours."""
        host = urlsplit(self.app.config["BASE_URL"]).hostname
        digest = hashlib.sha256(f"{self.app.config['SECRET_KEY']}\0{key}".encode()).hexdigest()[:32]
        envelope = Message(
            subject=message.subject,
            recipients=[message.to],
            body=message.text,
            html=message.html,
            reply_to=message.reply_to or None,
            charset="utf-8",
            extra_headers={"Auto-Submitted": "auto-generated", **message.headers},
        )
        envelope.msgId = f"<{digest}@{host}>"
        return envelope

    def hand_over(self, envelope: Message) -> None:
        """Sends over the kept connection, with a fresh one when it no longer stands."""
        try:
            connection = self.connected()
        except smtplib.SMTPResponseException as error:
            self.close()
            raise ServerAway(error, in_doubt=False) from error
        except (OSError, smtplib.SMTPException) as error:
            self.close()
            raise ServerAway(error, in_doubt=False) from error
        try:
            transmit(connection, envelope)
        except smtplib.SMTPRecipientsRefused as error:
            raise MailRefused(*max(error.recipients.values())) from error
        except (smtplib.SMTPNotSupportedError, UnicodeEncodeError) as error:
            # An address in letters that this server cannot write to; 553 by RFC 5321.
            raise MailRefused(553) from error
        except (smtplib.SMTPSenderRefused, smtplib.SMTPHeloError) as error:
            # The server refuses us, not this mail: no mail may die of that.
            self.close()
            raise ServerAway(error, in_doubt=False) from error
        except smtplib.SMTPResponseException as error:
            if error.smtp_code == 421:
                self.close()
                raise ServerAway(error, in_doubt=False) from error
            raise MailRefused(error.smtp_code) from error
        except (OSError, smtplib.SMTPException) as error:
            self.close()
            raise ServerAway(error, in_doubt=True) from error
        self.used_at = time.monotonic()

    def connected(self) -> Connection:
        """The kept connection, checked when it was idle, or a new one."""
        if self.connection is not None and time.monotonic() - self.used_at > IDLE_SECONDS:
            self.check()
        if self.connection is None:
            connection = mail.connect()
            # Flask-Mail sets no time limit of its own.
            before = socket.getdefaulttimeout()
            socket.setdefaulttimeout(TIMEOUT)
            try:
                connection.__enter__()
            finally:
                socket.setdefaulttimeout(before)
            self.connection = connection
        return self.connection

    def check(self) -> None:
        """Drops the kept connection when the server no longer answers on it."""
        host: Any = self.connection.host if self.connection else None
        try:
            alive = host is not None and host.noop()[0] == 250
        except (OSError, smtplib.SMTPException):
            alive = False
        if not alive:
            self.close()

    def close(self) -> None:
        """Ends the kept connection, whatever state it is in."""
        connection, self.connection = self.connection, None
        if connection is None or connection.host is None:
            return
        try:
            connection.host.close()
        except OSError as error:
            log.debug("closing the mail connection: %s", type(error).__name__)


def transmit(connection: Connection, envelope: Message) -> None:
    """Sends one mail; letters outside ASCII before the @ go by SMTPUTF8 (RFC 6531), which Flask-Mail does not know."""
    recipient = str(envelope.recipients[0])
    if recipient.isascii() or connection.host is None:
        connection.send(envelope)
        return
    options = ["SMTPUTF8", "BODY=8BITMIME"]
    sender = parseaddr(str(envelope.sender))[1]
    connection.host.sendmail(sender, [recipient], international(envelope), mail_options=options)


def international(envelope: Message) -> bytes:
    """The same mail with the recipient's own letters in its header (RFC 6532)."""
    recipient = str(envelope.recipients[0])
    envelope.recipients = [f"recipient@{recipient.rpartition('@')[2]}"]
    whole = message_from_bytes(envelope.as_bytes(), policy=policy.SMTPUTF8)
    envelope.recipients = [recipient]
    whole.replace_header("To", recipient)
    return whole.as_bytes()


def keep_copy(folder: Path, message: Mail, now: datetime) -> None:
    """Keeps a mail for `/dev/mail`; the name tells time and recipient, so finding one is cheap."""
    copy = {
        "to": message.to,
        "subject": message.subject,
        "text": message.text,
        "html": message.html,
        "links": list(dict.fromkeys(LINK.findall(message.text))),
        "sent_at": rfc3339(now),
    }
    name = f"{file_stem()}-{recipient_mark(message.to)}.json"
    write_atomically(folder, name, json.dumps(copy, ensure_ascii=False).encode())


def file_stem() -> str:
    """A name no other mail has, in the order of handing over: the time, the process, its count of mails."""
    return f"{time.time_ns()}-{os.getpid()}-{next(_handed_over):09}"


def recipient_mark(address: str) -> str:
    """A short mark of a recipient for file names."""
    return hashlib.sha256(address.strip().lower().encode()).hexdigest()[:12]


def write_atomically(folder: Path, name: str, content: bytes) -> None:
    """Writes a file so that a reader sees all of it or nothing."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    part = folder / f".{name}.part"
    part.write_bytes(content)
    part.replace(folder / name)
