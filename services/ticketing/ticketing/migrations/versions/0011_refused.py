"""What was last refused in the name of a vendor's connection, for the staff who look after it."""

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE connection ADD COLUMN refused JSONB")


def downgrade() -> None:
    op.execute("ALTER TABLE connection DROP COLUMN refused")
