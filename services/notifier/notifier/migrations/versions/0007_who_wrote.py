"""Who has been told within the hour that a reporter wrote."""

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # The default stays: during a rolling update the version before this one still writes incidents.
    op.execute("ALTER TABLE incident ADD COLUMN wrote JSONB NOT NULL DEFAULT '{}'")


def downgrade() -> None:
    op.execute("ALTER TABLE incident DROP COLUMN wrote")
