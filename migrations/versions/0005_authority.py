"""How an organization proves itself: published contacts, records of its domain, aliases."""

from alembic import op
import sqlalchemy as sa


revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _add_aliases()
    _add_keys()
    _add_requests()
    # Not as a batch: the table would be made anew on SQLite.
    op.create_index(
        "ix_signature_organization_id",
        "signature",
        ["organization_id"],
        unique=False,
        sqlite_where=sa.text("organization_id IS NOT NULL"),
        postgresql_where=sa.text("organization_id IS NOT NULL"),
    )
    with op.batch_alter_table("invitation") as batch_op:
        # Never written, never read: the constraint on letter and name answers the board.
        batch_op.drop_index("ix_invitation_letter_id")
        batch_op.drop_column("note")


def _add_aliases() -> None:
    op.create_table(
        "organization_alias",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organization_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("name_folded", sa.String(length=200), nullable=False),
        sa.Column("domain", sa.String(length=253), nullable=True),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organization.id"],
            name=op.f("fk_organization_alias_organization_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["by_id"], ["organizer.id"], name=op.f("fk_organization_alias_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organization_alias")),
        sa.UniqueConstraint("domain", name=op.f("uq_organization_alias_domain")),
        sa.UniqueConstraint(
            "organization_id", "name_folded", name=op.f("uq_organization_alias_organization_id_name_folded")
        ),
    )
    op.create_index("ix_organization_alias_name_folded", "organization_alias", ["name_folded"])


def _add_keys() -> None:
    """Empty: the worker fills it with what is in the directory and on boards within the hour."""
    op.create_table(
        "domain_key",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=63), nullable=False),
        sa.Column("domain", sa.String(length=253), nullable=False),
        sa.Column("organization_id", sa.Integer(), nullable=True),
        sa.Column("invitation_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("(organization_id IS NULL) <> (invitation_id IS NULL)", name=op.f("ck_domain_key_of_one")),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organization.id"],
            name=op.f("fk_domain_key_organization_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["invitation_id"], ["invitation.id"], name=op.f("fk_domain_key_invitation_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_domain_key")),
    )
    op.create_index("ix_domain_key_key", "domain_key", ["key"])
    op.create_index("ix_domain_key_organization_id", "domain_key", ["organization_id"])
    op.create_index("ix_domain_key_invitation_id", "domain_key", ["invitation_id"])


def _add_requests() -> None:
    op.create_table(
        "authority_request",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("signature_id", sa.Integer(), nullable=False),
        sa.Column("way", sa.String(length=20), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("page", sa.String(length=500), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("refused_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("declined_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("way IN ('published_contact', 'second_person')", name=op.f("ck_authority_request_way")),
        sa.CheckConstraint(
            "approved_at IS NULL OR asked_at IS NOT NULL", name=op.f("ck_authority_request_approved_was_asked")
        ),
        sa.CheckConstraint("approved_at IS NULL OR declined_at IS NULL", name=op.f("ck_authority_request_one_answer")),
        sa.ForeignKeyConstraint(
            ["signature_id"],
            ["signature.id"],
            name=op.f("fk_authority_request_signature_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["by_id"], ["organizer.id"], name=op.f("fk_authority_request_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_authority_request")),
    )
    op.create_index("ix_authority_request_signature_id", "authority_request", ["signature_id", "id"])
    op.create_index("ix_authority_request_email", "authority_request", ["email"])
    op.create_table(
        "domain_check",
        sa.Column("signature_id", sa.Integer(), nullable=False),
        sa.Column("asked_count", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.String(length=60), nullable=False),
        sa.ForeignKeyConstraint(
            ["signature_id"], ["signature.id"], name=op.f("fk_domain_check_signature_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("signature_id", name=op.f("pk_domain_check")),
    )


def downgrade() -> None:
    op.drop_index("ix_signature_organization_id", table_name="signature")
    for table in ("domain_check", "authority_request", "domain_key", "organization_alias"):
        op.drop_table(table)
    with op.batch_alter_table("invitation") as batch_op:
        batch_op.add_column(sa.Column("note", sa.Text(), nullable=False, server_default=""))
        batch_op.create_index("ix_invitation_letter_id", ["letter_id", "id"], unique=False)
