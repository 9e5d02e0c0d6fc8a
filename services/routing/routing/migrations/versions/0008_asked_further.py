"""When the holder got it, and when a school last asked that it goes further. Of cases from before nobody knows."""

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE incident ADD COLUMN held_since TIMESTAMP WITH TIME ZONE")
    op.execute("ALTER TABLE incident ADD COLUMN asked_at TIMESTAMP WITH TIME ZONE")


def downgrade() -> None:
    op.execute("ALTER TABLE incident DROP COLUMN asked_at")
    op.execute("ALTER TABLE incident DROP COLUMN held_since")
