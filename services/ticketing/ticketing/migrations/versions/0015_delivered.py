"""When a vendor had the story of a hand-off. Of those from before nobody knows: a replay does."""

from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE handoff ADD COLUMN delivered_at TIMESTAMP WITH TIME ZONE")


def downgrade() -> None:
    op.execute("ALTER TABLE handoff DROP COLUMN delivered_at")
    op.execute("UPDATE handoff SET state = 'offered' WHERE state = 'delivered'")
