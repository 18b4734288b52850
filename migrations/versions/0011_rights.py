"""What time and law do to personal data: legal holds, and what was erased for good."""

from alembic import op
from alembic.util import CommandError
import sqlalchemy as sa


revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "legal_hold",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("letter_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("placed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("organizer_id", sa.Integer(), nullable=True),
        sa.Column("lifted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lifted_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["letter_id"], ["letter.id"], name=op.f("fk_legal_hold_letter_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["organizer_id"], ["organizer.id"], name=op.f("fk_legal_hold_organizer_id")),
        sa.ForeignKeyConstraint(["lifted_by_id"], ["organizer.id"], name=op.f("fk_legal_hold_lifted_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_legal_hold")),
    )
    op.create_index(
        "uq_legal_hold_standing",
        "legal_hold",
        ["letter_id"],
        unique=True,
        sqlite_where=sa.text("lifted_at IS NULL"),
        postgresql_where=sa.text("lifted_at IS NULL"),
    )
    op.create_table(
        "link_request",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("mailbox_key", sa.String(length=64), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("queued_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_link_request")),
        sa.UniqueConstraint("mailbox_key", name=op.f("uq_link_request_mailbox_key")),
    )
    op.add_column("signature", sa.Column("anonymized_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index(
        "ix_signature_merged_into_id",
        "signature",
        ["merged_into_id"],
        sqlite_where=sa.text("merged_into_id IS NOT NULL"),
        postgresql_where=sa.text("merged_into_id IS NOT NULL"),
    )
    op.add_column("suppression", sa.Column("mailbox_rule", sa.Integer(), server_default="1", nullable=False))


def downgrade() -> None:
    standing = op.get_bind().scalar(sa.text("SELECT count(*) FROM legal_hold WHERE lifted_at IS NULL"))
    if standing:
        # Without the table the clock would blank what an owner was told to keep.
        raise CommandError(
            f"Legal holds that stand: {standing}. The schema before 0011 knows of none; lift them at the desk first"
        )
    op.drop_column("suppression", "mailbox_rule")
    op.drop_index("ix_signature_merged_into_id", table_name="signature")
    op.drop_column("signature", "anonymized_at")
    op.drop_table("link_request")
    op.drop_index("uq_legal_hold_standing", table_name="legal_hold")
    op.drop_table("legal_hold")
