"""Networks of a day, trusted and blocked lists, alarms, decisions by condition."""

from alembic import op
import sqlalchemy as sa


revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def letter_of(table: str, *, nullable: bool = False) -> tuple[sa.Column, sa.ForeignKeyConstraint]:
    """The letter a row belongs to, with which it goes."""
    column = sa.Column("letter_id", sa.Integer(), nullable=nullable)
    key = sa.ForeignKeyConstraint(["letter_id"], ["letter.id"], name=f"fk_{table}_letter_id", ondelete="CASCADE")
    return column, key


def organizer_of(table: str, name: str) -> tuple[sa.Column, sa.ForeignKeyConstraint]:
    """The organizer who did it; null is a command."""
    column = sa.Column(name, sa.Integer(), nullable=True)
    return column, sa.ForeignKeyConstraint([name], ["organizer.id"], name=f"fk_{table}_{name}")


def partial(name: str, table: str, columns: list[str], condition: str) -> None:
    """A unique index over the rows that a condition holds for."""
    where = sa.text(condition)
    op.create_index(name, table, columns, unique=True, sqlite_where=where, postgresql_where=where)


def upgrade() -> None:
    networks()
    guards()
    alarms()
    bulk()
    for name, kind, default in (
        ("hold_all", sa.Text(), ""),
        ("asks_proof", sa.Boolean(), sa.false()),
        ("proof_until", sa.DateTime(timezone=True), None),
    ):
        op.add_column("letter", sa.Column(name, kind, server_default=default, nullable=default is None))


def networks() -> None:
    op.create_table(
        "network_key",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("day", name="pk_network_key"),
    )
    op.create_table(
        "signing_hint",
        sa.Column("id", sa.Integer(), nullable=False),
        *letter_of("signing_hint"),
        sa.Column("signature_id", sa.Integer(), nullable=True),
        sa.Column("network", sa.String(length=32), nullable=False),
        sa.Column("seconds", sa.Integer(), nullable=True),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["signature_id"], ["signature.id"], name="fk_signing_hint_signature_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_signing_hint"),
    )
    op.create_index("ix_signing_hint_network", "signing_hint", ["network", "signed_at", "letter_id"])
    op.create_index("ix_signing_hint_letter_id", "signing_hint", ["letter_id", "signed_at", "network"])
    op.create_index("ix_signing_hint_signature_id", "signing_hint", ["signature_id"])
    op.create_table(
        "used_challenge",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("digest", name="pk_used_challenge"),
    )


def guards() -> None:
    op.create_table(
        "guard_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        *letter_of("guard_entry", nullable=True),
        sa.Column("side", sa.String(length=10), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("value", sa.String(length=254), nullable=False),
        sa.Column("shown", sa.String(length=254), nullable=False),
        sa.Column("comment", sa.String(length=300), nullable=False),
        *organizer_of("guard_entry", "organizer_id"),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("side IN ('trusted', 'blocked')", name=op.f("ck_guard_entry_side")),
        sa.CheckConstraint("kind IN ('domain', 'network', 'address')", name=op.f("ck_guard_entry_kind")),
        sa.PrimaryKeyConstraint("id", name="pk_guard_entry"),
    )
    partial("uq_guard_entry_letter", "guard_entry", ["letter_id", "kind", "value"], "letter_id IS NOT NULL")
    partial("uq_guard_entry_site", "guard_entry", ["kind", "value"], "letter_id IS NULL")


def alarms() -> None:
    op.create_table(
        "alarm",
        sa.Column("id", sa.Integer(), nullable=False),
        *letter_of("alarm", nullable=True),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("usual", sa.Integer(), nullable=False),
        sa.Column("hours", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True),
        *organizer_of("alarm", "seen_by_id"),
        sa.Column("over_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("kind IN ('network', 'domain', 'name', 'hour', 'mail')", name=op.f("ck_alarm_kind")),
        sa.CheckConstraint("state IN ('new', 'seen', 'over')", name=op.f("ck_alarm_state")),
        sa.CheckConstraint("state <> 'over' OR over_at IS NOT NULL", name=op.f("ck_alarm_over_has_time")),
        sa.PrimaryKeyConstraint("id", name="pk_alarm"),
    )
    partial("uq_alarm_standing", "alarm", ["letter_id", "kind", "subject"], "state <> 'over'")
    op.create_index("ix_alarm_letter_id", "alarm", ["letter_id", "id"])
    op.create_table(
        "signing_hour",
        *letter_of("signing_hour"),
        sa.Column("hour_at", sa.DateTime(timezone=True), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("attempts", "network", "domain", "name")),
        sa.PrimaryKeyConstraint("letter_id", "hour_at", name="pk_signing_hour"),
    )


def bulk() -> None:
    op.create_table(
        "bulk_decision",
        sa.Column("id", sa.Integer(), nullable=False),
        *letter_of("bulk_decision"),
        sa.Column("condition", sa.JSON(), nullable=False),
        sa.Column("act", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("sample", sa.JSON(), nullable=False),
        *(
            sa.Column(name, sa.Integer(), nullable=False)
            for name in ("last_id", "after_id", "changed", "fallen", "restored")
        ),
        *organizer_of("bulk_decision", "organizer_id"),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('counting', 'counted', 'running', 'done', 'cancelled', 'undoing', 'undone')",
            name=op.f("ck_bulk_decision_state"),
        ),
        sa.CheckConstraint("state <> 'done' OR finished_at IS NOT NULL", name=op.f("ck_bulk_decision_done_has_time")),
        sa.PrimaryKeyConstraint("id", name="pk_bulk_decision"),
    )
    op.create_index("ix_bulk_decision_letter_id", "bulk_decision", ["letter_id", "id"])
    op.create_table(
        "bulk_chunk",
        sa.Column("bulk_id", sa.Integer(), nullable=False),
        sa.Column("first", sa.Integer(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["bulk_id"], ["bulk_decision.id"], name="fk_bulk_chunk_bulk_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("bulk_id", "first", name="pk_bulk_chunk"),
    )


def downgrade() -> None:
    for name in ("proof_until", "asks_proof", "hold_all"):
        op.drop_column("letter", name)
    for table in (
        "bulk_chunk",
        "bulk_decision",
        "signing_hour",
        "alarm",
        "guard_entry",
        "used_challenge",
        "signing_hint",
        "network_key",
    ):
        op.drop_table(table)
