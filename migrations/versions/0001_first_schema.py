"""First schema: campaigns, letters, signatures, decisions, jobs, editions."""

from alembic import op
import sqlalchemy as sa


revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

# Rows that are never changed: the record of decisions, and the log.
APPEND_ONLY = ("decision", "log_entry")
# What a frozen edition fixed; its state may still go on to delivered.
FROZEN = ("letter_id", "version_id", "number", "dated_on", "place", "counts", "line_count", "list_digest", "frozen_at")


def add_triggers() -> None:
    """The database refuses changes of append-only rows and of frozen editions."""
    postgresql = op.get_bind().dialect.name == "postgresql"
    if postgresql:
        op.execute(
            "CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION '% may not be changed', TG_TABLE_NAME; END $$"
        )
    for table in APPEND_ONLY:
        for event in ("UPDATE", "DELETE"):
            refuse(postgresql, f"{table}_{event.lower()}", table, event)
    # JSON has no equality on PostgreSQL, so it is compared as text.
    changed = " OR ".join(
        f"OLD.{name}::text IS DISTINCT FROM NEW.{name}::text" if postgresql else f"OLD.{name} IS NOT NEW.{name}"
        for name in FROZEN
    )
    refuse(postgresql, "edition_frozen", "edition", "UPDATE", f"OLD.frozen_at IS NOT NULL AND ({changed})")
    refuse(postgresql, "edition_kept", "edition", "DELETE", "OLD.frozen_at IS NOT NULL")


def refuse(postgresql: bool, name: str, table: str, event: str, when: str = "") -> None:
    """One trigger `name` that refuses `event` on `table`, always or under a condition."""
    condition = f" WHEN ({when})" if when else ""
    action = (
        "EXECUTE FUNCTION refuse_change()"
        if postgresql
        else f"BEGIN SELECT RAISE(ABORT, '{table} may not be changed'); END"
    )
    op.execute(f"CREATE TRIGGER {name} BEFORE {event} ON {table} FOR EACH ROW{condition} {action}")


