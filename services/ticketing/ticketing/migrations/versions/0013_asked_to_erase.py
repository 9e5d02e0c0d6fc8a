"""A vendor that reported a ticket asks that its words are erased here too: it stands until somebody has looked."""

from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE ticket ADD COLUMN erasure_asked_at TIMESTAMP WITH TIME ZONE")
    op.execute("CREATE INDEX ticket_to_erase ON ticket (municipality) WHERE erasure_asked_at IS NOT NULL")


def downgrade() -> None:
    op.execute("ALTER TABLE ticket DROP COLUMN erasure_asked_at")
