"""The coalition board, versions, sealed editions, deliveries, responses, updates and previews."""

from alembic import op
import sqlalchemy as sa


revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


# What a frozen edition fixed, and what it fixes besides from here on.
FROZEN = ("letter_id", "version_id", "number", "dated_on", "place", "counts", "line_count", "list_digest", "frozen_at")
SEALED = ("root", "is_current_only")


def freeze(columns: tuple[str, ...]) -> None:
    """Sets the trigger that refuses to change these columns of a frozen edition, in place of the one before."""
    postgresql = op.get_bind().dialect.name == "postgresql"
    # JSON has no equality on PostgreSQL, so it is compared as text.
    changed = " OR ".join(
        f"OLD.{name}::text IS DISTINCT FROM NEW.{name}::text" if postgresql else f"OLD.{name} IS NOT NEW.{name}"
        for name in columns
    )
    action = (
        "EXECUTE FUNCTION refuse_change()"
        if postgresql
        else "BEGIN SELECT RAISE(ABORT, 'edition may not be changed'); END"
    )
    op.execute("DROP TRIGGER edition_frozen" + (" ON edition" if postgresql else ""))
    op.execute(
        f"CREATE TRIGGER edition_frozen BEFORE UPDATE ON edition FOR EACH ROW "
        f"WHEN (OLD.frozen_at IS NOT NULL AND ({changed})) {action}"
    )


def tally_index(columns: tuple[str, ...]) -> None:
    """Makes the index of the counts anew, over these columns: every column they ask for, so that no row is looked up."""
    is_public = sa.text(
        "verification = 'verified' AND moderation = 'approved' AND withdrawn_at IS NULL AND merged_into_id IS NULL"
    )
    op.drop_index("ix_signature_tally", table_name="signature")
    op.create_index(
        "ix_signature_tally", "signature", list(columns), sqlite_where=is_public, postgresql_where=is_public
    )


