"""Incidents, links, clocks, and what is needed to decide about them."""

from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("""
    CREATE TABLE clock (
        id TEXT NOT NULL,
        municipality TEXT NOT NULL,
        incident TEXT NOT NULL,
        party TEXT NOT NULL,
        promise TEXT NOT NULL,
        agreement TEXT NOT NULL,
        started_at TIMESTAMP WITH TIME ZONE NOT NULL,
        due_at TIMESTAMP WITH TIME ZONE NOT NULL,
        stopped_at TIMESTAMP WITH TIME ZONE,
        reason TEXT,
        PRIMARY KEY (id)
    )
    """)
    op.execute("CREATE INDEX clock_due ON clock (due_at) WHERE stopped_at IS NULL")
    op.execute("CREATE INDEX clock_running ON clock (incident) WHERE stopped_at IS NULL")
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
        kind TEXT NOT NULL,
        service TEXT NOT NULL,
        school TEXT NOT NULL,
        urgency INTEGER NOT NULL,
        scope TEXT,
        opened_at TIMESTAMP WITH TIME ZONE NOT NULL,
        ordinal BIGINT NOT NULL,
        noted BIGINT NOT NULL,
        recurrence_of TEXT,
        recurrence TEXT,
        state TEXT NOT NULL,
        waiting_on TEXT,
        version INTEGER NOT NULL,
        lead TEXT,
        agreement TEXT,
        path TEXT[] NOT NULL,
        parallel TEXT[] NOT NULL,
        resolved_at TIMESTAMP WITH TIME ZONE,
        linked INTEGER NOT NULL,
        confirmed INTEGER NOT NULL,
        schools JSONB NOT NULL,
        PRIMARY KEY (id)
    )
    """)
    op.execute("CREATE INDEX incident_alive ON incident (municipality, ordinal) WHERE state NOT IN ('closed', 'cancelled', 'superseded')")
    op.execute("CREATE INDEX incident_noted ON incident (municipality, noted)")
    op.execute("""
    CREATE TABLE link (
        id TEXT NOT NULL,
        municipality TEXT NOT NULL,
        ticket TEXT NOT NULL,
        incident TEXT NOT NULL,
        linked_at TIMESTAMP WITH TIME ZONE NOT NULL,
        score DOUBLE PRECISION NOT NULL,
        reasons JSONB NOT NULL,
        engine_version TEXT NOT NULL,
        directory_version TEXT NOT NULL,
        by_person BOOLEAN NOT NULL,
        noted BIGINT NOT NULL,
        unlinked_at TIMESTAMP WITH TIME ZONE,
        PRIMARY KEY (id)
    )
    """)
    op.execute("CREATE UNIQUE INDEX link_current ON link (ticket) WHERE unlinked_at IS NULL")
    op.execute("CREATE INDEX link_noted ON link (municipality, noted)")
    op.execute("CREATE INDEX link_of_incident ON link (incident) WHERE unlinked_at IS NULL")
    op.execute("""
    CREATE TABLE municipality (
        id TEXT NOT NULL,
        version BIGINT NOT NULL,
        PRIMARY KEY (id)
    )
    """)
    op.execute("""
    CREATE TABLE proposal (
        id TEXT NOT NULL,
        municipality TEXT NOT NULL,
        incident TEXT NOT NULL,
        vendor TEXT NOT NULL,
        proposed_at TIMESTAMP WITH TIME ZONE NOT NULL,
        state TEXT NOT NULL,
        PRIMARY KEY (id)
    )
    """)
    op.execute("CREATE INDEX proposal_incident ON proposal (incident)")
    op.execute("""
    CREATE TABLE question (
        id TEXT NOT NULL,
        municipality TEXT NOT NULL,
        incident TEXT NOT NULL,
        vendor TEXT NOT NULL,
        asked_at TIMESTAMP WITH TIME ZONE NOT NULL,
        ticket TEXT,
        closed_at TIMESTAMP WITH TIME ZONE,
        closed_by TEXT,
        PRIMARY KEY (id)
    )
    """)
    op.execute("CREATE INDEX question_incident ON question (incident)")
    op.execute("""
    CREATE TABLE request (
        id TEXT NOT NULL,
        municipality TEXT NOT NULL,
        incident TEXT NOT NULL,
        outcome TEXT NOT NULL,
        event TEXT NOT NULL,
        at TIMESTAMP WITH TIME ZONE NOT NULL,
        PRIMARY KEY (id)
    )
    """)
    op.execute("""
    CREATE TABLE ticket (
        id TEXT NOT NULL,
        municipality TEXT NOT NULL,
        filed_at TIMESTAMP WITH TIME ZONE NOT NULL,
        kind TEXT NOT NULL,
        reporter TEXT NOT NULL,
        reporter_role TEXT,
        title TEXT NOT NULL,
        description TEXT NOT NULL,
        language TEXT NOT NULL,
        school TEXT NOT NULL,
        unit TEXT,
        room TEXT,
        service TEXT,
        asset TEXT,
        urgency INTEGER NOT NULL,
        occurred_at TIMESTAMP WITH TIME ZONE NOT NULL,
        state TEXT NOT NULL,
        incident TEXT,
        PRIMARY KEY (id)
    )
    """)
