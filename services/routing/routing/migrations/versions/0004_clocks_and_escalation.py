"""Clocks that pause and are rescheduled, where each case stands in its policy, and timers."""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        """
        ALTER TABLE incident
            ADD COLUMN policy text,
            ADD COLUMN asset text,
            ADD COLUMN unit text,
            ADD COLUMN standstills integer NOT NULL DEFAULT 0,
            ADD COLUMN resolving interval NOT NULL DEFAULT '0',
            ADD COLUMN major boolean NOT NULL DEFAULT false,
            ADD COLUMN closed_at timestamptz,
            ADD COLUMN titled boolean NOT NULL DEFAULT false
        """
    )
    op.execute(
        """
        ALTER TABLE clock
            ADD COLUMN role text NOT NULL DEFAULT 'lead',
            ADD COLUMN since timestamptz,
            ADD COLUMN used interval NOT NULL DEFAULT '0',
            ADD COLUMN spent interval NOT NULL DEFAULT '0',
            ADD COLUMN paused text,
            ADD COLUMN breached boolean NOT NULL DEFAULT false
        """
    )
    op.execute("UPDATE clock SET since = started_at")
    op.execute("ALTER TABLE clock ALTER COLUMN since SET NOT NULL, ALTER COLUMN role DROP DEFAULT")
    op.execute("CREATE INDEX incident_successor ON incident (successor) WHERE successor IS NOT NULL")
    op.execute("DROP INDEX clock_due")
    op.execute("CREATE INDEX clock_late ON clock (municipality, party) WHERE stopped_at IS NULL AND breached")
    op.execute(
        """
        CREATE TABLE escalation (
            id text PRIMARY KEY,
            municipality text NOT NULL,
            policy text,
            step integer NOT NULL,
            round integer NOT NULL,
            since timestamptz NOT NULL,
            due_at timestamptz,
            "then" jsonb NOT NULL,
            fresh boolean NOT NULL,
            stopped boolean NOT NULL,
            done text[] NOT NULL,
            policy_version text,
            holder text,
            had text[] NOT NULL
        )
        """
    )
    op.execute(
        """
        CREATE TABLE timer (
            id text PRIMARY KEY,
            municipality text NOT NULL,
            incident text NOT NULL,
            due_at timestamptz
        )
        """
    )
    op.execute("CREATE INDEX timer_due ON timer (due_at) WHERE due_at IS NOT NULL")
    # Clocks that run already are watched from here on.
    op.execute(
        "INSERT INTO timer (id, municipality, incident, due_at)"
        " SELECT 'clock/' || id, municipality, incident, due_at FROM clock WHERE stopped_at IS NULL"
    )
