"""What vendors report themselves: tickets and planned work, and the hand-offs that such a ticket became."""

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE handoff ADD COLUMN adopts TEXT")
    op.execute("""
        CREATE TABLE report (
            id TEXT NOT NULL,
            municipality TEXT NOT NULL,
            connection TEXT NOT NULL,
            vendor TEXT NOT NULL,
            external_id TEXT NOT NULL,
            title TEXT NOT NULL,
            description TEXT NOT NULL,
            language TEXT NOT NULL,
            category TEXT,
            place TEXT,
            priority TEXT,
            service TEXT,
            school TEXT,
            urgency INTEGER NOT NULL,
            occurred_at TIMESTAMP WITH TIME ZONE NOT NULL,
            reported_at TIMESTAMP WITH TIME ZONE NOT NULL,
            changed_at TIMESTAMP WITH TIME ZONE NOT NULL,
            notes JSONB NOT NULL,
            withdrawn_at TIMESTAMP WITH TIME ZONE,
            number TEXT,
            incident TEXT,
            handoff TEXT,
            resolved BOOLEAN NOT NULL,
            closed BOOLEAN NOT NULL,
            PRIMARY KEY (id)
        )
    """)
    op.execute("CREATE UNIQUE INDEX report_external ON report (municipality, connection, external_id)")
    op.execute("CREATE INDEX report_listed ON report (municipality, connection, reported_at DESC, id DESC)")
    op.execute("CREATE INDEX report_incident ON report (incident) WHERE incident IS NOT NULL")
    op.execute("""
        CREATE TABLE work (
            id TEXT NOT NULL,
            municipality TEXT NOT NULL,
            connection TEXT NOT NULL,
            vendor TEXT NOT NULL,
            external_id TEXT NOT NULL,
            services JSONB NOT NULL,
            schools JSONB NOT NULL,
            unknown JSONB NOT NULL,
            text JSONB NOT NULL,
            effect TEXT NOT NULL,
            starts_at TIMESTAMP WITH TIME ZONE NOT NULL,
            ends_at TIMESTAMP WITH TIME ZONE NOT NULL,
            announced_at TIMESTAMP WITH TIME ZONE NOT NULL,
            cancelled BOOLEAN NOT NULL,
            held JSONB NOT NULL,
            PRIMARY KEY (id)
        )
    """)
    op.execute("CREATE UNIQUE INDEX work_external ON work (municipality, connection, external_id)")
