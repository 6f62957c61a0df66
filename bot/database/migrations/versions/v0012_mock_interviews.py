"""Mock interviews."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "mock_weeks",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("group_id", ID, nullable=False),
        sa.Column("week", sa.Text(), server_default="", nullable=False),
        sa.Column("opened_at", INSTANT, nullable=False),
        sa.Column("closes_at", INSTANT, nullable=False),
        sa.Column("paired_at", INSTANT, nullable=True),
        sa.Column("next_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["group_id"], ["groups.id"], name=op.f("fk_mock_weeks_group_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mock_weeks")),
        sa.UniqueConstraint("group_id", "week", name=op.f("uq_mock_weeks_group_id_week")),
    )
    with op.batch_alter_table("mock_weeks", schema=None) as batch_op:
        batch_op.create_index("ix_mock_weeks_next_at", ["next_at"], unique=False)

    op.create_table(
        "mock_signups",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("group_id", ID, nullable=False),
        sa.Column("week", sa.Text(), server_default="", nullable=False),
        sa.Column("member_id", ID, nullable=False),
        sa.Column("wanted", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("evenings", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("weekends", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("missed", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["group_id"], ["groups.id"], name=op.f("fk_mock_signups_group_id")),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name=op.f("fk_mock_signups_member_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mock_signups")),
        sa.UniqueConstraint(
            "group_id", "week", "member_id", name=op.f("uq_mock_signups_group_id_week_member_id")
        ),
    )
    with op.batch_alter_table("mock_signups", schema=None) as batch_op:
        batch_op.create_index("ix_mock_signups_member_id", ["member_id", "id"], unique=False)

    op.create_table(
        "mocks",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("group_id", ID, nullable=False),
        sa.Column("asker_id", ID, nullable=False),
        sa.Column("candidate_id", ID, nullable=False),
        sa.Column("interviewer_id", ID, nullable=True),
        sa.Column("observer_id", ID, nullable=True),
        sa.Column("request", sa.Text(), server_default="", nullable=False),
        sa.Column("item_id", sa.Text(), server_default="", nullable=False),
        sa.Column("script", sa.JSON(), nullable=True),
        sa.Column("state", sa.Text(), server_default="", nullable=False),
        sa.Column("part", sa.Integer(), server_default="0", nullable=False),
        sa.Column("skipped", sa.JSON(), nullable=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("part_at", INSTANT, nullable=True),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.Column("next_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["asker_id"], ["members.id"], name=op.f("fk_mocks_asker_id")),
        sa.ForeignKeyConstraint(["candidate_id"], ["members.id"], name=op.f("fk_mocks_candidate_id")),
        sa.ForeignKeyConstraint(["group_id"], ["groups.id"], name=op.f("fk_mocks_group_id")),
        sa.ForeignKeyConstraint(["interviewer_id"], ["members.id"], name=op.f("fk_mocks_interviewer_id")),
        sa.ForeignKeyConstraint(["observer_id"], ["members.id"], name=op.f("fk_mocks_observer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mocks")),
        sa.UniqueConstraint("request", name=op.f("uq_mocks_request")),
    )
    with op.batch_alter_table("mocks", schema=None) as batch_op:
        batch_op.create_index("ix_mocks_asker_id", ["asker_id"], unique=False)
        batch_op.create_index("ix_mocks_candidate_id", ["candidate_id", "id"], unique=False)
        batch_op.create_index("ix_mocks_group_id", ["group_id", "ended_at"], unique=False)
        batch_op.create_index("ix_mocks_interviewer_id", ["interviewer_id", "id"], unique=False)
        batch_op.create_index("ix_mocks_next_at", ["next_at"], unique=False)
        batch_op.create_index(
            "ix_mocks_observer_id",
            ["observer_id"],
            unique=False,
            sqlite_where=sa.text("observer_id IS NOT NULL"),
            postgresql_where=sa.text("observer_id IS NOT NULL"),
        )

    op.create_table(
        "mock_forms",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("mock_id", ID, nullable=False),
        sa.Column("member_id", ID, nullable=False),
        sa.Column("scores", sa.JSON(), nullable=True),
        sa.Column("first", sa.Text(), server_default="", nullable=False),
        sa.Column("second", sa.Text(), server_default="", nullable=False),
        sa.Column("sent_at", INSTANT, nullable=False),
        sa.Column("released_at", INSTANT, nullable=True),
        sa.Column("chosen_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name=op.f("fk_mock_forms_member_id")),
        sa.ForeignKeyConstraint(["mock_id"], ["mocks.id"], name=op.f("fk_mock_forms_mock_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mock_forms")),
        sa.UniqueConstraint("mock_id", "member_id", name=op.f("uq_mock_forms_mock_id_member_id")),
    )
    with op.batch_alter_table("mock_forms", schema=None) as batch_op:
        batch_op.create_index("ix_mock_forms_member_id", ["member_id"], unique=False)

    op.create_table(
        "mock_pairs",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("group_id", ID, nullable=False),
        sa.Column("week", sa.Text(), server_default="", nullable=False),
        sa.Column("interviewer_id", ID, nullable=False),
        sa.Column("candidate_id", ID, nullable=False),
        sa.Column("observer_id", ID, nullable=True),
        sa.Column("mock_id", ID, nullable=True),
        sa.Column("state", sa.Text(), server_default="", nullable=False),
        sa.Column("at", INSTANT, nullable=True),
        sa.Column("interviewer_waits_at", INSTANT, nullable=True),
        sa.Column("candidate_waits_at", INSTANT, nullable=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["candidate_id"], ["members.id"], name=op.f("fk_mock_pairs_candidate_id")),
        sa.ForeignKeyConstraint(["group_id"], ["groups.id"], name=op.f("fk_mock_pairs_group_id")),
        sa.ForeignKeyConstraint(
            ["interviewer_id"], ["members.id"], name=op.f("fk_mock_pairs_interviewer_id")
        ),
        sa.ForeignKeyConstraint(["mock_id"], ["mocks.id"], name=op.f("fk_mock_pairs_mock_id")),
        sa.ForeignKeyConstraint(["observer_id"], ["members.id"], name=op.f("fk_mock_pairs_observer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mock_pairs")),
        sa.UniqueConstraint(
            "group_id", "week", "candidate_id", name=op.f("uq_mock_pairs_group_id_week_candidate_id")
        ),
        sa.UniqueConstraint(
            "group_id", "week", "interviewer_id", name=op.f("uq_mock_pairs_group_id_week_interviewer_id")
        ),
    )
    with op.batch_alter_table("mock_pairs", schema=None) as batch_op:
        batch_op.create_index("ix_mock_pairs_candidate_id", ["candidate_id"], unique=False)
        batch_op.create_index("ix_mock_pairs_interviewer_id", ["interviewer_id"], unique=False)
        batch_op.create_index(
            "ix_mock_pairs_mock_id",
            ["mock_id"],
            unique=False,
            sqlite_where=sa.text("mock_id IS NOT NULL"),
            postgresql_where=sa.text("mock_id IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_mock_pairs_observer_id",
            ["observer_id"],
            unique=False,
            sqlite_where=sa.text("observer_id IS NOT NULL"),
            postgresql_where=sa.text("observer_id IS NOT NULL"),
        )

    with op.batch_alter_table("groups", schema=None) as batch_op:
        batch_op.add_column(sa.Column("pairs_mocks", sa.Boolean(), server_default=sa.false(), nullable=False))
