"""Open cases that may hit a school from which nobody has reported them: every school's page asks for them."""

from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        "CREATE INDEX incident_open_beyond ON incident (municipality)"
        " WHERE state IN ('new', 'in_progress', 'waiting') AND scope IN ('schools', 'municipality')"
    )


def downgrade() -> None:
    op.execute("DROP INDEX incident_open_beyond")
