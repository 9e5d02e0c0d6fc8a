"""How urgent the open reports are, whether a person or policy said else, whether its reach is counted; hidden ones.

Of incidents from before: whose urgency is not that of the report that opened it, somebody has set. How far one reached
before several schools had reported it nobody knows, so it is not lowered.
"""

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE incident ADD COLUMN urgencies JSONB NOT NULL DEFAULT '{}'")
    op.execute("ALTER TABLE incident ADD COLUMN urgency_set BOOLEAN NOT NULL DEFAULT false")
    op.execute("ALTER TABLE incident ADD COLUMN urgency_raised INTEGER")
    op.execute("ALTER TABLE incident ADD COLUMN counted INTEGER NOT NULL DEFAULT 0")
    op.execute("ALTER TABLE incident ADD COLUMN scope_before TEXT")
    op.execute("ALTER TABLE incident ADD COLUMN hidden BOOLEAN NOT NULL DEFAULT false")
    op.execute("ALTER TABLE ticket ADD COLUMN confirmed_at TIMESTAMP WITH TIME ZONE")
    op.execute(
        """
        UPDATE incident SET urgencies = counted.urgencies
        FROM (
            SELECT incident, jsonb_object_agg(urgency, tickets) AS urgencies
            FROM (
                SELECT link.incident, ticket.urgency, count(*) AS tickets
                FROM link JOIN ticket ON ticket.id = link.ticket
                WHERE link.unlinked_at IS NULL AND ticket.state = 'open'
                GROUP BY link.incident, ticket.urgency
            ) AS open_ones
            GROUP BY incident
        ) AS counted
        WHERE counted.incident = incident.id
        """
    )
    op.execute(
        "UPDATE incident SET urgency_set = true FROM ticket"
        " WHERE ticket.id = incident.opened_by AND ticket.urgency <> incident.urgency"
    )


def downgrade() -> None:
    op.execute("ALTER TABLE ticket DROP COLUMN confirmed_at")
    for column in ("hidden", "scope_before", "counted", "urgency_raised", "urgency_set", "urgencies"):
        op.execute(f"ALTER TABLE incident DROP COLUMN {column}")
