"""How an organization proves itself: published contacts, records of its domain, aliases."""

from alembic import op
import sqlalchemy as sa


revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("invitation") as batch_op:
        # Never written, never read: the constraint on letter and name answers the board.
        batch_op.drop_index("ix_invitation_letter_id")
        batch_op.drop_column("note")


def downgrade() -> None:
    with op.batch_alter_table("invitation") as batch_op:
        batch_op.add_column(sa.Column("note", sa.Text(), nullable=False, server_default=""))
        batch_op.create_index("ix_invitation_letter_id", ["letter_id", "id"], unique=False)
