"""What `undersigned doctor` looks at where employees sign: the relay of their codes, and the files of their keys."""

from __future__ import annotations

import smtplib
import stat
from urllib.parse import urlsplit

from flask import Flask
from sqlalchemy import func, select

from campaign import employeekeys
from campaign.cli.findings import Finding, fail, ok, warn
from campaign.extensions import db
from campaign.mail.quiet import quiet_connection
from campaign.models import EmployeeSigning
from campaign.verification.work_mail import setting_problem
from config import PREFIX

_URL, _FROM = f"{PREFIX}EMPLOYEE_MAIL_URL", f"{PREFIX}EMPLOYEE_MAIL_FROM"
# What is wrong with the settings of work mail, and what to change.
CURES = {
    "not_set": (
        f"{_URL} or {_FROM} is missing",
        f"set both, e.g. {_URL}=smtps://user:password@relay.example:465 and {_FROM}=codes@relay.example",
    ),
    "no_relay": ("the codes would go into a folder and stay there", f"{_URL}=smtps://user:password@relay.example:465"),
    "same_sender": (
        "the sender lies on the domain of this site or of its other mails",
        f"{_FROM} on a domain registered for nothing else, which names no campaign",
    ),
    "same_relay": ("the relay is that of the other mails, or of this site", f"{_URL} at another provider"),
}


def employee_relay(app: Flask) -> Finding:
    """Work mail has a relay and a sender of its own, or is offered nowhere."""
    offered = db.session.scalar(select(func.count()).where(EmployeeSigning.offers_work_mail)) or 0
    problem = setting_problem(app.config)
    if problem == "not_set" and not offered and not app.config["EMPLOYEE_MAIL_URL"]:
        return ok("work mail", "not offered")
    if problem is not None:
        seen, cure = CURES[problem]
        return fail("work mail", f"{seen}; {offered} letters offer it" if offered else seen, cure)
    if urlsplit(app.config["EMPLOYEE_MAIL_URL"]).scheme == "file":
        return warn("work mail", "shown at /dev/mail, not sent", f"{_URL}=smtps://user:password@relay.example:465")
    try:
        quiet_connection(app.config).close()
    except (OSError, smtplib.SMTPException) as error:
        return fail("work mail", f"no relay ({type(error).__name__})", f"{_URL}: host, port, user or password")
    return ok("work mail", "a relay and a sender of its own")


def employee_keys(app: Flask) -> Finding:
    """Each letter that employees sign has its key file, which we alone can read; no key lies there without a letter."""
    names = set(db.session.scalars(select(EmployeeSigning.key_name).where(EmployeeSigning.key_name != "")))
    files = {path.stem: path for path in employeekeys.key_files()}
    folder = employeekeys.folder()
    loose = [path for path in (folder, *files.values()) if stat.S_IMODE(path.stat().st_mode) & 0o077]
    if loose:
        return fail("employee keys", f"{loose[0]} can be read by others", f"chmod go-rwx {folder} {folder}/*")
    if names - files.keys():
        return fail(
            "employee keys",
            f"{len(names - files.keys())} letters have lost theirs: nobody can sign or leave there",
            "bring the file back, or run: undersigned letter forget-employees SLUG",
        )
    if left := files.keys() - names:
        return warn("employee keys", f"{len(left)} belong to no letter", f"shred -u {files[min(left)]}")
    return ok("employee keys", f"{len(files)}, private; leave {folder} out of every backup")
