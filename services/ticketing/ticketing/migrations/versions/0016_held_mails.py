"""Mails for vendors' cases that wait for somebody's decision."""

from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE connection ADD COLUMN held JSONB")


def downgrade() -> None:
    op.execute("ALTER TABLE connection DROP COLUMN held")
