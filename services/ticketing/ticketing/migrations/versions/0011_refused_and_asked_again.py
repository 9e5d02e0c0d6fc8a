"""What was last refused in the name of a vendor's connection; and which proposal closed a question, that opens it again."""

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE connection ADD COLUMN refused JSONB")
    op.execute("ALTER TABLE question ADD COLUMN closed_by TEXT")


def downgrade() -> None:
    op.execute("ALTER TABLE connection DROP COLUMN refused")
    op.execute("ALTER TABLE question DROP COLUMN closed_by")
