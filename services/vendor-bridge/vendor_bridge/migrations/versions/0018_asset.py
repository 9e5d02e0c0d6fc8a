"""A report's device goes to the vendor with its room."""

from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE ticket ADD COLUMN asset TEXT")


def downgrade() -> None:
    op.execute("ALTER TABLE ticket DROP COLUMN asset")
