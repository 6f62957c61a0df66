"""The request log, and an index for what is due to be sent."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "requests",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_requests")),
        sa.UniqueConstraint("key", name=op.f("uq_requests_key")),
    )
    with op.batch_alter_table("requests", schema=None) as batch_op:
        batch_op.create_index("ix_requests_at", ["at"], unique=False)

    # What is due is found without passing over all that was ever sent.
    unsettled = sa.text("next_at IS NOT NULL")
    op.drop_index("ix_deliveries_next_at", "deliveries")
    op.create_index(
        "ix_deliveries_due",
        "deliveries",
        ["platform", "next_at"],
        sqlite_where=unsettled,
        postgresql_where=unsettled,
    )
