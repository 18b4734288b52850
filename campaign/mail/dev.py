"""`/dev/mail`: every mail handed over, in development only."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from flask import Blueprint, Response, current_app, jsonify, render_template, request

from campaign.http import private
from campaign.mail.sender import recipient_mark

bp = Blueprint("dev", __name__)
SHOWN = 100


@bp.get("/dev/mail")
def mails() -> Response:
    """The newest mails as a page."""
    response = current_app.make_response(render_template("dev/mail.html", mails=kept_mails(limit=SHOWN)))
    return private(response)


@bp.get("/dev/mail.json")
def mails_json() -> Response:
    """Mails, newest first, of one recipient with `?to=`."""
    return private(jsonify(kept_mails(to=request.args.get("to", ""))))


def kept_mails(to: str = "", limit: int | None = None) -> list[dict[str, Any]]:
    """The kept copies, newest first; `to` keeps those of one recipient."""
    folder = Path(current_app.config["DATA_DIR"]) / "mail"
    mark = f"-{recipient_mark(to)}.json" if to else ".json"
    names = sorted((path for path in folder.glob("*.json") if path.name.endswith(mark)), reverse=True)
    return [json.loads(path.read_text(encoding="utf-8")) for path in names[:limit]]


def forget_mails(to: str) -> None:
    """Removes what development keeps of the mails to an address, when its owner erases their signature."""
    if current_app.config["ENV"] != "development" or not to:
        return
    folders = {Path(current_app.config["DATA_DIR"]) / "mail"}
    url = urlsplit(current_app.config["MAIL_URL"])
    if url.scheme == "file":
        folders.add(Path(unquote(url.path)))
    for folder in folders:
        for path in folder.glob(f"*-{recipient_mark(to)}.*"):
            path.unlink(missing_ok=True)
