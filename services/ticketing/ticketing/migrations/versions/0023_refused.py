"""Which reports a person said do not belong to an incident: a yes to a question about it leaves them where they are."""

from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("CREATE INDEX suggestion_refused ON suggestion (incident) WHERE state = 'refused'")


def downgrade() -> None:
    op.execute("DROP INDEX suggestion_refused")
