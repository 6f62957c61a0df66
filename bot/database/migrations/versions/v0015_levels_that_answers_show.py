"""Levels that answers show."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "item_levels",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("item_id", sa.Text(), server_default="", nullable=False),
        sa.Column("answers", sa.Integer(), server_default="0", nullable=False),
        sa.Column("level", sa.Integer(), nullable=True),
        sa.Column("doubtful", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_item_levels")),
        sa.UniqueConstraint("item_id", name=op.f("uq_item_levels_item_id")),
    )
