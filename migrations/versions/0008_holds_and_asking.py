"""Switches of the hold rules, and questions to those who are held."""

from alembic import op
import sqlalchemy as sa


revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

UNDECIDED = (
    "verification = 'verified' AND (moderation = 'waiting' OR moderation = 'held') "
    "AND withdrawn_at IS NULL AND merged_into_id IS NULL"
)
COLUMNS = ["letter_id", "kind", "moderation", "signed_at", "verification", "withdrawn_at", "merged_into_id"]
MODES = "mode IN ('hold_risky', 'review_first')"
MORE_MODES = "mode IN ('hold_risky', 'review_first', 'invitation_only')"


def id_column() -> sa.Column:
    return sa.Column("id", sa.Integer(), nullable=False)


def letter_column() -> sa.Column:
    return sa.Column("letter_id", sa.Integer(), nullable=False)


def of_letter(table: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_letter_id")
    return sa.ForeignKeyConstraint(["letter_id"], ["letter.id"], name=name, ondelete="CASCADE")


def of_signature(table: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_signature_id")
    return sa.ForeignKeyConstraint(["signature_id"], ["signature.id"], name=name, ondelete="CASCADE")


def of_organizer(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["organizer_id"], ["organizer.id"], name=op.f(f"fk_{table}_organizer_id"))


def index_where(name: str, table: str, columns: list[str], condition: str, unique: bool = False) -> None:
    where = sa.text(condition)
    op.create_index(name, table, columns, unique=unique, sqlite_where=where, postgresql_where=where)


def change_modes(after: str) -> None:
    with op.batch_alter_table("letter") as batch:
        batch.drop_constraint(op.f("ck_letter_mode"), type_="check")
        batch.create_check_constraint(op.f("ck_letter_mode"), after)


def drop_queue() -> None:
    op.drop_index("ix_signature_queue", table_name="signature")
    op.drop_index("ix_signature_undecided", table_name="signature")


def upgrade() -> None:
    op.create_table(
        "letter_rule",
        letter_column(),
        sa.Column("rule", sa.String(length=40), nullable=False),
        sa.Column("is_on", sa.Boolean(), nullable=False),
        sa.Column("organizer_id", sa.Integer(), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        of_letter("letter_rule"),
        of_organizer("letter_rule"),
        sa.PrimaryKeyConstraint("letter_id", "rule", name=op.f("pk_letter_rule")),
    )
    op.create_table(
        "rule_mute",
        id_column(),
        letter_column(),
        sa.Column("rules", sa.String(length=300), nullable=False),
        sa.Column("place", sa.String(length=200), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("organizer_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_rule_mute_has_length")),
        of_letter("rule_mute"),
        of_organizer("rule_mute"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rule_mute")),
    )
    op.create_index("ix_rule_mute_letter_id", "rule_mute", ["letter_id", "ends_at"])
    op.create_table(
        "rule_hit",
        sa.Column("signature_id", sa.Integer(), nullable=False),
        sa.Column("rule", sa.String(length=40), nullable=False),
        letter_column(),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("is_held", sa.Boolean(), nullable=False),
        of_letter("rule_hit"),
        of_signature("rule_hit"),
        sa.PrimaryKeyConstraint("signature_id", "rule", name=op.f("pk_rule_hit")),
    )
    op.create_index("ix_rule_hit_letter_id", "rule_hit", ["letter_id", "day", "rule", "is_held"])
    op.create_table(
        "waiting_time",
        letter_column(),
        sa.Column("hours", sa.Integer(), nullable=True),
        sa.Column("measured_at", sa.DateTime(timezone=True), nullable=False),
        of_letter("waiting_time"),
        sa.PrimaryKeyConstraint("letter_id", name=op.f("pk_waiting_time")),
    )
    op.create_table(
        "target_leader",
        id_column(),
        sa.Column("target_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["target_id"], ["target.id"], name=op.f("fk_target_leader_target_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_target_leader")),
        sa.UniqueConstraint("target_id", "name", name=op.f("uq_target_leader_target_id_name")),
    )
    upgrade_asking()
    change_modes(MORE_MODES)


def upgrade_asking() -> None:
    op.create_table(
        "asked",
        id_column(),
        letter_column(),
        sa.Column("signature_id", sa.Integer(), nullable=False),
        sa.Column("ready", sa.String(length=40), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("organizer_id", sa.Integer(), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("page", sa.String(length=500), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("has_corrected", sa.Boolean(), nullable=False),
        sa.Column("address", sa.String(length=254), nullable=True),
        sa.Column("codes_asked", sa.Integer(), nullable=False),
        sa.Column("code_tries", sa.Integer(), nullable=False),
        sa.Column("code_asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("proved_domain", sa.String(length=254), nullable=False),
        sa.Column("is_own_domain", sa.Boolean(), nullable=False),
        sa.Column("proved_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("ready <> '' OR words <> ''", name=op.f("ck_asked_asks_something")),
        of_letter("asked"),
        of_signature("asked"),
        of_organizer("asked"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_asked")),
    )
    op.create_index("ix_asked_signature_id", "asked", ["signature_id", "id"])
    index_where("uq_asked_open", "asked", ["signature_id"], "ended_at IS NULL", unique=True)
    index_where("ix_asked_due", "asked", ["asked_at", "id"], "ended_at IS NULL AND answered_at IS NULL")
    drop_queue()
    with op.batch_alter_table("signature") as batch:
        batch.add_column(sa.Column("asking", sa.String(length=20), server_default="none", nullable=False))
        batch.create_check_constraint(op.f("ck_signature_asking"), "asking IN ('answered', 'asked', 'none')")
    index_where("ix_signature_queue", "signature", ["letter_id", "asking", "id"], f"{UNDECIDED} AND asking != 'asked'")
    index_where("ix_signature_undecided", "signature", [*COLUMNS, "asking"], UNDECIDED)
    index_where("ix_signature_asked", "signature", ["letter_id", "id"], "asking = 'asked'")


def downgrade() -> None:
    op.execute("UPDATE letter SET mode = 'review_first' WHERE mode = 'invitation_only'")
    change_modes(MODES)
    drop_queue()
    op.drop_index("ix_signature_asked", table_name="signature")
    with op.batch_alter_table("signature") as batch:
        batch.drop_constraint(op.f("ck_signature_asking"), type_="check")
        batch.drop_column("asking")
    index_where("ix_signature_queue", "signature", ["letter_id", "id"], UNDECIDED)
    index_where("ix_signature_undecided", "signature", COLUMNS, UNDECIDED)
    for table in ("asked", "target_leader", "waiting_time", "rule_hit", "rule_mute", "letter_rule"):
        op.drop_table(table)
