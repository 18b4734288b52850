"""Builds a mail from its three templates: subject, text and HTML."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from flask import current_app, render_template

from campaign.languages import force_locale

BREAKS = re.compile(r"\s+")
BLANK_LINES = re.compile(r"\n{3,}")


@dataclass(frozen=True)
class Mail:
    """One mail to one recipient, complete but for its Message-ID, which comes from the job's key."""

    to: str
    subject: str
    text: str
    html: str
    reply_to: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)


def render(template: str, *, to: str, language: str, reply_to: str = "", **values: object) -> Mail:
    """The mail from `templates/<room>/mail/<message>.{subject,txt,html}`.

    `template` is `room/message`. Subject lines lose every line break (header injection).
    """
    room, message = template.split("/")
    base = f"{room}/mail/{message}"
    with force_locale(language):
        values = {**values, "language": language, "base_url": current_app.config["BASE_URL"]}
        subject = BREAKS.sub(" ", render_template(f"{base}.subject", **values)).strip()
        text = BLANK_LINES.sub("\n\n", render_template(f"{base}.txt", **values)).strip() + "\n"
        html = render_template(f"{base}.html", **values)
    return Mail(to=to, subject=subject, text=text, html=html, reply_to=reply_to)
