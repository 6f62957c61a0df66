"""A message's revision is called so."""

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE deliveries RENAME COLUMN face TO revision")
    op.execute("ALTER TABLE deliveries RENAME COLUMN wanted_face TO wanted_revision")
