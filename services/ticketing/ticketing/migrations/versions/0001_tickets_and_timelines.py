"""Tickets, timelines and the replicas that pages show."""

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
            started_at TIMESTAMP WITH TIME ZONE NOT NULL,
            due_at TIMESTAMP WITH TIME ZONE NOT NULL,
            stopped_at TIMESTAMP WITH TIME ZONE,
            stop_reason TEXT,
            PRIMARY KEY (id)
        )
    """)
    op.execute("CREATE INDEX clock_incident ON clock (incident, started_at)")
    op.execute("""
        CREATE TABLE command (
            id TEXT NOT NULL,
            municipality TEXT NOT NULL,
            incident TEXT NOT NULL,
            type TEXT NOT NULL,
            person TEXT,
            asked_at TIMESTAMP WITH TIME ZONE NOT NULL,
            state TEXT NOT NULL,
            reason JSONB NOT NULL,
            decided_at TIMESTAMP WITH TIME ZONE,
            PRIMARY KEY (id)
        )
    """)
    op.execute("CREATE INDEX command_incident ON command (incident, asked_at)")
    op.execute("""
        CREATE TABLE directory (
            municipality TEXT NOT NULL,
            version TEXT NOT NULL,
            content JSONB NOT NULL,
            PRIMARY KEY (municipality)
        )
    """)
    op.execute("""
        CREATE TABLE entry (
            case_id TEXT NOT NULL,
            seq INTEGER NOT NULL,
            municipality TEXT NOT NULL,
            at TIMESTAMP WITH TIME ZONE NOT NULL,
            content JSONB NOT NULL,
            PRIMARY KEY (case_id, seq)
        )
    """)
    op.execute("""
        CREATE TABLE handoff (
            id TEXT NOT NULL,
            municipality TEXT NOT NULL,
            incident TEXT NOT NULL,
            vendor TEXT NOT NULL,
            connection TEXT NOT NULL,
            role TEXT NOT NULL,
            state TEXT NOT NULL,
            offered_at TIMESTAMP WITH TIME ZONE NOT NULL,
            acknowledged_at TIMESTAMP WITH TIME ZONE,
            vendor_reference TEXT,
            ended_at TIMESTAMP WITH TIME ZONE,
            heads JSONB NOT NULL,
            PRIMARY KEY (id)
        )
    """)
    op.execute("CREATE INDEX handoff_incident ON handoff (incident, offered_at)")
    op.execute("""
        CREATE TABLE idempotency (
            municipality TEXT NOT NULL,
            person TEXT NOT NULL,
            key TEXT NOT NULL,
            ticket TEXT NOT NULL,
            body_sha256 TEXT NOT NULL,
            used_at TIMESTAMP WITH TIME ZONE NOT NULL,
            PRIMARY KEY (municipality, person, key)
        )
    """)
    op.execute("CREATE INDEX idempotency_used_at ON idempotency USING brin (used_at)")
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
            version INTEGER NOT NULL,
            recurrence_of TEXT,
            state TEXT NOT NULL,
            waiting_on TEXT,
            holder TEXT,
            holder_tier TEXT,
            holder_since TIMESTAMP WITH TIME ZONE,
            handed_over_by TEXT,
            path TEXT[] NOT NULL,
            rule TEXT,
            reason JSONB NOT NULL,
            agreement TEXT,
            tickets INTEGER NOT NULL,
            schools TEXT[] NOT NULL,
            public_text JSONB NOT NULL,
            resolved_at TIMESTAMP WITH TIME ZONE,
            closed_at TIMESTAMP WITH TIME ZONE,
            last_word_at TIMESTAMP WITH TIME ZONE,
            next_due_at TIMESTAMP WITH TIME ZONE,
            chain_seq INTEGER NOT NULL,
            chain_hash TEXT NOT NULL,
            PRIMARY KEY (id)
        )
    """)
    op.execute(
        "CREATE INDEX incident_open_due ON incident (municipality, coalesce(next_due_at, 'infinity'), id) WHERE state IN ('new', 'in_progress', 'waiting')"
    )
    op.execute(
        "CREATE INDEX incident_open_holder ON incident (municipality, holder, coalesce(next_due_at, 'infinity'), id) WHERE state IN ('new', 'in_progress', 'waiting')"
    )
    op.execute(
        "CREATE INDEX incident_open_schools ON incident USING gin (schools) WHERE state IN ('new', 'in_progress', 'waiting')"
    )
    op.execute("CREATE INDEX incident_opened ON incident (municipality, opened_at DESC, id DESC)")
    op.execute(
        "CREATE INDEX incident_state_due ON incident (municipality, state, coalesce(next_due_at, 'infinity'), id)"
    )
    op.execute("CREATE INDEX incident_resolved ON incident (municipality, resolved_at DESC) WHERE resolved_at IS NOT NULL")
    op.execute("""
        CREATE TABLE link (
            ticket TEXT NOT NULL,
            incident TEXT NOT NULL,
            municipality TEXT NOT NULL,
            linked_at TIMESTAMP WITH TIME ZONE NOT NULL,
            by_person TEXT,
            score FLOAT NOT NULL,
            reasons JSONB NOT NULL,
            engine_version TEXT NOT NULL,
            directory_version TEXT NOT NULL,
            unlinked_at TIMESTAMP WITH TIME ZONE,
            PRIMARY KEY (ticket, incident)
        )
    """)
    op.execute("CREATE INDEX link_incident ON link (incident, linked_at)")
    op.execute("""
        CREATE TABLE person (
            municipality TEXT NOT NULL,
            person TEXT NOT NULL,
            name TEXT NOT NULL,
            role TEXT NOT NULL,
            schools TEXT[] NOT NULL,
            teams TEXT[] NOT NULL,
            email TEXT,
            language TEXT NOT NULL,
            placeholder BOOLEAN NOT NULL,
            PRIMARY KEY (municipality, person)
        )
    """)
    op.execute("""
        CREATE TABLE proposal (
            id TEXT NOT NULL,
            municipality TEXT NOT NULL,
            incident TEXT NOT NULL,
            vendor TEXT NOT NULL,
            text JSONB NOT NULL,
            proposed_at TIMESTAMP WITH TIME ZONE NOT NULL,
            decided_at TIMESTAMP WITH TIME ZONE,
            accepted BOOLEAN,
            PRIMARY KEY (id)
        )
    """)
    op.execute("CREATE INDEX proposal_incident ON proposal (incident, proposed_at)")
    op.execute("""
        CREATE TABLE question (
            id TEXT NOT NULL,
            municipality TEXT NOT NULL,
            incident TEXT NOT NULL,
            handoff TEXT NOT NULL,
            vendor TEXT NOT NULL,
            ticket TEXT,
            text JSONB NOT NULL,
            asked_at TIMESTAMP WITH TIME ZONE NOT NULL,
            answered_at TIMESTAMP WITH TIME ZONE,
            PRIMARY KEY (id)
        )
    """)
    op.execute("CREATE INDEX question_incident ON question (incident, asked_at)")
    op.execute("CREATE INDEX question_ticket ON question (ticket)")
    op.execute("""
        CREATE TABLE session (
            id_sha256 TEXT NOT NULL,
            municipality TEXT NOT NULL,
            person TEXT NOT NULL,
            csrf TEXT NOT NULL,
            language TEXT,
            created_at TIMESTAMP WITH TIME ZONE NOT NULL,
            expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
            PRIMARY KEY (id_sha256)
        )
    """)
    op.execute("CREATE INDEX session_expires_at ON session (expires_at)")
    op.execute("""
        CREATE TABLE ticket (
            id TEXT NOT NULL,
            municipality TEXT NOT NULL,
            number TEXT NOT NULL,
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
            filed_at TIMESTAMP WITH TIME ZONE NOT NULL,
            source TEXT,
            external_id TEXT,
            same_as TEXT,
            state TEXT NOT NULL,
            incident TEXT,
            confirmed_at TIMESTAMP WITH TIME ZONE,
            reopened_at TIMESTAMP WITH TIME ZONE,
            chain_seq INTEGER NOT NULL,
            chain_hash TEXT NOT NULL,
            PRIMARY KEY (id),
            CONSTRAINT ticket_number UNIQUE (municipality, number),
            CONSTRAINT ticket_external_id UNIQUE (municipality, source, external_id)
        )
    """)
    op.execute("CREATE INDEX ticket_filed ON ticket (municipality, filed_at DESC, id DESC)")
    op.execute("CREATE INDEX ticket_incident ON ticket (incident, filed_at, id)")
    op.execute("CREATE INDEX ticket_reporter ON ticket (municipality, reporter, filed_at DESC, id DESC)")
    op.execute("CREATE INDEX ticket_school ON ticket (municipality, school, filed_at DESC, id DESC)")
    op.execute("CREATE INDEX ticket_waiting ON ticket (filed_at) WHERE incident IS NULL")
    op.execute("""
        CREATE TABLE ticket_counter (
            municipality TEXT NOT NULL,
            year INTEGER NOT NULL,
            last INTEGER NOT NULL,
            PRIMARY KEY (municipality, year)
        )
    """)
