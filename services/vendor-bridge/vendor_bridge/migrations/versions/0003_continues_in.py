"""Where a released hand-off goes on; before, only the message to its vendor said it."""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE handoff ADD COLUMN continues_in TEXT")
    op.execute("""
        UPDATE handoff SET continues_in = delivery.details ->> 'continues_in' FROM delivery
        WHERE delivery.handoff = handoff.id AND delivery.kind = 'released'
    """)