def upgrade() -> None:
    op.create_table(
        "campaign",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=80), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("lead", sa.String(length=200), nullable=False),
        sa.Column("reply_to", sa.String(length=254), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campaign")),
        sa.UniqueConstraint("slug", name=op.f("uq_campaign_slug")),
    )
    op.create_table(
        "heartbeat",
        sa.Column("worker", sa.String(length=60), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("worker", name=op.f("pk_heartbeat")),
    )
    op.create_table(
        "limit_count",
        sa.Column("bucket", sa.String(length=80), nullable=False),
        sa.Column("window_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("bucket", "window_at", name=op.f("pk_limit_count")),
    )
    op.create_table(
        "organization",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("name_folded", sa.String(length=200), nullable=False),
        sa.Column("domain", sa.String(length=253), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organization")),
        sa.UniqueConstraint("domain", name=op.f("uq_organization_domain")),
    )
    with op.batch_alter_table("organization", schema=None) as batch_op:
        batch_op.create_index("ix_organization_name_folded", ["name_folded"], unique=False)
        batch_op.create_index(
            "uq_organization_name_without_domain",
            ["name_folded"],
            unique=True,
            sqlite_where=sa.text("domain IS NULL"),
            postgresql_where=sa.text("domain IS NULL"),
        )

    op.create_table(
        "organizer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("email_key", sa.String(length=254), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organizer")),
        sa.UniqueConstraint("email_key", name=op.f("uq_organizer_email_key")),
    )
    op.create_table(
        "target",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=80), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("short_name", sa.String(length=80), nullable=False),
        sa.Column("website", sa.String(length=500), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_target")),
        sa.UniqueConstraint("slug", name=op.f("uq_target_slug")),
    )
    op.create_table(
        "desk_session",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organizer_id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["organizer_id"], ["organizer.id"], name=op.f("fk_desk_session_organizer_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_desk_session")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_desk_session_token_hash")),
    )
    with op.batch_alter_table("desk_session", schema=None) as batch_op:
        batch_op.create_index("ix_desk_session_organizer_id", ["organizer_id", "id"], unique=False)

    op.create_table(
        "letter",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("language", sa.String(length=10), nullable=False),
        sa.Column("timezone", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("state_before", sa.String(length=20), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("mode", sa.String(length=20), nullable=False),
        sa.Column("status_note", sa.Text(), nullable=False),
        sa.Column("notice", sa.Text(), nullable=False),
        sa.Column("is_reconstruction", sa.Boolean(), nullable=False),
        sa.Column("accepts_people", sa.Boolean(), nullable=False),
        sa.Column("accepts_organizations", sa.Boolean(), nullable=False),
        sa.Column("asks_title", sa.Boolean(), nullable=False),
        sa.Column("asks_affiliation", sa.Boolean(), nullable=False),
        sa.Column("asks_place", sa.Boolean(), nullable=False),
        sa.Column("asks_country", sa.Boolean(), nullable=False),
        sa.Column("asks_comment", sa.Boolean(), nullable=False),
        sa.Column("offers_updates", sa.Boolean(), nullable=False),
        sa.Column("opens_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("paused_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "kind IN ('coalition', 'public', 'academics', 'employees', 'investors')", name=op.f("ck_letter_kind")
        ),
        sa.CheckConstraint("mode IN ('hold_risky', 'review_first')", name=op.f("ck_letter_mode")),
        sa.CheckConstraint("state <> 'closed' OR closed_at IS NOT NULL", name=op.f("ck_letter_closed_has_time")),
        sa.CheckConstraint("state <> 'open' OR opened_at IS NOT NULL", name=op.f("ck_letter_open_has_time")),
        sa.CheckConstraint("state <> 'paused' OR paused_at IS NOT NULL", name=op.f("ck_letter_paused_has_time")),
        sa.CheckConstraint("state <> 'scheduled' OR opens_at IS NOT NULL", name=op.f("ck_letter_scheduled_has_time")),
        sa.CheckConstraint(
            "state IN ('draft', 'scheduled', 'open', 'paused', 'closed', 'archived', 'withdrawn', 'removed')",
            name=op.f("ck_letter_state"),
        ),
        sa.CheckConstraint(
            "state NOT IN ('withdrawn', 'removed') OR reason <> ''", name=op.f("ck_letter_taken_has_reason")
        ),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name=op.f("fk_letter_campaign_id")),
        sa.ForeignKeyConstraint(["version_id"], ["version.id"], name="fk_letter_version_id", use_alter=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letter")),
        sa.UniqueConstraint("slug", name=op.f("uq_letter_slug")),
    )
    with op.batch_alter_table("letter", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_letter_campaign_id"), ["campaign_id"], unique=False)
        batch_op.create_index("ix_letter_state", ["state"], unique=False)

    op.create_table(
        "membership",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organizer_id", sa.Integer(), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("role IN ('owner', 'viewer')", name=op.f("ck_membership_role")),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaign.id"], name=op.f("fk_membership_campaign_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["organizer_id"], ["organizer.id"], name=op.f("fk_membership_organizer_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_membership")),
        sa.UniqueConstraint("organizer_id", "campaign_id", name=op.f("uq_membership_organizer_id_campaign_id")),
    )
    with op.batch_alter_table("membership", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_membership_campaign_id"), ["campaign_id"], unique=False)

    op.create_table(
        "sign_in_link",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organizer_id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["organizer_id"], ["organizer.id"], name=op.f("fk_sign_in_link_organizer_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_link")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_sign_in_link_token_hash")),
    )
    with op.batch_alter_table("sign_in_link", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sign_in_link_organizer_id"), ["organizer_id"], unique=False)

    op.create_table(
        "addressee",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("letter_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("postal", sa.Text(), nullable=False),
        sa.Column("is_copy", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["letter_id"], ["letter.id"], name=op.f("fk_addressee_letter_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_addressee")),
        sa.UniqueConstraint("letter_id", "position", name=op.f("uq_addressee_letter_id_position")),
    )
    op.create_table(
        "decision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("letter_id", sa.Integer(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("signature_id", sa.Integer(), nullable=True),
        sa.Column("organizer_id", sa.Integer(), nullable=True),
        sa.Column("act", sa.String(length=40), nullable=False),
        sa.Column("undoes_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("detail_digest", sa.String(length=64), nullable=False),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["letter_id"], ["letter.id"], name=op.f("fk_decision_letter_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decision")),
        sa.UniqueConstraint("letter_id", "sequence", name=op.f("uq_decision_letter_id_sequence")),
    )
    with op.batch_alter_table("decision", schema=None) as batch_op:
        batch_op.create_index("ix_decision_signature_id", ["signature_id", "id"], unique=False)

    op.create_table(
        "dirty_letter",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("letter_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["letter_id"], ["letter.id"], name=op.f("fk_dirty_letter_letter_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dirty_letter")),
    )
    op.create_table(
        "evidence",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("letter_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("source", sa.String(length=300), nullable=False),
        sa.Column("url", sa.String(length=500), nullable=False),
        sa.Column("obtained_on", sa.Date(), nullable=True),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("file_name", sa.String(length=200), nullable=False),
        sa.Column("redaction_note", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["letter_id"], ["letter.id"], name=op.f("fk_evidence_letter_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence")),
        sa.UniqueConstraint("letter_id", "number", name=op.f("uq_evidence_letter_id_number")),
    )
    op.create_table(
        "import_batch",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("letter_id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("file_name", sa.String(length=200), nullable=False),
        sa.Column("basis", sa.Text(), nullable=False),
        sa.Column("row_count", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["letter_id"], ["letter.id"], name=op.f("fk_import_batch_letter_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_batch")),
        sa.UniqueConstraint("letter_id", "digest", name=op.f("uq_import_batch_letter_id_digest")),
    )
    op.create_table(
        "initial_signatory",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("letter_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("affiliation", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["letter_id"], ["letter.id"], name=op.f("fk_initial_signatory_letter_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_initial_signatory")),
        sa.UniqueConstraint("letter_id", "position", name=op.f("uq_initial_signatory_letter_id_position")),
    )
    op.create_table(
        "job",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("prio", sa.Integer(), nullable=False),
        sa.Column("run_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("worker", sa.String(length=60), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("letter_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("state <> 'done' OR done_at IS NOT NULL", name=op.f("ck_job_done_has_time")),
        sa.CheckConstraint("state <> 'sending' OR lease_until IS NOT NULL", name=op.f("ck_job_sending_has_time")),
        sa.CheckConstraint("state IN ('ready', 'sending', 'done', 'dead', 'parked')", name=op.f("ck_job_state")),
        sa.ForeignKeyConstraint(["letter_id"], ["letter.id"], name=op.f("fk_job_letter_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job")),
        sa.UniqueConstraint("key", name=op.f("uq_job_key")),
    )
    with op.batch_alter_table("job", schema=None) as batch_op:
        batch_op.create_index(
            "ix_job_done",
            ["done_at"],
            unique=False,
            sqlite_where=sa.text("state = 'done'"),
            postgresql_where=sa.text("state = 'done'"),
        )
        batch_op.create_index(
            "ix_job_due",
            ["prio", "run_at", "id"],
            unique=False,
            sqlite_where=sa.text("state = 'ready'"),
            postgresql_where=sa.text("state = 'ready'"),
        )
        batch_op.create_index(
            "ix_job_lease",
            ["lease_until"],
            unique=False,
            sqlite_where=sa.text("state = 'sending'"),
            postgresql_where=sa.text("state = 'sending'"),
        )
        batch_op.create_index("ix_job_letter_id", ["letter_id", "state", "id"], unique=False)

    op.create_table(
        "letter_target",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("letter_id", sa.Integer(), nullable=False),
        sa.Column("target_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["letter_id"], ["letter.id"], name=op.f("fk_letter_target_letter_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["target_id"], ["target.id"], name=op.f("fk_letter_target_target_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letter_target")),
        sa.UniqueConstraint("letter_id", "target_id", name=op.f("uq_letter_target_letter_id_target_id")),
    )
    with op.batch_alter_table("letter_target", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_letter_target_target_id"), ["target_id"], unique=False)

    op.create_table(
        "log_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=True),
        sa.Column("letter_id", sa.Integer(), nullable=True),
        sa.Column("organizer_id", sa.Integer(), nullable=True),
        sa.Column("act", sa.String(length=40), nullable=False),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.Column("logged_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name=op.f("fk_log_entry_campaign_id")),
        sa.ForeignKeyConstraint(["letter_id"], ["letter.id"], name=op.f("fk_log_entry_letter_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_log_entry")),
    )
    with op.batch_alter_table("log_entry", schema=None) as batch_op:
        batch_op.create_index("ix_log_entry_campaign_id", ["campaign_id", "id"], unique=False)

    op.create_table(
        "suppression",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("mailbox_key", sa.String(length=64), nullable=False),
        sa.Column("letter_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(length=20), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["letter_id"], ["letter.id"], name=op.f("fk_suppression_letter_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suppression")),
        sa.UniqueConstraint(
            "mailbox_key", "letter_id", "reason", name=op.f("uq_suppression_mailbox_key_letter_id_reason")
        ),
    )
    op.create_table(
        "tally",
        sa.Column("letter_id", sa.Integer(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("private", sa.Integer(), nullable=False),
        sa.Column("organizations", sa.Integer(), nullable=False),
        sa.Column("employees", sa.Integer(), nullable=False),
        sa.Column("imported", sa.Integer(), nullable=False),
        sa.Column("seconds", sa.Double(), nullable=False),
        sa.Column("counted_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["letter_id"], ["letter.id"], name=op.f("fk_tally_letter_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("letter_id", name=op.f("pk_tally")),
    )
    op.create_table(
        "timeline_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("letter_id", sa.Integer(), nullable=False),
        sa.Column("sort_on", sa.Date(), nullable=False),
        sa.Column("happened", sa.String(length=40), nullable=False),
        sa.Column("precision", sa.String(length=10), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("actor", sa.String(length=200), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("source", sa.String(length=300), nullable=False),
        sa.Column("url", sa.String(length=500), nullable=False),
        sa.ForeignKeyConstraint(
            ["letter_id"], ["letter.id"], name=op.f("fk_timeline_entry_letter_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_timeline_entry")),
    )
    with op.batch_alter_table("timeline_entry", schema=None) as batch_op:
        batch_op.create_index("ix_timeline_entry_order", ["letter_id", "sort_on", "id"], unique=False)

    op.create_table(
        "version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("letter_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("ask", sa.String(length=300), nullable=False),
        sa.Column("salutation", sa.String(length=200), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("body_tree", sa.JSON(), nullable=False),
        sa.Column("body_html", sa.Text(), nullable=False),
        sa.Column("demands_intro", sa.String(length=300), nullable=False),
        sa.Column("closing", sa.Text(), nullable=False),
        sa.Column("dated_on", sa.Date(), nullable=True),
        sa.Column("place", sa.String(length=120), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["letter_id"], ["letter.id"], name=op.f("fk_version_letter_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_version")),
        sa.UniqueConstraint("letter_id", "number", name=op.f("uq_version_letter_id_number")),
    )
    op.create_table(
        "watch_name",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("letter_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("folded", sa.String(length=200), nullable=False),
        sa.Column("note", sa.String(length=300), nullable=False),
        sa.ForeignKeyConstraint(["letter_id"], ["letter.id"], name=op.f("fk_watch_name_letter_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_watch_name")),
        sa.UniqueConstraint("letter_id", "folded", name=op.f("uq_watch_name_letter_id_folded")),
    )
    op.create_table(
        "decision_detail",
        sa.Column("decision_id", sa.Integer(), nullable=False),
        sa.Column("salt", sa.String(length=32), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("after", sa.JSON(), nullable=False),
        sa.Column("blanked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["decision_id"], ["decision.id"], name=op.f("fk_decision_detail_decision_id")),
        sa.PrimaryKeyConstraint("decision_id", name=op.f("pk_decision_detail")),
    )
    op.create_table(
        "demand",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["version_id"], ["version.id"], name=op.f("fk_demand_version_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_demand")),
        sa.UniqueConstraint("version_id", "number", name=op.f("uq_demand_version_id_number")),
    )
    op.create_table(
        "edition",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("letter_id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("dated_on", sa.Date(), nullable=True),
        sa.Column("place", sa.String(length=120), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("line_count", sa.Integer(), nullable=False),
        sa.Column("list_digest", sa.String(length=64), nullable=True),
        sa.Column("root", sa.String(length=64), nullable=True),
        sa.Column("organizer_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("frozen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("delivered_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state <> 'delivered' OR delivered_at IS NOT NULL", name=op.f("ck_edition_delivered_has_time")
        ),
        sa.CheckConstraint("state = 'building' OR frozen_at IS NOT NULL", name=op.f("ck_edition_frozen_has_time")),
        sa.CheckConstraint("state IN ('building', 'frozen', 'delivered')", name=op.f("ck_edition_state")),
        sa.ForeignKeyConstraint(["letter_id"], ["letter.id"], name=op.f("fk_edition_letter_id")),
        sa.ForeignKeyConstraint(["organizer_id"], ["organizer.id"], name=op.f("fk_edition_organizer_id")),
        sa.ForeignKeyConstraint(["version_id"], ["version.id"], name=op.f("fk_edition_version_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_edition")),
        sa.UniqueConstraint("letter_id", "number", name=op.f("uq_edition_letter_id_number")),
    )
    op.create_table(
        "signature",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("letter_id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("name_typed", sa.String(length=200), nullable=False),
        sa.Column("sort_key", sa.LargeBinary(length=255), nullable=False),
        sa.Column("index_letter", sa.String(length=1), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("affiliation", sa.String(length=200), nullable=False),
        sa.Column("place", sa.String(length=120), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("is_private", sa.Boolean(), nullable=False),
        sa.Column("pinned_position", sa.Integer(), nullable=True),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.Column("mailbox_key", sa.String(length=64), nullable=True),
        sa.Column("mailbox_rule", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(length=10), nullable=False),
        sa.Column("source", sa.String(length=80), nullable=False),
        sa.Column("verification", sa.String(length=20), nullable=False),
        sa.Column("moderation", sa.String(length=20), nullable=False),
        sa.Column("reasons", sa.String(length=300), nullable=False),
        sa.Column("organization_id", sa.Integer(), nullable=True),
        sa.Column("import_batch_id", sa.Integer(), nullable=True),
        sa.Column("merged_into_id", sa.Integer(), nullable=True),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("verified_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("expired_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdraw_reason", sa.String(length=500), nullable=False),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("code_tries", sa.Integer(), nullable=False),
        sa.Column("mails_asked", sa.Integer(), nullable=False),
        sa.Column("mail_asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("mailed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reminder_count", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('person', 'organization', 'employee', 'imported')", name=op.f("ck_signature_kind")
        ),
        sa.CheckConstraint(
            "moderation <> 'approved' OR verification = 'verified'", name=op.f("ck_signature_approved_is_verified")
        ),
        sa.CheckConstraint(
            "moderation IN ('waiting', 'approved', 'held', 'rejected')", name=op.f("ck_signature_moderation")
        ),
        sa.CheckConstraint(
            "organization_id IS NULL OR kind = 'organization'", name=op.f("ck_signature_organization_kind")
        ),
        sa.CheckConstraint(
            "verification <> 'expired' OR expired_at IS NOT NULL", name=op.f("ck_signature_expired_has_time")
        ),
        sa.CheckConstraint(
            "verification <> 'verified' OR verified_at IS NOT NULL", name=op.f("ck_signature_verified_has_time")
        ),
        sa.CheckConstraint(
            "verification IN ('pending', 'verified', 'expired')", name=op.f("ck_signature_verification")
        ),
        sa.ForeignKeyConstraint(["import_batch_id"], ["import_batch.id"], name=op.f("fk_signature_import_batch_id")),
        sa.ForeignKeyConstraint(["letter_id"], ["letter.id"], name=op.f("fk_signature_letter_id")),
        sa.ForeignKeyConstraint(["merged_into_id"], ["signature.id"], name=op.f("fk_signature_merged_into_id")),
        sa.ForeignKeyConstraint(["organization_id"], ["organization.id"], name=op.f("fk_signature_organization_id")),
        sa.ForeignKeyConstraint(["version_id"], ["version.id"], name=op.f("fk_signature_version_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signature")),
    )
    with op.batch_alter_table("signature", schema=None) as batch_op:
        batch_op.create_index(
            "ix_signature_latest",
            ["letter_id", "kind", "id"],
            unique=False,
            sqlite_where=sa.text(
                "verification = 'verified' AND moderation = 'approved' AND withdrawn_at IS NULL AND merged_into_id IS NULL AND is_private = 0"
            ),
            postgresql_where=sa.text(
                "verification = 'verified' AND moderation = 'approved' AND withdrawn_at IS NULL AND merged_into_id IS NULL AND NOT is_private"
            ),
        )
        batch_op.create_index(
            "ix_signature_left",
            ["id"],
            unique=False,
            sqlite_where=sa.text("erased_at IS NULL AND (expired_at IS NOT NULL OR withdrawn_at IS NOT NULL)"),
            postgresql_where=sa.text("erased_at IS NULL AND (expired_at IS NOT NULL OR withdrawn_at IS NOT NULL)"),
        )
        batch_op.create_index("ix_signature_letter_id", ["letter_id", "id"], unique=False)
        batch_op.create_index(
            "ix_signature_letters",
            ["letter_id", "kind", "index_letter", "sort_key", "id"],
            unique=False,
            sqlite_where=sa.text(
                "verification = 'verified' AND moderation = 'approved' AND withdrawn_at IS NULL AND merged_into_id IS NULL AND is_private = 0"
            ),
            postgresql_where=sa.text(
                "verification = 'verified' AND moderation = 'approved' AND withdrawn_at IS NULL AND merged_into_id IS NULL AND NOT is_private"
            ),
        )
        batch_op.create_index("ix_signature_mailbox_key", ["mailbox_key", "letter_id"], unique=False)
        batch_op.create_index(
            "ix_signature_names",
            ["letter_id", "kind", "sort_key", "id"],
            unique=False,
            sqlite_where=sa.text(
                "verification = 'verified' AND moderation = 'approved' AND withdrawn_at IS NULL AND merged_into_id IS NULL AND is_private = 0"
            ),
            postgresql_where=sa.text(
                "verification = 'verified' AND moderation = 'approved' AND withdrawn_at IS NULL AND merged_into_id IS NULL AND NOT is_private"
            ),
        )
        batch_op.create_index(
            "ix_signature_pending",
            ["signed_at", "id"],
            unique=False,
            sqlite_where=sa.text("verification = 'pending' AND withdrawn_at IS NULL AND merged_into_id IS NULL"),
            postgresql_where=sa.text("verification = 'pending' AND withdrawn_at IS NULL AND merged_into_id IS NULL"),
        )
        batch_op.create_index(
            "ix_signature_pinned",
            ["letter_id", "kind", "pinned_position", "id"],
            unique=False,
            sqlite_where=sa.text(
                "pinned_position IS NOT NULL AND verification = 'verified' AND moderation = 'approved' AND withdrawn_at IS NULL AND merged_into_id IS NULL AND is_private = 0"
            ),
            postgresql_where=sa.text(
                "pinned_position IS NOT NULL AND verification = 'verified' AND moderation = 'approved' AND withdrawn_at IS NULL AND merged_into_id IS NULL AND NOT is_private"
            ),
        )
        batch_op.create_index(
            "ix_signature_queue",
            ["letter_id", "id"],
            unique=False,
            sqlite_where=sa.text(
                "verification = 'verified' AND (moderation = 'waiting' OR moderation = 'held') AND withdrawn_at IS NULL AND merged_into_id IS NULL"
            ),
            postgresql_where=sa.text(
                "verification = 'verified' AND (moderation = 'waiting' OR moderation = 'held') AND withdrawn_at IS NULL AND merged_into_id IS NULL"
            ),
        )
        batch_op.create_index(
            "ix_signature_tally",
            ["letter_id", "kind", "is_private"],
            unique=False,
            sqlite_where=sa.text(
                "verification = 'verified' AND moderation = 'approved' AND withdrawn_at IS NULL AND merged_into_id IS NULL"
            ),
            postgresql_where=sa.text(
                "verification = 'verified' AND moderation = 'approved' AND withdrawn_at IS NULL AND merged_into_id IS NULL"
            ),
        )
        batch_op.create_index(
            "uq_signature_live_mailbox",
            ["letter_id", "kind", "mailbox_key"],
            unique=True,
            sqlite_where=sa.text(
                "withdrawn_at IS NULL AND verification != 'expired' AND merged_into_id IS NULL AND mailbox_key IS NOT NULL"
            ),
            postgresql_where=sa.text(
                "withdrawn_at IS NULL AND verification != 'expired' AND merged_into_id IS NULL AND mailbox_key IS NOT NULL"
            ),
        )
        batch_op.create_index(
            "uq_signature_public_organization",
            ["letter_id", "organization_id"],
            unique=True,
            sqlite_where=sa.text(
                "verification = 'verified' AND moderation = 'approved' AND withdrawn_at IS NULL AND merged_into_id IS NULL AND organization_id IS NOT NULL"
            ),
            postgresql_where=sa.text(
                "verification = 'verified' AND moderation = 'approved' AND withdrawn_at IS NULL AND merged_into_id IS NULL AND organization_id IS NOT NULL"
            ),
        )

    op.create_table(
        "consent",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("signature_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("sentence", sa.Text(), nullable=False),
        sa.Column("source", sa.String(length=80), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["signature_id"], ["signature.id"], name=op.f("fk_consent_signature_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent")),
        sa.UniqueConstraint("signature_id", "kind", name=op.f("uq_consent_signature_id_kind")),
    )
    op.create_table(
        "endorsement",
        sa.Column("signature_id", sa.Integer(), nullable=False),
        sa.Column("legal_name", sa.String(length=200), nullable=False),
        sa.Column("website", sa.String(length=500), nullable=False),
        sa.Column("type", sa.String(length=20), nullable=False),
        sa.Column("representative", sa.String(length=200), nullable=False),
        sa.Column("role", sa.String(length=200), nullable=False),
        sa.Column("show_representative", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "type IN ('ngo', 'union', 'company', 'public_body', 'academic', 'faith', 'other')",
            name=op.f("ck_endorsement_type"),
        ),
        sa.ForeignKeyConstraint(
            ["signature_id"], ["signature.id"], name=op.f("fk_endorsement_signature_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("signature_id", name=op.f("pk_endorsement")),
    )
    op.create_table(
        "export",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("letter_id", sa.Integer(), nullable=False),
        sa.Column("edition_id", sa.Integer(), nullable=True),
        sa.Column("organizer_id", sa.Integer(), nullable=True),
        sa.Column("format", sa.String(length=20), nullable=False),
        sa.Column("purpose", sa.String(length=20), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("rows_done", sa.Integer(), nullable=False),
        sa.Column("rows_total", sa.Integer(), nullable=False),
        sa.Column("folder", sa.String(length=200), nullable=False),
        sa.Column("report", sa.JSON(), nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('waiting', 'running', 'done', 'failed', 'cancelled')", name=op.f("ck_export_state")
        ),
        sa.ForeignKeyConstraint(["edition_id"], ["edition.id"], name=op.f("fk_export_edition_id")),
        sa.ForeignKeyConstraint(["letter_id"], ["letter.id"], name=op.f("fk_export_letter_id")),
        sa.ForeignKeyConstraint(["organizer_id"], ["organizer.id"], name=op.f("fk_export_organizer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_export")),
    )
    with op.batch_alter_table("export", schema=None) as batch_op:
        batch_op.create_index("ix_export_letter_id", ["letter_id", "id"], unique=False)

    op.create_table(
        "proof",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("signature_id", sa.Integer(), nullable=False),
        sa.Column("method", sa.String(length=20), nullable=False),
        sa.Column("seen", sa.String(length=300), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("proved_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["organizer.id"], name=op.f("fk_proof_by_id")),
        sa.ForeignKeyConstraint(
            ["signature_id"], ["signature.id"], name=op.f("fk_proof_signature_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proof")),
        sa.UniqueConstraint("signature_id", "method", name=op.f("uq_proof_signature_id_method")),
    )
    op.create_table(
        "search_word",
        sa.Column("letter_id", sa.Integer(), nullable=False),
        sa.Column(
            "word", sa.String(length=40).with_variant(sa.String(length=40, collation="C"), "postgresql"), nullable=False
        ),
        sa.Column("signature_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["letter_id"], ["letter.id"], name=op.f("fk_search_word_letter_id")),
        sa.ForeignKeyConstraint(
            ["signature_id"], ["signature.id"], name=op.f("fk_search_word_signature_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("letter_id", "word", "signature_id", name=op.f("pk_search_word")),
    )
    with op.batch_alter_table("search_word", schema=None) as batch_op:
        batch_op.create_index("ix_search_word_signature_id", ["signature_id"], unique=False)
    # A letter names its current version, and a version its letter: the second arrow comes last.
    with op.batch_alter_table("letter") as batch_op:
        batch_op.create_foreign_key("fk_letter_version_id", "version", ["version_id"], ["id"])
    add_triggers()


def downgrade() -> None:
    with op.batch_alter_table("letter") as batch_op:
        batch_op.drop_constraint("fk_letter_version_id", type_="foreignkey")

    with op.batch_alter_table("search_word", schema=None) as batch_op:
        batch_op.drop_index("ix_search_word_signature_id")

    op.drop_table("search_word")
    op.drop_table("proof")
    with op.batch_alter_table("export", schema=None) as batch_op:
        batch_op.drop_index("ix_export_letter_id")

    op.drop_table("export")
    op.drop_table("endorsement")
    op.drop_table("consent")
    with op.batch_alter_table("signature", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_signature_public_organization",
            sqlite_where=sa.text(
                "verification = 'verified' AND moderation = 'approved' AND withdrawn_at IS NULL AND merged_into_id IS NULL AND organization_id IS NOT NULL"
            ),
            postgresql_where=sa.text(
                "verification = 'verified' AND moderation = 'approved' AND withdrawn_at IS NULL AND merged_into_id IS NULL AND organization_id IS NOT NULL"
            ),
        )
        batch_op.drop_index(
            "uq_signature_live_mailbox",
            sqlite_where=sa.text(
                "withdrawn_at IS NULL AND verification != 'expired' AND merged_into_id IS NULL AND mailbox_key IS NOT NULL"
            ),
            postgresql_where=sa.text(
                "withdrawn_at IS NULL AND verification != 'expired' AND merged_into_id IS NULL AND mailbox_key IS NOT NULL"
            ),
        )
        batch_op.drop_index(
            "ix_signature_tally",
            sqlite_where=sa.text(
                "verification = 'verified' AND moderation = 'approved' AND withdrawn_at IS NULL AND merged_into_id IS NULL"
            ),
            postgresql_where=sa.text(
                "verification = 'verified' AND moderation = 'approved' AND withdrawn_at IS NULL AND merged_into_id IS NULL"
            ),
        )
        batch_op.drop_index(
            "ix_signature_queue",
            sqlite_where=sa.text(
                "verification = 'verified' AND (moderation = 'waiting' OR moderation = 'held') AND withdrawn_at IS NULL AND merged_into_id IS NULL"
            ),
            postgresql_where=sa.text(
                "verification = 'verified' AND (moderation = 'waiting' OR moderation = 'held') AND withdrawn_at IS NULL AND merged_into_id IS NULL"
            ),
        )
        batch_op.drop_index(
            "ix_signature_pinned",
            sqlite_where=sa.text(
                "pinned_position IS NOT NULL AND verification = 'verified' AND moderation = 'approved' AND withdrawn_at IS NULL AND merged_into_id IS NULL AND is_private = 0"
            ),
            postgresql_where=sa.text(
                "pinned_position IS NOT NULL AND verification = 'verified' AND moderation = 'approved' AND withdrawn_at IS NULL AND merged_into_id IS NULL AND NOT is_private"
            ),
        )
        batch_op.drop_index(
            "ix_signature_pending",
            sqlite_where=sa.text("verification = 'pending' AND withdrawn_at IS NULL AND merged_into_id IS NULL"),
            postgresql_where=sa.text("verification = 'pending' AND withdrawn_at IS NULL AND merged_into_id IS NULL"),
        )
        batch_op.drop_index(
            "ix_signature_names",
            sqlite_where=sa.text(
                "verification = 'verified' AND moderation = 'approved' AND withdrawn_at IS NULL AND merged_into_id IS NULL AND is_private = 0"
            ),
            postgresql_where=sa.text(
                "verification = 'verified' AND moderation = 'approved' AND withdrawn_at IS NULL AND merged_into_id IS NULL AND NOT is_private"
            ),
        )
        batch_op.drop_index("ix_signature_mailbox_key")
        batch_op.drop_index(
            "ix_signature_letters",
            sqlite_where=sa.text(
                "verification = 'verified' AND moderation = 'approved' AND withdrawn_at IS NULL AND merged_into_id IS NULL AND is_private = 0"
            ),
            postgresql_where=sa.text(
                "verification = 'verified' AND moderation = 'approved' AND withdrawn_at IS NULL AND merged_into_id IS NULL AND NOT is_private"
            ),
        )
        batch_op.drop_index("ix_signature_letter_id")
        batch_op.drop_index(
            "ix_signature_left",
            sqlite_where=sa.text("erased_at IS NULL AND (expired_at IS NOT NULL OR withdrawn_at IS NOT NULL)"),
            postgresql_where=sa.text("erased_at IS NULL AND (expired_at IS NOT NULL OR withdrawn_at IS NOT NULL)"),
        )
        batch_op.drop_index(
            "ix_signature_latest",
            sqlite_where=sa.text(
                "verification = 'verified' AND moderation = 'approved' AND withdrawn_at IS NULL AND merged_into_id IS NULL AND is_private = 0"
            ),
            postgresql_where=sa.text(
                "verification = 'verified' AND moderation = 'approved' AND withdrawn_at IS NULL AND merged_into_id IS NULL AND NOT is_private"
            ),
        )

    op.drop_table("signature")
    op.drop_table("edition")
    op.drop_table("demand")
    op.drop_table("decision_detail")
    op.drop_table("watch_name")
    op.drop_table("version")
    with op.batch_alter_table("timeline_entry", schema=None) as batch_op:
        batch_op.drop_index("ix_timeline_entry_order")

    op.drop_table("timeline_entry")
    op.drop_table("tally")
    op.drop_table("suppression")
    with op.batch_alter_table("log_entry", schema=None) as batch_op:
        batch_op.drop_index("ix_log_entry_campaign_id")

    op.drop_table("log_entry")
    with op.batch_alter_table("letter_target", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_letter_target_target_id"))

    op.drop_table("letter_target")
    with op.batch_alter_table("job", schema=None) as batch_op:
        batch_op.drop_index("ix_job_letter_id")
        batch_op.drop_index(
            "ix_job_lease", sqlite_where=sa.text("state = 'sending'"), postgresql_where=sa.text("state = 'sending'")
        )
        batch_op.drop_index(
            "ix_job_due", sqlite_where=sa.text("state = 'ready'"), postgresql_where=sa.text("state = 'ready'")
        )
        batch_op.drop_index(
            "ix_job_done", sqlite_where=sa.text("state = 'done'"), postgresql_where=sa.text("state = 'done'")
        )

    op.drop_table("job")
    op.drop_table("initial_signatory")
    op.drop_table("import_batch")
    op.drop_table("evidence")
    op.drop_table("dirty_letter")
    with op.batch_alter_table("decision", schema=None) as batch_op:
        batch_op.drop_index("ix_decision_signature_id")

    op.drop_table("decision")
    op.drop_table("addressee")
    with op.batch_alter_table("sign_in_link", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sign_in_link_organizer_id"))

    op.drop_table("sign_in_link")
    with op.batch_alter_table("membership", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_membership_campaign_id"))

    op.drop_table("membership")
    with op.batch_alter_table("letter", schema=None) as batch_op:
        batch_op.drop_index("ix_letter_state")
        batch_op.drop_index(batch_op.f("ix_letter_campaign_id"))

    op.drop_table("letter")
    with op.batch_alter_table("desk_session", schema=None) as batch_op:
        batch_op.drop_index("ix_desk_session_organizer_id")

    op.drop_table("desk_session")
    op.drop_table("target")
    op.drop_table("organizer")
    with op.batch_alter_table("organization", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_organization_name_without_domain",
            sqlite_where=sa.text("domain IS NULL"),
            postgresql_where=sa.text("domain IS NULL"),
        )
        batch_op.drop_index("ix_organization_name_folded")

    op.drop_table("organization")
    op.drop_table("limit_count")
    op.drop_table("heartbeat")
    op.drop_table("campaign")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION refuse_change()")
