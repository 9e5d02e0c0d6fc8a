"""Messages by the time they were said: an erasure reads back to when something was written, not all there is."""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("CREATE INDEX outbox_created_at ON outbox USING brin (created_at)")
