"""A group's own questions."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "own_questions",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("group_id", ID, nullable=False),
        sa.Column("member_id", ID, nullable=True),
        sa.Column("state", sa.Text(), server_default="", nullable=False),
        sa.Column("item", sa.JSON(), nullable=False),
        sa.Column("source", sa.Text(), server_default="", nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("request", sa.Text(), server_default="", nullable=False),
        sa.Column("number", sa.Integer(), server_default="0", nullable=False),
        sa.Column("decided_by", ID, nullable=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("decided_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["group_id"], ["groups.id"], name=op.f("fk_own_questions_group_id")),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name=op.f("fk_own_questions_member_id")),
        sa.ForeignKeyConstraint(["decided_by"], ["members.id"], name=op.f("fk_own_questions_decided_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_own_questions")),
        sa.UniqueConstraint("request", "number", name=op.f("uq_own_questions_request_number")),
    )
    with op.batch_alter_table("own_questions", schema=None) as batch_op:
        batch_op.create_index("ix_own_questions_group_id", ["group_id", "state"], unique=False)
        batch_op.create_index("ix_own_questions_member_id", ["member_id"], unique=False)
