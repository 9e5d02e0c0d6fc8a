"""Planned work: the receipt of who reports meanwhile says which it is and until when (V10)."""

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("""
    CREATE TABLE work (
        id TEXT NOT NULL,
        municipality TEXT NOT NULL,
        schools TEXT[] NOT NULL,
        starts_at TIMESTAMP WITH TIME ZONE NOT NULL,
        ends_at TIMESTAMP WITH TIME ZONE NOT NULL,
        text JSONB NOT NULL,
        effect TEXT NOT NULL,
        cancelled BOOLEAN NOT NULL,
        PRIMARY KEY (id)
    )
    """)
    op.execute("CREATE INDEX work_ends ON work (municipality, ends_at)")
    op.execute("ALTER TABLE incident ADD COLUMN work TEXT")
    # The default stays: during a rolling update the version before this one still writes tickets.
    op.execute("ALTER TABLE ticket ADD COLUMN receipt_waits BOOLEAN NOT NULL DEFAULT false")
    op.execute("ALTER TABLE notification ADD COLUMN until TIMESTAMPTZ")
