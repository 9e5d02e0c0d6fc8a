"""Hand-offs of another Eskalera, and what they are here."""

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("""
        CREATE TABLE peer_case (
            municipality TEXT NOT NULL,
            connection TEXT NOT NULL,
            handoff TEXT NOT NULL,
            vendor TEXT NOT NULL,
            ticket TEXT,
            incident TEXT,
            returns TEXT,
            heads JSONB NOT NULL,
            told JSONB NOT NULL,
            acknowledged BOOLEAN NOT NULL,
            working BOOLEAN NOT NULL,
            PRIMARY KEY (municipality, connection, handoff)
        )
    """)
    op.execute("CREATE INDEX peer_case_ticket ON peer_case (ticket) WHERE ticket IS NOT NULL")
    op.execute("CREATE INDEX peer_case_incident ON peer_case (incident) WHERE incident IS NOT NULL")


def downgrade() -> None:
    op.execute("DELETE FROM delivery WHERE kind = 'said'")
    op.execute("DROP TABLE peer_case")
