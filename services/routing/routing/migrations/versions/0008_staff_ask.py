"""Staff ask reporters too: a question has an asker, who need not be a vendor. And they publish by hand."""

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE question RENAME COLUMN vendor TO asker")
    op.execute("ALTER TABLE incident ADD COLUMN published BOOLEAN NOT NULL DEFAULT false")


def downgrade() -> None:
    op.execute("ALTER TABLE incident DROP COLUMN published")
    op.execute("ALTER TABLE question RENAME COLUMN asker TO vendor")
