"""A mail server on loopback that keeps what it gets, or misbehaves as told."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from flask import Flask

from campaign.extensions import mail
from config import relay_options
from tests.support.server import free_port


class Sink:
    """The handler of the server. `mode` may be changed at any time:

    accept; refuse (550 to the recipient); later (451 after DATA); hang (no answer after DATA); drop (the
    connection ends in mid-DATA).
    """

    def __init__(self) -> None:
        self.mode = "accept"
        self.messages: list[EmailMessage] = []
        self.recipients: list[str] = []
        self.port = 0

    @property
    def url(self) -> str:
        """The MAIL_URL that reaches this server."""
        return f"smtp://127.0.0.1:{self.port}"

    def to(self, address: str) -> list[EmailMessage]:
        """The mails one address got, oldest first."""
        pairs = zip(self.recipients, self.messages, strict=True)
        return [message for recipient, message in pairs if recipient == address]

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Take or refuse one recipient."""
        if self.mode == "refuse":
            return "550 5.1.1 no such mailbox here"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Keep the mail, or do what the mode says instead."""
        if self.mode == "later":
            return "451 4.3.0 try again later"
        if self.mode == "hang":
            await asyncio.sleep(3600)
        if self.mode == "drop":
            server.transport.abort()
            return "421 gone"
        message: Any = message_from_bytes(envelope.content or b"", policy=policy.default)
        for address in envelope.rcpt_tos:
            self.recipients.append(address)
            self.messages.append(message)
        return "250 OK"


def send_through(app: Flask, sink: Sink) -> None:
    """Let this app hand its mails to the sink until its settings are put back."""
    app.config.update(MAIL_URL=sink.url, **relay_options(sink.url))
    mail.init_app(app)


@contextmanager
def running_sink(*, international: bool = True) -> Iterator[Sink]:
    """A mail server on a free loopback port for as long as the block lasts; `international` is SMTPUTF8 (RFC 6531)."""
    sink = Sink()
    sink.port = free_port()
    controller = Controller(sink, hostname="127.0.0.1", port=sink.port, ready_timeout=10, enable_SMTPUTF8=international)
    controller.start()
    try:
        yield sink
    finally:
        controller.stop()
