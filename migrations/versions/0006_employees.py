"""Employees of the target: counted by number alone, checked by code, by a person, or by work mail."""

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
