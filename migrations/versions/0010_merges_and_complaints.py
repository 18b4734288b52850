"""Pairs that may be one person, merges, complaints with their numbers, figures of the method page."""

from alembic import op
import sqlalchemy as sa

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

UNDECIDED = sa.text("state IN ('open', 'answered')")
REJECTED = sa.text("moderation = 'rejected' AND withdrawn_at IS NULL")
TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    pairs()
    complaints()
    op.create_table(
        "figures",
        sa.Column("letter_id", sa.Integer(), nullable=False),
        sa.Column("numbers", sa.JSON(), nullable=False),
        sa.Column("seconds", sa.Double(), nullable=False),
        sa.Column("counted_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(["letter_id"], ["letter.id"], name=op.f("fk_figures_letter_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("letter_id", name=op.f("pk_figures")),
    )
    op.create_index(
        "ix_signature_rejected",
        "signature",
        ["letter_id", "reasons"],
        sqlite_where=REJECTED,
        postgresql_where=REJECTED,
    )


def pairs() -> None:
    op.create_table(
        "pair",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("letter_id", sa.Integer(), nullable=False),
        sa.Column("first_id", sa.Integer(), nullable=False),
        sa.Column("second_id", sa.Integer(), nullable=False),
        sa.Column("why", sa.String(length=40), nullable=False),
        sa.Column("mark", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("kept_id", sa.Integer(), nullable=True),
        sa.Column("own_signed_at", TIME, nullable=True),
        sa.Column("decision_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", TIME, nullable=True),
        sa.Column("created_at", TIME, nullable=False),
        sa.CheckConstraint("state IN ('suggested', 'merged', 'not_the_same')", name=op.f("ck_pair_state")),
        sa.CheckConstraint("first_id < second_id", name=op.f("ck_pair_in_order")),
        sa.CheckConstraint("(state = 'merged') = (kept_id IS NOT NULL)", name=op.f("ck_pair_merged_keeps_one")),
        sa.CheckConstraint(
            "kept_id IS NULL OR kept_id = first_id OR kept_id = second_id", name=op.f("ck_pair_keeps_one_of_both")
        ),
        sa.ForeignKeyConstraint(["letter_id"], ["letter.id"], name=op.f("fk_pair_letter_id"), ondelete="CASCADE"),
        *(
            sa.ForeignKeyConstraint([column], ["signature.id"], name=op.f(f"fk_pair_{column}"), ondelete="CASCADE")
            for column in ("first_id", "second_id", "kept_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pair")),
        sa.UniqueConstraint("first_id", "second_id", name=op.f("uq_pair_first_id_second_id")),
    )
    op.create_index("ix_pair_letter_id", "pair", ["letter_id", "state", "id"])
    op.create_index("ix_pair_second_id", "pair", ["second_id"])
    op.create_index("ix_pair_mark", "pair", ["mark"])
    op.create_index("ix_pair_kept_id", "pair", ["kept_id"])
    op.create_table(
        "name_key",
        sa.Column("letter_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=32), nullable=False),
        sa.Column("signature_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["letter_id"], ["letter.id"], name=op.f("fk_name_key_letter_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["signature_id"], ["signature.id"], name=op.f("fk_name_key_signature_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("letter_id", "key", "signature_id", name=op.f("pk_name_key")),
    )
    op.create_index("ix_name_key_signature_id", "name_key", ["signature_id"])
    op.create_table(
        "pair_progress",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("proof_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pair_progress")),
    )


def complaints() -> None:
    op.create_table(
        "complaint",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("letter_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=12), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("concerned", sa.String(length=200), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.Column("mailbox_key", sa.String(length=64), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=10), nullable=False),
        sa.Column("is_trapped", sa.Boolean(), nullable=False),
        sa.Column("outcome", sa.String(length=20), nullable=False),
        sa.Column("outcome_text", sa.String(length=300), nullable=False),
        sa.Column("signature_id", sa.Integer(), nullable=True),
        sa.Column("filed_at", TIME, nullable=False),
        sa.Column("due_at", TIME, nullable=False),
        sa.Column("answered_at", TIME, nullable=True),
        sa.Column("closed_at", TIME, nullable=True),
        sa.Column("overdue_told_at", TIME, nullable=True),
        sa.Column("blanked_at", TIME, nullable=True),
        sa.CheckConstraint("kind IN ('not_me', 'named_falsely', 'other')", name=op.f("ck_complaint_kind")),
        sa.CheckConstraint("state IN ('open', 'answered', 'upheld', 'dismissed')", name=op.f("ck_complaint_state")),
        sa.CheckConstraint(
            "outcome IN ('', 'removed', 'corrected', 'confirmed', 'not_found', 'no_ground', 'other')",
            name=op.f("ck_complaint_outcome"),
        ),
        *(
            sa.CheckConstraint(
                f"state <> '{state}' OR {moment} IS NOT NULL", name=op.f(f"ck_complaint_{state}_has_time")
            )
            for state, moment in (("upheld", "closed_at"), ("dismissed", "closed_at"), ("answered", "answered_at"))
        ),
        sa.CheckConstraint("(closed_at IS NULL) = (outcome = '')", name=op.f("ck_complaint_closed_has_outcome")),
        sa.ForeignKeyConstraint(["letter_id"], ["letter.id"], name=op.f("fk_complaint_letter_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_complaint")),
        sa.UniqueConstraint("number", name=op.f("uq_complaint_number")),
    )
    op.create_index("ix_complaint_letter_id", "complaint", ["letter_id", "state", "id"])
    op.create_index("ix_complaint_due", "complaint", ["due_at"], sqlite_where=UNDECIDED, postgresql_where=UNDECIDED)
    op.create_index("ix_complaint_mailbox_key", "complaint", ["mailbox_key"])
    op.create_table(
        "complaint_note",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("complaint_id", sa.Integer(), nullable=False),
        sa.Column("organizer_id", sa.Integer(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("is_answer", sa.Boolean(), nullable=False),
        sa.Column("written_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(
            ["complaint_id"],
            ["complaint.id"],
            name=op.f("fk_complaint_note_complaint_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["organizer_id"], ["organizer.id"], name=op.f("fk_complaint_note_organizer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_complaint_note")),
    )
    op.create_index("ix_complaint_note_complaint_id", "complaint_note", ["complaint_id", "id"])


def downgrade() -> None:
    op.drop_index("ix_signature_rejected", table_name="signature")
    for table in ("figures", "complaint_note", "complaint", "pair_progress", "name_key", "pair"):
        op.drop_table(table)
