"""A group has days off, a break may begin later, and a place may notify somebody of its questions."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("groups", sa.Column("days_off", sa.Text(), server_default="", nullable=False))
    op.add_column("members", sa.Column("break_from", sa.Date(), nullable=True))
    op.add_column("places", sa.Column("pinged", sa.Text(), server_default="", nullable=False))
