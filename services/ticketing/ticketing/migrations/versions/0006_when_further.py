"""When a case goes further: clocks that stand still or were breached, the next step, what a person stopped or asked."""

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE ticket ADD COLUMN asked_further_at TIMESTAMP WITH TIME ZONE")
    op.execute("""
    ALTER TABLE clock
        ADD COLUMN agreement TEXT,
        ADD COLUMN paused_at TIMESTAMP WITH TIME ZONE,
        ADD COLUMN pause_reason TEXT,
        ADD COLUMN breached_at TIMESTAMP WITH TIME ZONE
    """)
    # The defaults stay: during a rolling update the version before this one still writes incidents.
    op.execute("""
    ALTER TABLE incident
        ADD COLUMN closes_at TIMESTAMP WITH TIME ZONE,
        ADD COLUMN acknowledged_at TIMESTAMP WITH TIME ZONE,
        ADD COLUMN policy TEXT,
        ADD COLUMN step_due_at TIMESTAMP WITH TIME ZONE,
        ADD COLUMN step_then JSONB NOT NULL DEFAULT '[]',
        ADD COLUMN stopped_at TIMESTAMP WITH TIME ZONE,
        ADD COLUMN stopped_reason JSONB NOT NULL DEFAULT '{}',
        ADD COLUMN major_at TIMESTAMP WITH TIME ZONE,
        ADD COLUMN turns_at TIMESTAMP WITH TIME ZONE
    """)
    op.execute("UPDATE incident SET turns_at = next_due_at WHERE next_due_at IS NOT NULL")
    op.execute("""
    CREATE INDEX incident_open_turns ON incident (municipality, turns_at, id)
        WHERE state IN ('new', 'in_progress', 'waiting')
    """)
