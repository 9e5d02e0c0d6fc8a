"""What a vendor's system names beside what it reports, and how severe it says that it is."""

from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE report ADD COLUMN severity TEXT")
    op.execute("ALTER TABLE report ADD COLUMN named JSONB NOT NULL DEFAULT '[]'")
    op.execute("ALTER TABLE report ALTER named DROP DEFAULT")


def downgrade() -> None:
    op.execute("ALTER TABLE report DROP COLUMN named")
    op.execute("ALTER TABLE report DROP COLUMN severity")
