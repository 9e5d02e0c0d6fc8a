"""When an incident was solved, for those who report it after that."""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE incident ADD COLUMN resolved_at TIMESTAMPTZ")
    op.execute("ALTER TABLE notification ADD COLUMN solved_at TIMESTAMPTZ")
