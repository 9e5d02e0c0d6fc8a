"""What a vendor is told beside the history: who reported and where, vendors' promises; and when it last took a message."""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE ticket ADD COLUMN reporter TEXT, ADD COLUMN room TEXT")
    op.execute("ALTER TABLE incident ADD COLUMN clocks JSONB NOT NULL DEFAULT '{}'")
    op.execute("ALTER TABLE handoff ADD COLUMN heads_at TIMESTAMPTZ")
    op.execute("CREATE TABLE person (id TEXT PRIMARY KEY, municipality TEXT NOT NULL, name TEXT NOT NULL)")
