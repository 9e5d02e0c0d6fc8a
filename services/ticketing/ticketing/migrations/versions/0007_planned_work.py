"""Planned work, and the incidents that wait for its end (V10)."""

from alembic import op

revision = "0007"
down_revision = "0006"
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
        text JSONB NOT NULL,
        effect TEXT NOT NULL,
        vendor TEXT,
        external_id TEXT,
        planned_at TIMESTAMP WITH TIME ZONE NOT NULL,
        planned_by TEXT,
        cancelled BOOLEAN NOT NULL,
        changed_at TIMESTAMP WITH TIME ZONE,
        reason JSONB NOT NULL,
        PRIMARY KEY (id),
        CONSTRAINT work_external_id UNIQUE (municipality, external_id)
    )
    """)
    op.execute("CREATE INDEX work_starts ON work (municipality, starts_at, id)")
    op.execute("CREATE INDEX work_ends ON work (municipality, ends_at DESC, id DESC)")
    op.execute("ALTER TABLE incident ADD COLUMN work TEXT")
