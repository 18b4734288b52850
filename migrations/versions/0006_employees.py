"""Employees of the target: counted by number alone, checked by code, by a person, or by work mail."""

from alembic import op
import sqlalchemy as sa


revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

METHODS = "method IN ('employee_code', 'personal_proof', 'work_mail')"


def letter_id(table: str) -> tuple[sa.Column, sa.ForeignKeyConstraint]:
    """The column that says of which letter, and its key."""
    key = sa.ForeignKeyConstraint(["letter_id"], ["letter.id"], name=op.f(f"fk_{table}_letter_id"), ondelete="CASCADE")
    return sa.Column("letter_id", sa.Integer(), nullable=False), key


def upgrade() -> None:
    op.add_column("letter", sa.Column("accepts_employees", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.create_table(
        "employee_signing",
        *letter_id("employee_signing"),
        sa.Column("key_name", sa.String(length=32), nullable=False),
        sa.Column("trusted_name", sa.String(length=200), nullable=False),
        sa.Column("trusted_contact", sa.String(length=300), nullable=False),
        sa.Column("offers_work_mail", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("mail_domains", sa.Text(), nullable=False),
        sa.Column("mail_count", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("ways", sa.JSON(), nullable=False),
        sa.Column("changed_on", sa.Date(), nullable=False),
        sa.CheckConstraint("number = 0 OR number >= 10", name=op.f("ck_employee_signing_from_ten")),
        sa.PrimaryKeyConstraint("letter_id", name=op.f("pk_employee_signing")),
    )
    # No time, no growing number, no order: see campaign/models/employee.py.
    op.create_table(
        "employee_signature",
        sa.Column("id", sa.String(length=32), nullable=False),
        *letter_id("employee_signature"),
        sa.Column("method", sa.String(length=20), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=True),
        sa.Column("leaving_hash", sa.String(length=64), nullable=True),
        sa.CheckConstraint(METHODS, name=op.f("ck_employee_signature_method")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_employee_signature")),
        sa.UniqueConstraint("letter_id", "fingerprint", name=op.f("uq_employee_signature_letter_id_fingerprint")),
        sa.UniqueConstraint("letter_id", "leaving_hash", name=op.f("uq_employee_signature_letter_id_leaving_hash")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "employee_batch",
        sa.Column("id", sa.Integer(), nullable=False),
        *letter_id("employee_batch"),
        sa.Column("method", sa.String(length=20), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("made_on", sa.Date(), nullable=False),
        sa.Column("organizer_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(METHODS, name=op.f("ck_employee_batch_method")),
        sa.ForeignKeyConstraint(["organizer_id"], ["organizer.id"], name=op.f("fk_employee_batch_organizer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_employee_batch")),
    )
    op.create_index("ix_employee_batch_letter_id", "employee_batch", ["letter_id"])
    op.create_table(
        "employee_code",
        sa.Column("id", sa.String(length=32), nullable=False),
        *letter_id("employee_code"),
        sa.Column("method", sa.String(length=20), nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.CheckConstraint(METHODS, name=op.f("ck_employee_code_method")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_employee_code")),
        sa.UniqueConstraint("letter_id", "code_hash", name=op.f("uq_employee_code_letter_id_code_hash")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "employee_waiting",
        sa.Column("id", sa.String(length=32), nullable=False),
        *letter_id("employee_waiting"),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.Column("mails", sa.Integer(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("was_mailed", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_employee_waiting")),
        sa.UniqueConstraint("letter_id", "fingerprint", name=op.f("uq_employee_waiting_letter_id_fingerprint")),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    for table in ("employee_waiting", "employee_code", "employee_batch", "employee_signature", "employee_signing"):
        op.drop_table(table)
    with op.batch_alter_table("letter") as batch:
        batch.drop_column("accepts_employees")
