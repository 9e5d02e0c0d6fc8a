"""Why a ticket in a vendor's own server could not be read: its connection says so."""

from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE remote_ticket ADD COLUMN reason TEXT")
