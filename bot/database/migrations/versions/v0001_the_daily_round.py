"""The daily round."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    _groups()
    _people()
    _transcript()
    _typed_forms()
    _identities()
    _members()
    _places()
    _rounds()
    _answers()
    _ballots()
    _deliveries()
    _drafts()
    _ledger()
    _standings()
    _comparisons()
    _reports()
    _votes()


def _groups() -> None:
    op.create_table(
        "groups",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("name", sa.Text(), server_default="", nullable=False),
        sa.Column("zone", sa.Text(), server_default="", nullable=False),
        sa.Column("at_minute", sa.Integer(), nullable=False),
        sa.Column("weekdays", sa.Integer(), nullable=False),
        sa.Column("tone", sa.Text(), server_default="", nullable=False),
        sa.Column("topics", sa.JSON(), nullable=False),
        sa.Column("answer_limit", sa.Integer(), server_default="2000", nullable=False),
        sa.Column("answers_minutes", sa.Integer(), nullable=True),
        sa.Column("votes_minutes", sa.Integer(), nullable=True),
        sa.Column("state", sa.Text(), server_default="", nullable=False),
        sa.Column("last_date", sa.Date(), nullable=True),
        sa.Column("next_at", INSTANT, nullable=True),
        sa.Column("warned_at", INSTANT, nullable=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_groups"),
    )
    op.create_index("ix_groups_next_at", "groups", ["next_at"])


def _people() -> None:
    op.create_table(
        "people",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("zone", sa.Text(), server_default="", nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("deleted_at", INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_people"),
    )


def _transcript() -> None:
    op.create_table(
        "transcript",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("version", ID, nullable=False),
        sa.Column("channel", sa.Text(), server_default="", nullable=False),
        sa.Column("audience", sa.Text(), nullable=True),
        sa.Column("author", sa.Text(), server_default="", nullable=False),
        sa.Column("body", sa.Text(), server_default="", nullable=False),
        sa.Column("key", sa.Text(), nullable=True),
        sa.Column("slot", sa.Text(), server_default="", nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("edited_at", INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_transcript"),
        sa.UniqueConstraint("key", name="uq_transcript_key"),
        sa.UniqueConstraint("version", name="uq_transcript_version"),
    )
    op.create_index("ix_transcript_channel", "transcript", ["channel", "version"])
    op.create_index("ix_transcript_slot", "transcript", ["audience", "slot"])


def _typed_forms() -> None:
    op.create_table(
        "typed_forms",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("viewer", sa.Text(), server_default="", nullable=False),
        sa.Column("form", sa.Text(), server_default="", nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_typed_forms"),
        sa.UniqueConstraint("viewer", "form", name="uq_typed_forms_viewer_form"),
    )


def _identities() -> None:
    op.create_table(
        "identities",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("platform", sa.Text(), server_default="", nullable=False),
        sa.Column("tenant", sa.Text(), server_default="", nullable=False),
        sa.Column("user", sa.Text(), server_default="", nullable=False),
        sa.Column("name", sa.Text(), server_default="", nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_identities_person_id"),
        sa.PrimaryKeyConstraint("id", name="pk_identities"),
        sa.UniqueConstraint("platform", "tenant", "user", name="uq_identities_platform_tenant_user"),
    )
    op.create_index("ix_identities_person_id", "identities", ["person_id"])


def _members() -> None:
    op.create_table(
        "members",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("group_id", ID, nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("canonical_id", ID, nullable=True),
        sa.Column("name", sa.Text(), server_default="", nullable=False),
        sa.Column("pseudonym", sa.Text(), server_default="", nullable=False),
        sa.Column("naming", sa.Text(), server_default="", nullable=False),
        sa.Column("consent", sa.Text(), server_default="", nullable=False),
        sa.Column("organiser", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("sample", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("reminders", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("break_until", sa.Date(), nullable=True),
        sa.Column("joined_at", INSTANT, nullable=False),
        sa.Column("seen_at", INSTANT, nullable=False),
        sa.Column("left_at", INSTANT, nullable=True),
        sa.Column("barred_at", INSTANT, nullable=True),
        sa.Column("toured", sa.Integer(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(["canonical_id"], ["members.id"], name="fk_members_canonical_id"),
        sa.ForeignKeyConstraint(["group_id"], ["groups.id"], name="fk_members_group_id"),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_members_person_id"),
        sa.PrimaryKeyConstraint("id", name="pk_members"),
        sa.UniqueConstraint("group_id", "person_id", name="uq_members_group_id_person_id"),
    )
    op.create_index("ix_members_person_id", "members", ["person_id"])


def _places() -> None:
    op.create_table(
        "places",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("platform", sa.Text(), server_default="", nullable=False),
        sa.Column("tenant", sa.Text(), server_default="", nullable=False),
        sa.Column("channel", sa.Text(), server_default="", nullable=False),
        sa.Column("name", sa.Text(), server_default="", nullable=False),
        sa.Column("group_id", ID, nullable=False),
        sa.Column("paused_because", sa.Text(), server_default="", nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["group_id"], ["groups.id"], name="fk_places_group_id"),
        sa.PrimaryKeyConstraint("id", name="pk_places"),
        sa.UniqueConstraint("platform", "tenant", "channel", name="uq_places_platform_tenant_channel"),
    )
    op.create_index("ix_places_group_id", "places", ["group_id"])


def _rounds() -> None:
    op.create_table(
        "rounds",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("group_id", ID, nullable=False),
        sa.Column("local_date", sa.Date(), nullable=False),
        sa.Column("slot", sa.Integer(), server_default="0", nullable=False),
        sa.Column("item_id", sa.Text(), server_default="", nullable=False),
        sa.Column("kind", sa.Text(), server_default="", nullable=False),
        sa.Column("topic", sa.Text(), server_default="", nullable=False),
        sa.Column("root", sa.Text(), server_default="", nullable=False),
        sa.Column("question", sa.JSON(), nullable=False),
        sa.Column("state", sa.Text(), server_default="", nullable=False),
        sa.Column("opened_at", INSTANT, nullable=False),
        sa.Column("closes_at", INSTANT, nullable=True),
        sa.Column("voting_at", INSTANT, nullable=True),
        sa.Column("votes_close_at", INSTANT, nullable=True),
        sa.Column("revealed_at", INSTANT, nullable=True),
        sa.Column("next_at", INSTANT, nullable=True),
        sa.Column("reminded_at", INSTANT, nullable=True),
        sa.Column("ballot", sa.Text(), server_default="", nullable=False),
        sa.Column("finalists", sa.JSON(), nullable=True),
        sa.Column("result", sa.JSON(), nullable=True),
        sa.ForeignKeyConstraint(["group_id"], ["groups.id"], name="fk_rounds_group_id"),
        sa.PrimaryKeyConstraint("id", name="pk_rounds"),
        sa.UniqueConstraint("group_id", "local_date", "slot", name="uq_rounds_group_id_local_date_slot"),
    )
    op.create_index("ix_rounds_group_state", "rounds", ["group_id", "state"])
    op.create_index("ix_rounds_next_at", "rounds", ["next_at"])


def _answers() -> None:
    op.create_table(
        "answers",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("round_id", ID, nullable=False),
        sa.Column("member_id", ID, nullable=False),
        sa.Column("state", sa.Text(), server_default="", nullable=False),
        sa.Column("text", sa.Text(), server_default="", nullable=False),
        sa.Column("consent", sa.Text(), server_default="", nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.Column("locked_at", INSTANT, nullable=True),
        sa.Column("looks", sa.Integer(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name="fk_answers_member_id"),
        sa.ForeignKeyConstraint(["round_id"], ["rounds.id"], name="fk_answers_round_id"),
        sa.PrimaryKeyConstraint("id", name="pk_answers"),
        sa.UniqueConstraint("round_id", "member_id", name="uq_answers_round_id_member_id"),
    )
    op.create_index("ix_answers_member_id", "answers", ["member_id"])


def _ballots() -> None:
    op.create_table(
        "ballots",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("round_id", ID, nullable=False),
        sa.Column("member_id", ID, nullable=False),
        sa.Column("started_at", INSTANT, nullable=False),
        sa.Column("finished_at", INSTANT, nullable=True),
        sa.Column("steps", sa.Integer(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name="fk_ballots_member_id"),
        sa.ForeignKeyConstraint(["round_id"], ["rounds.id"], name="fk_ballots_round_id"),
        sa.PrimaryKeyConstraint("id", name="pk_ballots"),
        sa.UniqueConstraint("round_id", "member_id", name="uq_ballots_round_id_member_id"),
    )


def _deliveries() -> None:
    op.create_table(
        "deliveries",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("subject", sa.Text(), server_default="", nullable=False),
        sa.Column("kind", sa.Text(), server_default="", nullable=False),
        sa.Column("destination", sa.Text(), server_default="", nullable=False),
        sa.Column("key", sa.Text(), server_default="", nullable=False),
        sa.Column("platform", sa.Text(), server_default="", nullable=False),
        sa.Column("place_id", ID, nullable=True),
        sa.Column("identity_id", ID, nullable=True),
        sa.Column("state", sa.Text(), server_default="", nullable=False),
        sa.Column("next_at", INSTANT, nullable=True),
        sa.Column("first_try_at", INSTANT, nullable=True),
        sa.Column("owner", sa.Text(), server_default="", nullable=False),
        sa.Column("lease_until", INSTANT, nullable=True),
        sa.Column("attempt", sa.Integer(), server_default="0", nullable=False),
        sa.Column("message", sa.JSON(), nullable=True),
        sa.Column("sent_at", INSTANT, nullable=True),
        sa.Column("face", sa.Integer(), server_default="0", nullable=False),
        sa.Column("wanted_face", sa.Integer(), server_default="0", nullable=False),
        sa.Column("error", sa.Text(), server_default="", nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["identity_id"], ["identities.id"], name="fk_deliveries_identity_id"),
        sa.ForeignKeyConstraint(["place_id"], ["places.id"], name="fk_deliveries_place_id"),
        sa.PrimaryKeyConstraint("id", name="pk_deliveries"),
        sa.UniqueConstraint("subject", "kind", "destination", name="uq_deliveries_subject_kind_destination"),
    )
    op.create_index("ix_deliveries_identity_id", "deliveries", ["identity_id"])
    op.create_index("ix_deliveries_next_at", "deliveries", ["next_at"])


def _drafts() -> None:
    op.create_table(
        "drafts",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("member_id", ID, nullable=False),
        sa.Column("subject", sa.Text(), server_default="", nullable=False),
        sa.Column("text", sa.Text(), server_default="", nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name="fk_drafts_member_id"),
        sa.PrimaryKeyConstraint("id", name="pk_drafts"),
        sa.UniqueConstraint("member_id", "subject", name="uq_drafts_member_id_subject"),
    )


def _ledger() -> None:
    op.create_table(
        "ledger",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("group_id", ID, nullable=False),
        sa.Column("member_id", ID, nullable=False),
        sa.Column("topic", sa.Text(), server_default="", nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("local_date", sa.Date(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("reverses", ID, nullable=True),
        sa.ForeignKeyConstraint(["group_id"], ["groups.id"], name="fk_ledger_group_id"),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name="fk_ledger_member_id"),
        sa.ForeignKeyConstraint(["reverses"], ["ledger.id"], name="fk_ledger_reverses"),
        sa.PrimaryKeyConstraint("id", name="pk_ledger"),
        sa.UniqueConstraint("key", name="uq_ledger_key"),
    )
    op.create_index("ix_ledger_group_id", "ledger", ["group_id"])
    op.create_index("ix_ledger_member_id", "ledger", ["member_id"])


def _standings() -> None:
    op.create_table(
        "standings",
        sa.Column("group_id", ID, nullable=False),
        sa.Column("board", sa.Text(), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("span", sa.Text(), nullable=False),
        sa.Column("bucket", sa.Text(), nullable=False),
        sa.Column("member_id", ID, nullable=False),
        sa.Column("numerator", sa.Float(), nullable=False),
        sa.Column("denominator", sa.Float(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(["group_id"], ["groups.id"], name="fk_standings_group_id"),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name="fk_standings_member_id"),
        sa.PrimaryKeyConstraint(
            "group_id", "board", "topic", "span", "bucket", "member_id", name="pk_standings"
        ),
    )
    op.create_index(
        "ix_standings_board", "standings", ["group_id", "board", "topic", "span", "bucket", "numerator"]
    )


def _comparisons() -> None:
    op.create_table(
        "comparisons",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("round_id", ID, nullable=False),
        sa.Column("member_id", ID, nullable=False),
        sa.Column("low_id", ID, nullable=False),
        sa.Column("high_id", ID, nullable=False),
        sa.Column("winner_id", ID, nullable=True),
        sa.Column("shown_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["high_id"], ["answers.id"], name="fk_comparisons_high_id"),
        sa.ForeignKeyConstraint(["low_id"], ["answers.id"], name="fk_comparisons_low_id"),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name="fk_comparisons_member_id"),
        sa.ForeignKeyConstraint(["round_id"], ["rounds.id"], name="fk_comparisons_round_id"),
        sa.ForeignKeyConstraint(["winner_id"], ["answers.id"], name="fk_comparisons_winner_id"),
        sa.PrimaryKeyConstraint("id", name="pk_comparisons"),
        sa.UniqueConstraint("member_id", "low_id", "high_id", name="uq_comparisons_member_id_low_id_high_id"),
    )
    op.create_index("ix_comparisons_high_id", "comparisons", ["high_id"])
    op.create_index("ix_comparisons_low_id", "comparisons", ["low_id"])
    op.create_index("ix_comparisons_round_id", "comparisons", ["round_id"])


def _reports() -> None:
    op.create_table(
        "reports",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("answer_id", ID, nullable=False),
        sa.Column("member_id", ID, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("outcome", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(["answer_id"], ["answers.id"], name="fk_reports_answer_id"),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name="fk_reports_member_id"),
        sa.PrimaryKeyConstraint("id", name="pk_reports"),
        sa.UniqueConstraint("answer_id", "member_id", name="uq_reports_answer_id_member_id"),
    )


def _votes() -> None:
    op.create_table(
        "votes",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("round_id", ID, nullable=False),
        sa.Column("member_id", ID, nullable=False),
        sa.Column("answer_id", ID, nullable=False),
        sa.Column("helped", sa.Boolean(), nullable=True),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("shown_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["answer_id"], ["answers.id"], name="fk_votes_answer_id"),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name="fk_votes_member_id"),
        sa.ForeignKeyConstraint(["round_id"], ["rounds.id"], name="fk_votes_round_id"),
        sa.PrimaryKeyConstraint("id", name="pk_votes"),
        sa.UniqueConstraint("member_id", "answer_id", name="uq_votes_member_id_answer_id"),
    )
    op.create_index("ix_votes_answer_id", "votes", ["answer_id"])
    op.create_index("ix_votes_round_id", "votes", ["round_id"])
