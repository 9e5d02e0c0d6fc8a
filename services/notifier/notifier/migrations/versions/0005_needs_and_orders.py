"""What a mail says of a decision and of an order's stages."""

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE incident ADD COLUMN stage TEXT")
    op.execute("ALTER TABLE notification ADD COLUMN detail TEXT")
    op.execute("ALTER TABLE notification ADD COLUMN expected_at DATE")
