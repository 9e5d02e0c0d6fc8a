"""Stages and deadlines of orders; priorities and decisions of needs and ideas."""

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE incident ADD COLUMN stage TEXT")
    op.execute("ALTER TABLE incident ADD COLUMN expected_at DATE")
    op.execute("ALTER TABLE incident ADD COLUMN priority TEXT")
    op.execute("ALTER TABLE incident ADD COLUMN decision TEXT")
    op.execute("ALTER TABLE incident ADD COLUMN decision_reason JSONB")
    op.execute("UPDATE incident SET stage = 'ordered' WHERE kind = 'request'")
