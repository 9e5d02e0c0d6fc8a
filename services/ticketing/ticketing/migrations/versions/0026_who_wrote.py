"""When the reporter of a ticket last wrote something that nobody had asked for."""

from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE ticket ADD COLUMN wrote_at TIMESTAMP WITH TIME ZONE")
    op.execute("CREATE INDEX ticket_wrote ON ticket (incident, wrote_at) WHERE wrote_at IS NOT NULL")


def downgrade() -> None:
    op.execute("ALTER TABLE ticket DROP COLUMN wrote_at")
