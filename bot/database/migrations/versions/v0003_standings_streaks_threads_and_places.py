"""Standings, streaks, threads and places."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "facts",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_facts")),
    )
    op.create_table(
        "activity",
        sa.Column("member_id", ID, nullable=False),
        sa.Column("local_date", sa.Date(), nullable=False),
        sa.Column("acts", sa.Integer(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name=op.f("fk_activity_member_id")),
        sa.PrimaryKeyConstraint("member_id", "local_date", name=op.f("pk_activity")),
    )
    op.create_table(
        "breaks",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("member_id", ID, nullable=False),
        sa.Column("first_date", sa.Date(), nullable=False),
        sa.Column("last_date", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name=op.f("fk_breaks_member_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_breaks")),
    )
    with op.batch_alter_table("breaks", schema=None) as batch_op:
        batch_op.create_index("ix_breaks_member_id", ["member_id"], unique=False)

    op.create_table(
        "streaks",
        sa.Column("member_id", ID, nullable=False),
        sa.Column("group_id", ID, nullable=False),
        sa.Column("current", sa.Integer(), server_default="0", nullable=False),
        sa.Column("best", sa.Integer(), server_default="0", nullable=False),
        sa.Column("freezes", sa.Integer(), nullable=False),
        sa.Column("state", sa.JSON(), nullable=False),
        sa.Column("through", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["group_id"], ["groups.id"], name=op.f("fk_streaks_group_id")),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name=op.f("fk_streaks_member_id")),
        sa.PrimaryKeyConstraint("member_id", name=op.f("pk_streaks")),
    )
    with op.batch_alter_table("streaks", schema=None) as batch_op:
        batch_op.create_index("ix_streaks_board", ["group_id", "current", "member_id"], unique=False)

    with op.batch_alter_table("deliveries", schema=None) as batch_op:
        batch_op.add_column(sa.Column("under", sa.Text(), server_default="", nullable=False))
        batch_op.create_index("ix_deliveries_place_id", ["place_id"], unique=False)

    with op.batch_alter_table("groups", schema=None) as batch_op:
        batch_op.add_column(sa.Column("digest", sa.Boolean(), server_default=sa.true(), nullable=False))
        batch_op.add_column(sa.Column("digest_week", sa.Text(), server_default="", nullable=False))
        batch_op.add_column(sa.Column("shared_at", INSTANT, nullable=True))
        batch_op.add_column(sa.Column("retention_days", sa.Integer(), nullable=True))

    with op.batch_alter_table("ledger", schema=None) as batch_op:
        batch_op.add_column(sa.Column("board", sa.Text(), server_default="points", nullable=False))
        batch_op.add_column(sa.Column("out_of", sa.Integer(), server_default="0", nullable=False))

    with op.batch_alter_table("members", schema=None) as batch_op:
        batch_op.add_column(sa.Column("goal", sa.Integer(), server_default="3", nullable=False))
        batch_op.add_column(sa.Column("blanked_at", INSTANT, nullable=True))
        batch_op.create_index("ix_members_seen_at", ["group_id", "seen_at"], unique=False)
    off_boards = sa.text(
        "left_at IS NOT NULL OR barred_at IS NOT NULL OR canonical_id IS NOT NULL OR naming = 'out'"
    )
    op.create_index(
        "ix_members_off_boards",
        "members",
        ["group_id"],
        sqlite_where=off_boards,
        postgresql_where=off_boards,
    )

    with op.batch_alter_table("standings", schema=None) as batch_op:
        batch_op.add_column(sa.Column("score", sa.Float(), server_default="0", nullable=False))
    op.execute("UPDATE standings SET score = numerator")
    op.drop_index("ix_standings_board", "standings")
    op.create_index(
        "ix_standings_board",
        "standings",
        ["group_id", "board", "topic", "span", "bucket", "score", "member_id"],
    )

    with op.batch_alter_table("places", schema=None) as batch_op:
        batch_op.add_column(sa.Column("paused_at", INSTANT, nullable=True))
        batch_op.add_column(sa.Column("told_at", INSTANT, nullable=True))
        batch_op.add_column(sa.Column("threads", sa.Boolean(), nullable=True))
        batch_op.add_column(sa.Column("organiser_role", sa.Text(), server_default="", nullable=False))
