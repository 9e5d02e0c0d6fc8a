"""Planned work, and the incidents that wait for its end (V10)."""

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("""
    CREATE TABLE work (
        id TEXT NOT NULL,
        municipality TEXT NOT NULL,
        services TEXT[] NOT NULL,
        schools TEXT[] NOT NULL,
        starts_at TIMESTAMP WITH TIME ZONE NOT NULL,
        ends_at TIMESTAMP WITH TIME ZONE NOT NULL,
        effect TEXT NOT NULL,
        cancelled BOOLEAN NOT NULL,
        PRIMARY KEY (id)
    )
    """)
    op.execute("CREATE INDEX work_ends ON work (municipality, ends_at)")
    op.execute("ALTER TABLE incident ADD COLUMN work TEXT")
    op.execute("CREATE INDEX incident_waits_for ON incident (work) WHERE waiting_on = 'planned'")
