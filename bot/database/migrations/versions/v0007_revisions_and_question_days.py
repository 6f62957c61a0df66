"""A message's revision and a member's first steps are called so; question days stand beside the streaks they count."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.execute("ALTER TABLE deliveries RENAME COLUMN face TO revision")
    op.execute("ALTER TABLE deliveries RENAME COLUMN wanted_face TO wanted_revision")
    op.create_table(
        "question_days",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("group_id", ID, nullable=False),
        sa.Column("local_date", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["group_id"], ["groups.id"], name=op.f("fk_question_days_group_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_question_days")),
        sa.UniqueConstraint("group_id", "local_date", name=op.f("uq_question_days_group_id_local_date")),
    )
    op.execute(
        "INSERT INTO question_days (group_id, local_date) "
        "SELECT group_id, local_date FROM rounds WHERE slot = 0 ORDER BY id"
    )
    op.execute("ALTER TABLE members RENAME COLUMN toured TO onboarded")
