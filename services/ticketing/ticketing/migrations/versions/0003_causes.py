"""Suggestions to staff, what triage says, and where tickets went."""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("""
    CREATE TABLE suggestion (
        id TEXT NOT NULL,
        municipality TEXT NOT NULL,
        incident TEXT NOT NULL,
        candidate TEXT NOT NULL,
        tickets TEXT[] NOT NULL,
        score DOUBLE PRECISION NOT NULL,
        reasons JSONB NOT NULL,
        asked_at TIMESTAMP WITH TIME ZONE NOT NULL,
        state TEXT NOT NULL,
        PRIMARY KEY (id)
    )
    """)
    op.execute("CREATE INDEX suggestion_incident ON suggestion (incident) WHERE state = 'open'")
    op.execute("CREATE INDEX suggestion_candidate ON suggestion (candidate) WHERE state = 'open'")
    # The default stays: during a rolling update the version before this one still writes incidents.
    op.execute("ALTER TABLE incident ADD COLUMN public_title JSONB NOT NULL DEFAULT '{}'")
    op.execute("ALTER TABLE incident ADD COLUMN successor TEXT")
    op.execute("ALTER TABLE link ADD COLUMN until_seq INTEGER")
