"""Which ways to vendors wait for a history that cannot be fetched."""

from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE connection ADD COLUMN stories JSONB")


def downgrade() -> None:
    op.execute("ALTER TABLE connection DROP COLUMN stories")
