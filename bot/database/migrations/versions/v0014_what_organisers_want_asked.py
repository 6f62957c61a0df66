"""What organisers want asked, and who has read an answer before its question comes."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "question_wishes",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("group_id", ID, nullable=False),
        sa.Column("item_id", sa.Text(), server_default="", nullable=False),
        sa.Column("place", sa.Integer(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(["group_id"], ["groups.id"], name=op.f("fk_question_wishes_group_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_question_wishes")),
        sa.UniqueConstraint("group_id", "item_id", name=op.f("uq_question_wishes_group_id_item_id")),
    )
    op.create_table(
        "question_plans",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("group_id", ID, nullable=False),
        sa.Column("day", sa.Text(), server_default="", nullable=False),
        sa.Column("wanted", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["group_id"], ["groups.id"], name=op.f("fk_question_plans_group_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_question_plans")),
        sa.UniqueConstraint("group_id", "day", name=op.f("uq_question_plans_group_id_day")),
    )
    op.create_table(
        "answer_peeks",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("member_id", ID, nullable=False),
        sa.Column("item_id", sa.Text(), server_default="", nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name=op.f("fk_answer_peeks_member_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answer_peeks")),
        sa.UniqueConstraint("member_id", "item_id", name=op.f("uq_answer_peeks_member_id_item_id")),
    )
