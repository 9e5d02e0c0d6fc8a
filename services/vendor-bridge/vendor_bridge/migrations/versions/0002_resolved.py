"""Whether an incident is solved; before, the bridge knew it only of those whose proposal was accepted."""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE incident ADD COLUMN resolved BOOLEAN NOT NULL DEFAULT false")
    op.execute("""
        UPDATE incident SET resolved = true WHERE id IN (
            SELECT incident FROM handoff WHERE ended IS NULL AND proposals @? '$.* ? (@ == "accepted")'
        )
    """)
