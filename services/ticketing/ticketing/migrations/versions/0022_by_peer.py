"""Which tickets another Eskalera handed over: that can be asked."""

from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE ticket ADD COLUMN by_peer BOOLEAN NOT NULL DEFAULT false")


def downgrade() -> None:
    op.execute("ALTER TABLE ticket DROP COLUMN by_peer")
