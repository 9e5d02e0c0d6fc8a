"""Hand-offs that are followed in a vendor's own TMF621 server."""

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("""
        CREATE TABLE remote_ticket (
            handoff TEXT PRIMARY KEY, municipality TEXT NOT NULL, connection TEXT NOT NULL, id TEXT NOT NULL,
            status TEXT, known TEXT[] NOT NULL, due_at TIMESTAMPTZ NOT NULL, failures INTEGER NOT NULL DEFAULT 0,
            looked_at TIMESTAMPTZ, woken_at TIMESTAMPTZ)
    """)
    op.execute("CREATE INDEX remote_ticket_due ON remote_ticket (due_at)")
    op.execute("CREATE INDEX remote_ticket_named ON remote_ticket (municipality, connection, id)")
    op.execute("""
        CREATE TABLE remote_hub (
            municipality TEXT, connection TEXT, url TEXT NOT NULL, id TEXT, listens BOOLEAN NOT NULL,
            tried_at TIMESTAMPTZ NOT NULL, PRIMARY KEY (municipality, connection))
    """)
