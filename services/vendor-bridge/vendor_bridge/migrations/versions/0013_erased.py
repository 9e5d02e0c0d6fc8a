"""Tickets of which nothing is left."""

from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE ticket ADD COLUMN erased boolean NOT NULL DEFAULT false")


def downgrade() -> None:
    op.execute("ALTER TABLE ticket DROP COLUMN erased")
