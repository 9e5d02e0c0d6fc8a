"""An incident that comes back is compared again: that it has ended once is no longer kept."""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE incident DROP COLUMN forgotten")
