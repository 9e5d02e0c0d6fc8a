"""What people and bursts have shown of causes: suggestions, refusals, triage, successors."""

from alembic import op

revision = "0002"
down_revision = "0001"
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
        asked_at TIMESTAMP WITH TIME ZONE NOT NULL,
        noted BIGINT NOT NULL,
        state TEXT NOT NULL,
        PRIMARY KEY (id)
    )
    """)
    op.execute("CREATE INDEX suggestion_candidate ON suggestion (candidate)")
    op.execute("CREATE INDEX suggestion_noted ON suggestion (municipality, noted)")
    op.execute("""
    CREATE TABLE refusal (
        id TEXT NOT NULL,
        municipality TEXT NOT NULL,
        ticket TEXT NOT NULL,
        incident TEXT NOT NULL,
        at TIMESTAMP WITH TIME ZONE NOT NULL,
        noted BIGINT NOT NULL,
        PRIMARY KEY (id)
    )
    """)
    op.execute("CREATE INDEX refusal_incident ON refusal (incident)")
    op.execute("CREATE INDEX refusal_noted ON refusal (municipality, noted)")
    # The defaults stay: during a rolling update the version before this one still writes incidents.
    op.execute("ALTER TABLE incident ADD COLUMN touched BOOLEAN NOT NULL DEFAULT false")
    op.execute("ALTER TABLE incident ADD COLUMN told INTEGER NOT NULL DEFAULT 0")
    op.execute("ALTER TABLE incident ADD COLUMN raised_scope TEXT")
    op.execute("ALTER TABLE incident ADD COLUMN set_service TEXT")
    op.execute("ALTER TABLE incident ADD COLUMN set_scope TEXT")
    op.execute("ALTER TABLE incident ADD COLUMN successor TEXT")
    op.execute("ALTER TABLE incident ADD COLUMN forgotten BOOLEAN NOT NULL DEFAULT false")
    op.execute("UPDATE incident SET forgotten = true WHERE state IN ('closed', 'cancelled', 'superseded')")
