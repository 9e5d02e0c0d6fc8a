"""How many reports were erased, apart from what routing itself has said; and which report opened an incident."""

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE municipality ADD COLUMN erasures BIGINT NOT NULL DEFAULT 0")
    op.execute("""
        UPDATE municipality SET erasures = erased.tickets
        FROM (SELECT municipality, count(*) AS tickets FROM ticket WHERE state = 'erased' GROUP BY 1) AS erased
        WHERE erased.municipality = municipality.id
    """)
    op.execute("ALTER TABLE incident ADD COLUMN opened_by TEXT")
    op.execute("""
        UPDATE incident SET opened_by = opened.said ->> 'ticket'
        FROM (SELECT convert_from(value, 'UTF8')::jsonb AS said FROM outbox WHERE type = 'incident.opened.v1') AS opened
        WHERE opened.said ->> 'incident' = incident.id
    """)
    op.execute("CREATE INDEX incident_with_device_of ON incident (opened_by) WHERE asset IS NOT NULL")


def downgrade() -> None:
    op.execute("ALTER TABLE incident DROP COLUMN opened_by")
    op.execute("ALTER TABLE municipality DROP COLUMN erasures")
