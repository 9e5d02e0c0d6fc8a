"""What is needed and how many are hit, as the reporter answered."""

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE ticket ADD COLUMN need TEXT, ADD COLUMN impact TEXT")
