"""Roles that are swapped."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("mock_pairs", sa.Column("swap", sa.Boolean(), server_default=sa.false(), nullable=False))
