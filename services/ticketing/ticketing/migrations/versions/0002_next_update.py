"""When the reporters of an incident hear the next word at the latest; before, the earliest of all promises was told."""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE incident ADD COLUMN next_update_at TIMESTAMP WITH TIME ZONE")
    op.execute("""
        UPDATE incident SET next_update_at = due.at FROM (
            SELECT incident, min(due_at) AS at FROM clock
            WHERE promise = 'next_update' AND stopped_at IS NULL GROUP BY incident
        ) AS due WHERE due.incident = incident.id
    """)
