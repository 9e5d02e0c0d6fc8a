"""People, the tickets and incidents they hear of, and what they are told."""

from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("""
    CREATE TABLE directory (
        id TEXT NOT NULL,
        version TEXT NOT NULL,
        at TIMESTAMP WITH TIME ZONE NOT NULL,
        content JSONB NOT NULL,
        PRIMARY KEY (id)
    )
    """)
    op.execute("""
    CREATE TABLE incident (
        id TEXT NOT NULL,
        municipality TEXT NOT NULL,
        state TEXT NOT NULL,
        lead TEXT,
        handed_over TEXT,
        resolved TEXT,
        public_text JSONB,
        PRIMARY KEY (id)
    )
    """)
    op.execute("CREATE TABLE municipality (id TEXT NOT NULL, PRIMARY KEY (id))")
    op.execute("""
    CREATE TABLE notification (
        id TEXT NOT NULL,
        municipality TEXT NOT NULL,
        person TEXT NOT NULL,
        occasion TEXT NOT NULL,
        "case" TEXT NOT NULL,
        tickets TEXT[] NOT NULL,
        cause TEXT NOT NULL,
        planned_at TIMESTAMP WITH TIME ZONE NOT NULL,
        party TEXT,
        text JSONB,
        state TEXT NOT NULL,
        ended_at TIMESTAMP WITH TIME ZONE,
        reason TEXT,
        due_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
        claimed_until TIMESTAMP WITH TIME ZONE,
        attempts INTEGER DEFAULT 0 NOT NULL,
        traceparent TEXT,
        PRIMARY KEY (id)
    )
    """)
    op.execute("CREATE INDEX notification_due ON notification (due_at) WHERE state = 'pending'")
    op.execute("""
    CREATE TABLE person (
        municipality TEXT NOT NULL,
        id TEXT NOT NULL,
        name TEXT NOT NULL,
        email TEXT,
        language TEXT NOT NULL,
        placeholder BOOLEAN NOT NULL,
        PRIMARY KEY (municipality, id)
    )
    """)
    op.execute("""
    CREATE TABLE ticket (
        id TEXT NOT NULL,
        municipality TEXT NOT NULL,
        number TEXT NOT NULL,
        title TEXT NOT NULL,
        reporter TEXT NOT NULL,
        filed_at TIMESTAMP WITH TIME ZONE NOT NULL,
        state TEXT NOT NULL,
        incident TEXT,
        PRIMARY KEY (id)
    )
    """)
    op.execute("CREATE INDEX ticket_of_incident ON ticket (incident)")
