"""All open questions to staff in one list, the likeliest first."""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("CREATE INDEX suggestion_open ON suggestion (municipality, score DESC, id) WHERE state = 'open'")
    op.execute("""
    UPDATE suggestion SET state = 'lapsed'
    FROM incident
    WHERE suggestion.state = 'open' AND incident.id IN (suggestion.incident, suggestion.candidate)
        AND incident.state IN ('closed', 'cancelled', 'superseded')
    """)
