"""A group may be by invitation only."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "groups", sa.Column("invited_only", sa.Boolean(), server_default=sa.false(), nullable=False)
    )
