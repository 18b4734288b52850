"""An index of its own for the counts of the queue, which holds everything they ask for."""

from alembic import op
import sqlalchemy as sa


revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

UNDECIDED = sa.text(
    "verification = 'verified' AND (moderation = 'waiting' OR moderation = 'held') "
    "AND withdrawn_at IS NULL AND merged_into_id IS NULL"
)
COLUMNS = ["letter_id", "kind", "moderation", "signed_at", "verification", "withdrawn_at", "merged_into_id"]


def upgrade() -> None:
    op.create_index("ix_signature_undecided", "signature", COLUMNS, sqlite_where=UNDECIDED, postgresql_where=UNDECIDED)


def downgrade() -> None:
    op.drop_index("ix_signature_undecided", table_name="signature")
