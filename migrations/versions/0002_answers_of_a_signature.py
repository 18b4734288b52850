"""A signature counts how often its answers were given; an organization is never private."""

from alembic import op
import sqlalchemy as sa


revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("UPDATE signature SET is_private = FALSE WHERE kind = 'organization'")
    with op.batch_alter_table("signature") as batch:
        batch.add_column(sa.Column("answers_count", sa.Integer(), nullable=False, server_default="1"))
        batch.create_check_constraint("organization_is_named", "kind <> 'organization' OR NOT is_private")


def downgrade() -> None:
    with op.batch_alter_table("signature") as batch:
        batch.drop_constraint(op.f("ck_signature_organization_is_named"), type_="check")
        batch.drop_column("answers_count")
