"""Who may join a group can depend on a role that the platform knows."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("places", sa.Column("door_role", sa.Text(), server_default="", nullable=False))