def upgrade() -> None:
    op.create_table(
        "delivery",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("target_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("method", sa.String(length=20), nullable=False),
        sa.Column("delivered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("timezone", sa.String(length=64), nullable=False),
        sa.Column("place", sa.String(length=200), nullable=False),
        sa.Column("handed_by", sa.String(length=300), nullable=False),
        sa.Column("received_by", sa.String(length=300), nullable=False),
        sa.Column("reference", sa.String(length=200), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("source", sa.String(length=300), nullable=False),
        sa.Column("source_url", sa.String(length=500), nullable=False),
        sa.Column("answer_due_on", sa.Date(), nullable=True),
        sa.Column("proof_name", sa.String(length=200), nullable=False),
        sa.Column("proof_type", sa.String(length=80), nullable=False),
        sa.Column("proof_sha256", sa.String(length=64), nullable=False),
        sa.Column("organizer_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "method IN ('in_person', 'post', 'email', 'form', 'other')", name=op.f("ck_delivery_method")
        ),
        sa.CheckConstraint(
            "state <> 'delivered' OR delivered_at IS NOT NULL", name=op.f("ck_delivery_delivered_has_time")
        ),
        sa.CheckConstraint("state IN ('prepared', 'delivered')", name=op.f("ck_delivery_state")),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name=op.f("fk_delivery_campaign_id")),
        sa.ForeignKeyConstraint(["organizer_id"], ["organizer.id"], name=op.f("fk_delivery_organizer_id")),
        sa.ForeignKeyConstraint(["target_id"], ["target.id"], name=op.f("fk_delivery_target_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery")),
        sa.UniqueConstraint("campaign_id", "number", name=op.f("uq_delivery_campaign_id_number")),
    )
    with op.batch_alter_table("delivery") as batch_op:
        batch_op.create_index("ix_delivery_target_id", ["target_id", "delivered_at"], unique=False)

    op.create_table(
        "certified_total",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("letter_id", sa.Integer(), nullable=False),
        sa.Column("organization", sa.String(length=200), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("qualifier", sa.String(length=20), nullable=False),
        sa.Column("counted", sa.String(length=120), nullable=False),
        sa.Column("certified_by", sa.String(length=200), nullable=False),
        sa.Column("certified_on", sa.Date(), nullable=False),
        sa.Column("source", sa.String(length=300), nullable=False),
        sa.Column("source_url", sa.String(length=500), nullable=False),
        sa.Column("proof_name", sa.String(length=200), nullable=False),
        sa.Column("proof_type", sa.String(length=80), nullable=False),
        sa.Column("proof_sha256", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "qualifier IN ('exactly', 'more_than', 'nearly')", name=op.f("ck_certified_total_qualifier")
        ),
        sa.CheckConstraint("number > 0", name=op.f("ck_certified_total_number")),
        sa.ForeignKeyConstraint(
            ["letter_id"], ["letter.id"], name=op.f("fk_certified_total_letter_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certified_total")),
    )
    with op.batch_alter_table("certified_total") as batch_op:
        batch_op.create_index("ix_certified_total_letter_id", ["letter_id", "id"], unique=False)

    op.create_table(
        "preview_link",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("letter_id", sa.Integer(), nullable=False),
        sa.Column("given_to", sa.String(length=200), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("organizer_id", sa.Integer(), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["letter_id"], ["letter.id"], name=op.f("fk_preview_link_letter_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["organizer_id"], ["organizer.id"], name=op.f("fk_preview_link_organizer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_preview_link")),
    )
    with op.batch_alter_table("preview_link") as batch_op:
        batch_op.create_index("ix_preview_link_letter_id", ["letter_id", "id"], unique=False)

    op.create_table(
        "reply_link",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("delivery_id", sa.Integer(), nullable=False),
        sa.Column("domain", sa.String(length=253), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("code_tries", sa.Integer(), nullable=False),
        sa.Column("codes_asked", sa.Integer(), nullable=False),
        sa.Column("code_asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["delivery_id"], ["delivery.id"], name=op.f("fk_reply_link_delivery_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reply_link")),
        sa.UniqueConstraint("delivery_id", name=op.f("uq_reply_link_delivery_id")),
    )
    op.create_table(
        "response",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("target_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("audience", sa.String(length=20), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("sort_on", sa.Date(), nullable=False),
        sa.Column("happened", sa.String(length=40), nullable=False),
        sa.Column("precision", sa.String(length=10), nullable=False),
        sa.Column("actor", sa.String(length=200), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=10), nullable=False),
        sa.Column("source", sa.String(length=300), nullable=False),
        sa.Column("url", sa.String(length=500), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("file_name", sa.String(length=200), nullable=False),
        sa.Column("file_type", sa.String(length=80), nullable=False),
        sa.Column("file_sha256", sa.String(length=64), nullable=False),
        sa.Column("is_own", sa.Boolean(), nullable=False),
        sa.Column("reply_link_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("organizer_id", sa.Integer(), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "audience IN ('signatories', 'press', 'lawmakers', 'public', 'others')", name=op.f("ck_response_audience")
        ),
        sa.CheckConstraint(
            "kind IN ('acknowledgement', 'answer', 'statement', 'act', 'correction')", name=op.f("ck_response_kind")
        ),
        sa.CheckConstraint(
            "state <> 'published' OR published_at IS NOT NULL", name=op.f("ck_response_published_has_time")
        ),
        sa.CheckConstraint("state <> 'set_aside' OR reason <> ''", name=op.f("ck_response_set_aside_has_reason")),
        sa.CheckConstraint("state IN ('waiting', 'published', 'set_aside')", name=op.f("ck_response_state")),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name=op.f("fk_response_campaign_id")),
        sa.ForeignKeyConstraint(["organizer_id"], ["organizer.id"], name=op.f("fk_response_organizer_id")),
        sa.ForeignKeyConstraint(["reply_link_id"], ["reply_link.id"], name=op.f("fk_response_reply_link_id")),
        sa.ForeignKeyConstraint(["target_id"], ["target.id"], name=op.f("fk_response_target_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_response")),
    )
    with op.batch_alter_table("response") as batch_op:
        batch_op.create_index(batch_op.f("ix_response_campaign_id"), ["campaign_id"], unique=False)
        batch_op.create_index("ix_response_target_id", ["target_id", "sort_on", "id"], unique=False)

    op.create_table(
        "attestation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("edition_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("office", sa.String(length=200), nullable=False),
        sa.Column("shown", sa.Text(), nullable=False),
        sa.Column("drawn", sa.Text(), nullable=False),
        sa.Column("found", sa.Text(), nullable=False),
        sa.Column("attested_on", sa.Date(), nullable=False),
        sa.Column("file_name", sa.String(length=200), nullable=False),
        sa.Column("file_type", sa.String(length=80), nullable=False),
        sa.Column("file_sha256", sa.String(length=64), nullable=False),
        sa.Column("organizer_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["edition_id"], ["edition.id"], name=op.f("fk_attestation_edition_id")),
        sa.ForeignKeyConstraint(["organizer_id"], ["organizer.id"], name=op.f("fk_attestation_organizer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attestation")),
    )
    with op.batch_alter_table("attestation") as batch_op:
        batch_op.create_index(batch_op.f("ix_attestation_edition_id"), ["edition_id"], unique=False)

    op.create_table(
        "commitment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("response_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("state_note", sa.String(length=300), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("state IN ('open', 'kept', 'broken')", name=op.f("ck_commitment_state")),
        sa.ForeignKeyConstraint(
            ["response_id"], ["response.id"], name=op.f("fk_commitment_response_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_commitment")),
    )
    with op.batch_alter_table("commitment") as batch_op:
        batch_op.create_index(batch_op.f("ix_commitment_response_id"), ["response_id"], unique=False)

    op.create_table(
        "delivery_edition",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("delivery_id", sa.Integer(), nullable=False),
        sa.Column("edition_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["delivery_id"], ["delivery.id"], name=op.f("fk_delivery_edition_delivery_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["edition_id"], ["edition.id"], name=op.f("fk_delivery_edition_edition_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery_edition")),
        sa.UniqueConstraint("delivery_id", "edition_id", name=op.f("uq_delivery_edition_delivery_id_edition_id")),
    )
    with op.batch_alter_table("delivery_edition") as batch_op:
        batch_op.create_index("ix_delivery_edition_edition_id", ["edition_id"], unique=False)

    op.create_table(
        "edition_leaf",
        sa.Column("edition_id", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("signature_id", sa.Integer(), nullable=True),
        sa.Column("salt", sa.String(length=32), nullable=True),
        sa.Column("leaf", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["edition_id"], ["edition.id"], name=op.f("fk_edition_leaf_edition_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["signature_id"], ["signature.id"], name=op.f("fk_edition_leaf_signature_id")),
        sa.PrimaryKeyConstraint("edition_id", "seq", name=op.f("pk_edition_leaf")),
    )
    with op.batch_alter_table("edition_leaf") as batch_op:
        batch_op.create_index("ix_edition_leaf_signature_id", ["signature_id"], unique=False)

    op.create_table(
        "invitation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("letter_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("name_folded", sa.String(length=200), nullable=False),
        sa.Column("website", sa.String(length=500), nullable=False),
        sa.Column("contact", sa.String(length=200), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.Column("second_contact", sa.String(length=200), nullable=False),
        sa.Column("second_email", sa.String(length=254), nullable=True),
        sa.Column("needs_second", sa.Boolean(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("answer", sa.String(length=20), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("board_on", sa.Date(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("line", sa.String(length=200), nullable=False),
        sa.Column("approver", sa.String(length=200), nullable=False),
        sa.Column("approver_role", sa.String(length=200), nullable=False),
        sa.Column("approver_email", sa.String(length=254), nullable=True),
        sa.Column("first_approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("approved_digest", sa.String(length=32), server_default="", nullable=False),
        sa.Column("second_approver", sa.String(length=200), nullable=False),
        sa.Column("second_approver_email", sa.String(length=254), nullable=True),
        sa.Column("second_approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version_id", sa.Integer(), nullable=True),
        sa.Column("signature_id", sa.Integer(), nullable=True),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("code_tries", sa.Integer(), nullable=False),
        sa.Column("codes_asked", sa.Integer(), nullable=False),
        sa.Column("code_asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("invited_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reminder_count", sa.Integer(), nullable=False),
        sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "answer <> 'approved' OR signature_id IS NOT NULL", name=op.f("ck_invitation_approved_has_signature")
        ),
        sa.CheckConstraint(
            "answer <> 'approved' OR version_id IS NOT NULL", name=op.f("ck_invitation_approved_has_time")
        ),
        sa.CheckConstraint("answer = 'none' OR answered_at IS NOT NULL", name=op.f("ck_invitation_answer_has_time")),
        sa.CheckConstraint(
            "answer IN ('none', 'considering', 'question', 'approved', 'declined')", name=op.f("ck_invitation_answer")
        ),
        sa.ForeignKeyConstraint(["letter_id"], ["letter.id"], name=op.f("fk_invitation_letter_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["signature_id"], ["signature.id"], name=op.f("fk_invitation_signature_id")),
        sa.ForeignKeyConstraint(["version_id"], ["version.id"], name=op.f("fk_invitation_version_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitation")),
        sa.UniqueConstraint("letter_id", "name_folded", name=op.f("uq_invitation_letter_id_name_folded")),
    )
    with op.batch_alter_table("invitation") as batch_op:
        batch_op.create_index("ix_invitation_letter_id", ["letter_id", "id"], unique=False)
        batch_op.create_index("ix_invitation_signature_id", ["signature_id"], unique=False)

    op.create_table(
        "response_demand",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("response_id", sa.Integer(), nullable=False),
        sa.Column("letter_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=True),
        sa.CheckConstraint(
            "status IN ('silent', 'acknowledged', 'statement', 'partly_met', 'met', 'refused', 'reversed')",
            name=op.f("ck_response_demand_status"),
        ),
        sa.CheckConstraint(
            "(number = 0) = (status IS NULL)", name=op.f("ck_response_demand_whole_letter_has_no_status")
        ),
        sa.ForeignKeyConstraint(
            ["letter_id"], ["letter.id"], name=op.f("fk_response_demand_letter_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["response_id"], ["response.id"], name=op.f("fk_response_demand_response_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_response_demand")),
        sa.UniqueConstraint(
            "response_id", "letter_id", "number", name=op.f("uq_response_demand_response_id_letter_id_number")
        ),
    )
    with op.batch_alter_table("response_demand") as batch_op:
        batch_op.create_index("ix_response_demand_letter_id", ["letter_id", "number"], unique=False)

    op.create_table(
        "update",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("letter_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("body_tree", sa.JSON(), nullable=False),
        sa.Column("body_html", sa.Text(), nullable=False),
        sa.Column("edition_id", sa.Integer(), nullable=True),
        sa.Column("segment", sa.JSON(), nullable=False),
        sa.Column("per_hour", sa.Integer(), nullable=True),
        sa.Column("is_public", sa.Boolean(), nullable=False),
        sa.Column("organizer_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("scheduled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("fanned_out_to", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "kind <> 'final_copy' OR edition_id IS NOT NULL", name=op.f("ck_update_final_copy_has_edition")
        ),
        sa.CheckConstraint("kind IN ('news', 'result', 'final_copy')", name=op.f("ck_update_kind")),
        sa.CheckConstraint(
            "state <> 'scheduled' OR scheduled_at IS NOT NULL", name=op.f("ck_update_scheduled_has_time")
        ),
        sa.CheckConstraint("state <> 'sent' OR sent_at IS NOT NULL", name=op.f("ck_update_sent_has_time")),
        sa.CheckConstraint(
            "state IN ('draft', 'scheduled', 'sending', 'paused', 'sent', 'cancelled')", name=op.f("ck_update_state")
        ),
        sa.ForeignKeyConstraint(["edition_id"], ["edition.id"], name=op.f("fk_update_edition_id")),
        sa.ForeignKeyConstraint(["letter_id"], ["letter.id"], name=op.f("fk_update_letter_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["organizer_id"], ["organizer.id"], name=op.f("fk_update_organizer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_update")),
        sa.UniqueConstraint("letter_id", "number", name=op.f("uq_update_letter_id_number")),
    )
    with op.batch_alter_table("update") as batch_op:
        batch_op.create_index("ix_update_state", ["state", "scheduled_at"], unique=False)

    op.create_table(
        "version_question",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("signature_id", sa.Integer(), nullable=False),
        sa.Column("from_version_id", sa.Integer(), nullable=False),
        sa.Column("answer", sa.String(length=20), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "answer = 'none' OR answered_at IS NOT NULL", name=op.f("ck_version_question_answer_has_time")
        ),
        sa.CheckConstraint("answer IN ('none', 'keep', 'withdraw', 'later')", name=op.f("ck_version_question_answer")),
        sa.ForeignKeyConstraint(
            ["from_version_id"], ["version.id"], name=op.f("fk_version_question_from_version_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["signature_id"], ["signature.id"], name=op.f("fk_version_question_signature_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["version_id"], ["version.id"], name=op.f("fk_version_question_version_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_version_question")),
        sa.UniqueConstraint("version_id", "signature_id", name=op.f("uq_version_question_version_id_signature_id")),
    )
    with op.batch_alter_table("version_question") as batch_op:
        batch_op.create_index("ix_version_question_signature_id", ["signature_id"], unique=False)

    op.create_table(
        "invitation_note",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("invitation_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("author", sa.String(length=200), nullable=False),
        sa.Column("organizer_id", sa.Integer(), nullable=True),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["invitation_id"], ["invitation.id"], name=op.f("fk_invitation_note_invitation_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["organizer_id"], ["organizer.id"], name=op.f("fk_invitation_note_organizer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitation_note")),
    )
    with op.batch_alter_table("invitation_note") as batch_op:
        batch_op.create_index("ix_invitation_note_invitation_id", ["invitation_id", "id"], unique=False)

    op.create_table(
        "update_mail",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("update_id", sa.Integer(), nullable=False),
        sa.Column("signature_id", sa.Integer(), nullable=False),
        sa.Column("slot", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.String(length=20), nullable=False),
        sa.Column("queued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('waiting', 'sent', 'skipped', 'parked', 'failed')", name=op.f("ck_update_mail_state")
        ),
        sa.CheckConstraint("slot IS NULL OR slot BETWEEN 1 AND 4", name=op.f("ck_update_mail_slot")),
        sa.ForeignKeyConstraint(
            ["signature_id"], ["signature.id"], name=op.f("fk_update_mail_signature_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["update_id"], ["update.id"], name=op.f("fk_update_mail_update_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_update_mail")),
        sa.UniqueConstraint("signature_id", "slot", name=op.f("uq_update_mail_signature_id_slot")),
        sa.UniqueConstraint("update_id", "signature_id", name=op.f("uq_update_mail_update_id_signature_id")),
    )
    with op.batch_alter_table("update_mail") as batch_op:
        batch_op.create_index("ix_update_mail_state", ["update_id", "state"], unique=False)

    with op.batch_alter_table("campaign") as batch_op:
        batch_op.add_column(sa.Column("letterhead", sa.Text(), server_default="", nullable=False))
        batch_op.add_column(sa.Column("press_name", sa.String(length=200), server_default="", nullable=False))
        batch_op.add_column(sa.Column("press_phone", sa.String(length=80), server_default="", nullable=False))
        batch_op.add_column(sa.Column("press_email", sa.String(length=254), server_default="", nullable=False))
        batch_op.add_column(sa.Column("press_languages", sa.String(length=200), server_default="", nullable=False))

    op.create_index("ix_log_entry_letter_id", "log_entry", ["letter_id", "act", "id"], unique=False)

    # Not as a batch: the table would be made anew on SQLite, without its triggers.
    op.add_column("edition", sa.Column("is_current_only", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("edition", sa.Column("files", sa.JSON(), server_default="[]", nullable=False))
    op.add_column("edition", sa.Column("built_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("edition", sa.Column("build_error", sa.Text(), server_default="", nullable=False))
    op.add_column("edition", sa.Column("errata", sa.JSON(), server_default="{}", nullable=False))
    freeze((*FROZEN, *SEALED))

    with op.batch_alter_table("endorsement") as batch_op:
        batch_op.add_column(sa.Column("logo_sha256", sa.String(length=64), server_default="", nullable=False))

    with op.batch_alter_table("export") as batch_op:
        batch_op.add_column(sa.Column("options", sa.JSON(), server_default="{}", nullable=False))

    with op.batch_alter_table("letter") as batch_op:
        batch_op.add_column(sa.Column("answers_due_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("board_shows_names", sa.Boolean(), server_default=sa.true(), nullable=False))

    with op.batch_alter_table("version") as batch_op:
        batch_op.add_column(sa.Column("change", sa.String(length=20), server_default="first", nullable=False))
        batch_op.add_column(sa.Column("asked_number", sa.Integer(), server_default="1", nullable=False))
        batch_op.add_column(sa.Column("reason", sa.Text(), server_default="", nullable=False))
        batch_op.add_column(sa.Column("organizer_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(batch_op.f("fk_version_organizer_id"), "organizer", ["organizer_id"], ["id"])
        batch_op.create_check_constraint("change", "change IN ('first', 'correction', 'new_text')")
        batch_op.create_check_constraint("correction_has_reason", "change <> 'correction' OR reason <> ''")

    op.add_column("tally", sa.Column("versions", sa.JSON(), server_default="{}", nullable=False))
    tally_index(("letter_id", "kind", "is_private", "version_id"))


def downgrade() -> None:
    tally_index(("letter_id", "kind", "is_private"))
    with op.batch_alter_table("tally") as batch_op:
        batch_op.drop_column("versions")

    with op.batch_alter_table("version") as batch_op:
        batch_op.drop_constraint(op.f("ck_version_correction_has_reason"), type_="check")
        batch_op.drop_constraint(op.f("ck_version_change"), type_="check")
        batch_op.drop_constraint(batch_op.f("fk_version_organizer_id"), type_="foreignkey")
        batch_op.drop_column("organizer_id")
        batch_op.drop_column("reason")
        batch_op.drop_column("asked_number")
        batch_op.drop_column("change")

    with op.batch_alter_table("letter") as batch_op:
        batch_op.drop_column("board_shows_names")
        batch_op.drop_column("answers_due_at")

    with op.batch_alter_table("export") as batch_op:
        batch_op.drop_column("options")

    with op.batch_alter_table("endorsement") as batch_op:
        batch_op.drop_column("logo_sha256")

    op.drop_index("ix_log_entry_letter_id", table_name="log_entry")
    freeze(FROZEN)
    for column in ("errata", "build_error", "built_at", "files", "is_current_only"):
        op.drop_column("edition", column)

    with op.batch_alter_table("campaign") as batch_op:
        batch_op.drop_column("press_languages")
        batch_op.drop_column("press_email")
        batch_op.drop_column("press_phone")
        batch_op.drop_column("press_name")
        batch_op.drop_column("letterhead")

    with op.batch_alter_table("update_mail") as batch_op:
        batch_op.drop_index("ix_update_mail_state")

    op.drop_table("update_mail")
    with op.batch_alter_table("invitation_note") as batch_op:
        batch_op.drop_index("ix_invitation_note_invitation_id")

    op.drop_table("invitation_note")
    with op.batch_alter_table("version_question") as batch_op:
        batch_op.drop_index("ix_version_question_signature_id")

    op.drop_table("version_question")
    with op.batch_alter_table("update") as batch_op:
        batch_op.drop_index("ix_update_state")

    op.drop_table("update")
    with op.batch_alter_table("response_demand") as batch_op:
        batch_op.drop_index("ix_response_demand_letter_id")

    op.drop_table("response_demand")
    with op.batch_alter_table("invitation") as batch_op:
        batch_op.drop_index("ix_invitation_signature_id")
        batch_op.drop_index("ix_invitation_letter_id")

    op.drop_table("invitation")
    with op.batch_alter_table("edition_leaf") as batch_op:
        batch_op.drop_index("ix_edition_leaf_signature_id")

    op.drop_table("edition_leaf")
    with op.batch_alter_table("delivery_edition") as batch_op:
        batch_op.drop_index("ix_delivery_edition_edition_id")

    op.drop_table("delivery_edition")
    with op.batch_alter_table("commitment") as batch_op:
        batch_op.drop_index(batch_op.f("ix_commitment_response_id"))

    op.drop_table("commitment")
    with op.batch_alter_table("attestation") as batch_op:
        batch_op.drop_index(batch_op.f("ix_attestation_edition_id"))

    op.drop_table("attestation")
    with op.batch_alter_table("response") as batch_op:
        batch_op.drop_index("ix_response_target_id")
        batch_op.drop_index(batch_op.f("ix_response_campaign_id"))

    op.drop_table("response")
    op.drop_table("reply_link")
    with op.batch_alter_table("preview_link") as batch_op:
        batch_op.drop_index("ix_preview_link_letter_id")

    op.drop_table("preview_link")
    with op.batch_alter_table("certified_total") as batch_op:
        batch_op.drop_index("ix_certified_total_letter_id")

    op.drop_table("certified_total")
    with op.batch_alter_table("delivery") as batch_op:
        batch_op.drop_index("ix_delivery_target_id")

    op.drop_table("delivery")
