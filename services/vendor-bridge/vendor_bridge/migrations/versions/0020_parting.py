"""What an incident was when a vendor left it: the vendor reads nothing later. And of a refused form which case's it was.

Of hand-offs that ended before, as far as it can be told: the reports whose history they had, and the schools of these.
"""

from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE handoff ADD COLUMN last_incident JSONB")
    op.execute(
        """
        UPDATE handoff h SET last_incident = jsonb_build_object(
            'service', i.service, 'urgency', i.urgency, 'resolved', i.resolved,
            'tickets', (SELECT coalesce(jsonb_agg(t.id ORDER BY t.place), '[]')
                        FROM jsonb_array_elements_text(i.tickets) WITH ORDINALITY AS t (id, place)
                        WHERE h.last_heads ? t.id),
            'schools', (SELECT coalesce(jsonb_agg(s.id ORDER BY s.place), '[]')
                        FROM jsonb_array_elements_text(i.schools) WITH ORDINALITY AS s (id, place)
                        WHERE EXISTS (SELECT FROM ticket t WHERE t.school = s.id AND i.tickets ? t.id
                                                             AND h.last_heads ? t.id)))
        FROM incident i WHERE i.id = h.incident AND h.ended IS NOT NULL
        """
    )


    op.execute("ALTER TABLE refusal ADD COLUMN handoff TEXT, ADD COLUMN swedish TEXT")


def downgrade() -> None:
    op.execute("ALTER TABLE refusal DROP COLUMN handoff, DROP COLUMN swedish")
    op.execute("ALTER TABLE handoff DROP COLUMN last_incident")
