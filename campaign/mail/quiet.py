"""Hands over the codes that employees asked for: by a relay of its own, kept nowhere, and telling nothing of this site.

No connection is kept, no copy is made, and neither name nor address of the site stands in the envelope or the mail. In
development alone a copy lies where `/dev/mail` finds it, until the code is used or the day is over.
"""

from __future__ import annotations

import smtplib
from collections.abc import Mapping
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid, parseaddr
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from campaign.mail.render import Mail
from campaign.mail.sender import TIMEOUT, keep_copy
from config import relay_options


class QuietlyFailed(Exception):
    """The mail did not leave. Says only which kind of error it was: a server's answer repeats the address."""


def send_quietly(config: Mapping[str, Any], message: Mail, now: datetime) -> None:
    """Hands one mail over. Raises `QuietlyFailed`."""
    if urlsplit(config["EMPLOYEE_MAIL_URL"]).scheme != "file":
        try:
            with quiet_connection(config) as server:
                server.send_message(envelope(config, message, now))
        except (OSError, smtplib.SMTPException) as error:
            raise QuietlyFailed(type(error).__name__) from None
    if config["ENV"] == "development":
        keep_copy(Path(config["DATA_DIR"]) / "mail", message, now)


def envelope(config: Mapping[str, Any], message: Mail, now: datetime) -> EmailMessage:
    """The mail: plain text, to the minute, with a Message-ID of the sender's own domain."""
    name, sender = parseaddr(config["EMPLOYEE_MAIL_FROM"])
    mail = EmailMessage()
    mail["From"] = Address(name, addr_spec=sender)
    mail["To"] = message.to
    mail["Subject"] = message.subject
    mail["Date"] = format_datetime(now.replace(second=0, microsecond=0))
    mail["Message-ID"] = make_msgid(domain=own_domain(config))
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(message.text)
    return mail


def quiet_connection(config: Mapping[str, Any]) -> smtplib.SMTP:
    """A connection to the relay, which greets it by the sender's own domain. Raises OSError and SMTPException."""
    options = relay_options(config["EMPLOYEE_MAIL_URL"])
    kind = smtplib.SMTP_SSL if options["MAIL_USE_SSL"] else smtplib.SMTP
    server = kind(options["MAIL_SERVER"], options["MAIL_PORT"], local_hostname=own_domain(config), timeout=TIMEOUT)
    try:
        if options["MAIL_USE_TLS"]:
            server.starttls()
        if options["MAIL_USERNAME"]:
            server.login(options["MAIL_USERNAME"], options["MAIL_PASSWORD"] or "")
    except (OSError, smtplib.SMTPException):
        server.close()
        raise
    return server


def own_domain(config: Mapping[str, Any]) -> str:
    """The domain that these mails come from."""
    return parseaddr(config["EMPLOYEE_MAIL_FROM"])[1].rpartition("@")[2]
