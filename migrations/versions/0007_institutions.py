"""The directory of institutions, with their aliases, and the institution a signature names."""

from alembic import op
import sqlalchemy as sa

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

STANDS = sa.text("merged_into_id IS NULL")
NAMED = "institution_id IS NOT NULL"
LISTED = (
    "verification = 'verified' AND moderation = 'approved' AND withdrawn_at IS NULL AND merged_into_id IS NULL "
    "AND {} AND institution_id IS NOT NULL"
)


def plain(length: int) -> sa.types.TypeEngine:
    """Text in the order of code points."""
    return sa.String(length).with_variant(sa.String(length, collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "institution",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=100), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("name_plain", plain(200), nullable=False),
        sa.Column("sort_key", sa.LargeBinary(length=255), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("website", sa.String(length=400), nullable=False),
        sa.Column("merged_into_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["merged_into_id"], ["institution.id"], name=op.f("fk_institution_merged_into_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_institution")),
        sa.UniqueConstraint("slug", name=op.f("uq_institution_slug")),
    )
    op.create_index(
        "uq_institution_name",
        "institution",
        ["name_plain", "country"],
        unique=True,
        sqlite_where=STANDS,
        postgresql_where=STANDS,
    )
    op.create_index(
        "ix_institution_order", "institution", ["sort_key", "id"], sqlite_where=STANDS, postgresql_where=STANDS
    )
    op.create_table(
        "institution_name",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("institution_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("name_plain", plain(200), nullable=False),
        sa.ForeignKeyConstraint(
            ["institution_id"],
            ["institution.id"],
            name=op.f("fk_institution_name_institution_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_institution_name")),
        sa.UniqueConstraint("institution_id", "name_plain", name=op.f("uq_institution_name_institution_id_name_plain")),
    )
    op.create_index("ix_institution_name_plain", "institution_name", ["name_plain", "institution_id"])
    op.create_table(
        "institution_word",
        sa.Column("word", plain(40), nullable=False),
        sa.Column("institution_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["institution_id"],
            ["institution.id"],
            name=op.f("fk_institution_word_institution_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("word", "institution_id", name=op.f("pk_institution_word")),
    )
    op.create_index("ix_institution_word_institution_id", "institution_word", ["institution_id", "word"])
    with op.batch_alter_table("signature") as batch:
        batch.add_column(sa.Column("affiliation_typed", sa.String(length=200), nullable=False, server_default=""))
        batch.add_column(sa.Column("institution_id", sa.Integer(), nullable=True))
        batch.create_foreign_key(op.f("fk_signature_institution_id"), "institution", ["institution_id"], ["id"])
        batch.create_check_constraint("institution_is_shown", "institution_id IS NULL OR affiliation <> ''")
    keep_what_was_typed()
    op.create_index(
        "ix_signature_institution_id",
        "signature",
        ["institution_id", "id"],
        sqlite_where=sa.text(NAMED),
        postgresql_where=sa.text(NAMED),
    )
    op.create_index(
        "ix_signature_institution_names",
        "signature",
        ["institution_id", "sort_key", "id"],
        sqlite_where=sa.text(LISTED.format("is_private = 0")),
        postgresql_where=sa.text(LISTED.format("NOT is_private")),
    )


def keep_what_was_typed() -> None:
    """Until here an affiliation stood as it was typed."""
    op.execute("UPDATE signature SET affiliation_typed = affiliation WHERE affiliation <> ''")


def downgrade() -> None:
    op.drop_index("ix_signature_institution_names", table_name="signature")
    op.drop_index("ix_signature_institution_id", table_name="signature")
    with op.batch_alter_table("signature") as batch:
        batch.drop_constraint(op.f("ck_signature_institution_is_shown"), type_="check")
        batch.drop_constraint(op.f("fk_signature_institution_id"), type_="foreignkey")
        batch.drop_column("institution_id")
        batch.drop_column("affiliation_typed")
    op.drop_table("institution_word")
    op.drop_table("institution_name")
    op.drop_table("institution")
