"""Who of a vendor may sign in at the portal, and what their pages look for."""

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("""
        CREATE TABLE portal_person (
            id TEXT NOT NULL,
            municipality TEXT NOT NULL,
            connection TEXT NOT NULL,
            name TEXT NOT NULL,
            email TEXT NOT NULL,
            language TEXT NOT NULL,
            state TEXT NOT NULL,
            invited_by TEXT NOT NULL,
            invited_at TIMESTAMP WITH TIME ZONE NOT NULL,
            signed_in_at TIMESTAMP WITH TIME ZONE,
            PRIMARY KEY (id)
        )
    """)
    op.execute("CREATE UNIQUE INDEX portal_person_once ON portal_person (municipality, connection, email)")
    op.execute("CREATE INDEX portal_person_email ON portal_person (email)")
    op.execute("""
        CREATE TABLE portal_link (
            key_sha256 TEXT NOT NULL,
            person TEXT NOT NULL,
            created_at TIMESTAMP WITH TIME ZONE NOT NULL,
            expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
            used_at TIMESTAMP WITH TIME ZONE,
            PRIMARY KEY (key_sha256)
        )
    """)
    op.execute("CREATE INDEX portal_link_person ON portal_link (person, created_at)")
    op.execute("""
        CREATE TABLE portal_session (
            id_sha256 TEXT NOT NULL,
            person TEXT NOT NULL,
            csrf TEXT NOT NULL,
            created_at TIMESTAMP WITH TIME ZONE NOT NULL,
            seen_at TIMESTAMP WITH TIME ZONE NOT NULL,
            expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
            PRIMARY KEY (id_sha256)
        )
    """)
    op.execute("CREATE INDEX portal_session_person ON portal_session (person)")
    op.execute("""
        CREATE TABLE portal_mail (
            id TEXT NOT NULL,
            kind TEXT NOT NULL,
            person TEXT,
            address TEXT,
            language TEXT NOT NULL,
            handoff TEXT,
            message TEXT,
            created_at TIMESTAMP WITH TIME ZONE NOT NULL,
            due_at TIMESTAMP WITH TIME ZONE NOT NULL,
            attempts INTEGER DEFAULT 0 NOT NULL,
            first_failed_at TIMESTAMP WITH TIME ZONE,
            claimed_until TIMESTAMP WITH TIME ZONE,
            state TEXT NOT NULL,
            last_error TEXT,
            ended_at TIMESTAMP WITH TIME ZONE,
            PRIMARY KEY (id)
        )
    """)
    op.execute("CREATE INDEX portal_mail_due ON portal_mail (due_at) WHERE state = 'pending'")
    op.execute("CREATE INDEX portal_mail_person ON portal_mail (person, handoff)")
    op.execute("CREATE INDEX handoff_of_connection ON handoff (municipality, connection, offered_at)")
    op.execute("CREATE INDEX delivery_of_connection ON delivery (municipality, connection, seq)")
    op.execute("CREATE INDEX inbound_handoff ON inbound (handoff, received_at)")


def downgrade() -> None:
    op.execute("DROP INDEX handoff_of_connection, delivery_of_connection, inbound_handoff")
    op.execute("DROP TABLE portal_person, portal_link, portal_session, portal_mail")
