"""Employees of the target who signed: counted, never named.

No table here that tells of a person has a time, a number that grows, or an order of its own: ids are random, SQLite
keeps the rows in their order (WITHOUT ROWID), and PostgreSQL's are rewritten in it every day. Hashes are keyed with the
letter's key, a file outside the database (`campaign.employeekeys`).
"""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from campaign.choices import EmployeeMethod
from campaign.extensions import Base
from campaign.models.constraints import one_of

NO_ORDER = {"sqlite_with_rowid": False}


class EmployeeSigning(Base, kw_only=True):
    """How employees sign a letter, and the number of them that is shown.

    `key_name` is the letter's key file, "" once it is destroyed. `number` is what every page and file shows: it changes
    once a day, on `changed_on`, and is 0 or at least 10. `ways` says how they were checked, as far as it may be told;
    `mail_count` is how many signatures by work mail the number counts.
    """

    __tablename__ = "employee_signing"
    __table_args__ = (CheckConstraint("number = 0 OR number >= 10", name="from_ten"),)

    letter_id: Mapped[int] = mapped_column(ForeignKey("letter.id", ondelete="CASCADE"), primary_key=True)
    key_name: Mapped[str] = mapped_column(String(32), default="")
    trusted_name: Mapped[str] = mapped_column(String(200), default="")
    trusted_contact: Mapped[str] = mapped_column(String(300), default="")
    offers_work_mail: Mapped[bool] = mapped_column(default=False, server_default=false())
    mail_domains: Mapped[str] = mapped_column(Text, default="")
    mail_count: Mapped[int] = mapped_column(default=0)
    number: Mapped[int] = mapped_column(default=0)
    ways: Mapped[dict[str, Any]] = mapped_column(JSON, default_factory=dict)
    changed_on: Mapped[date]


class EmployeeSignature(Base, kw_only=True):
    """One employee's signature. Both hashes are empty once the letter's key is destroyed."""

    __tablename__ = "employee_signature"
    __table_args__ = (
        UniqueConstraint("letter_id", "fingerprint"),
        # Also read by: leaving.
        UniqueConstraint("letter_id", "leaving_hash"),
        one_of("method", EmployeeMethod),
        NO_ORDER,
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    letter_id: Mapped[int] = mapped_column(ForeignKey("letter.id", ondelete="CASCADE"))
    method: Mapped[str] = mapped_column(String(20))
    # Of the work address; others have none.
    fingerprint: Mapped[str | None] = mapped_column(String(64), default=None)
    leaving_hash: Mapped[str | None] = mapped_column(String(64), default=None)


class EmployeeBatch(Base, kw_only=True):
    """Codes that an organizer made at once: how many, on which day. Not which of them were used."""

    __tablename__ = "employee_batch"
    __table_args__ = (one_of("method", EmployeeMethod), Index("ix_employee_batch_letter_id", "letter_id"))

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    letter_id: Mapped[int] = mapped_column(ForeignKey("letter.id", ondelete="CASCADE"))
    method: Mapped[str] = mapped_column(String(20))
    number: Mapped[int]
    made_on: Mapped[date]
    organizer_id: Mapped[int | None] = mapped_column(ForeignKey("organizer.id"), default=None)


class EmployeeCode(Base, kw_only=True):
    """A single-use code that nobody has used yet; using it deletes the row."""

    __tablename__ = "employee_code"
    __table_args__ = (UniqueConstraint("letter_id", "code_hash"), one_of("method", EmployeeMethod), NO_ORDER)

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    letter_id: Mapped[int] = mapped_column(ForeignKey("letter.id", ondelete="CASCADE"))
    method: Mapped[str] = mapped_column(String(20))
    code_hash: Mapped[str] = mapped_column(String(64))


class EmployeeWaiting(Base, kw_only=True):
    """A work address that a code was asked for.

    `sealed` is the address under the letter's key, "" once the code was used or the day is over. The row stays, under a
    new id every day, until the number has moved past it, so that the number never proves that all of those who got a
    mail have signed.
    """

    __tablename__ = "employee_waiting"
    __table_args__ = (UniqueConstraint("letter_id", "fingerprint"), NO_ORDER)

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    letter_id: Mapped[int] = mapped_column(ForeignKey("letter.id", ondelete="CASCADE"))
    fingerprint: Mapped[str] = mapped_column(String(64))
    sealed: Mapped[str] = mapped_column(Text, default="")
    mails: Mapped[int] = mapped_column(default=0)
    tries: Mapped[int] = mapped_column(default=0)
    # Whether a mail has left since the number moved last.
    was_mailed: Mapped[bool] = mapped_column(default=False)
