"""What the reporter of a ticket that moved knows already."""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE ticket ADD COLUMN knows TEXT")
