"""Who has had a case. Of what was routed before it is taken to be all of its path, as its page said until now."""

from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE incident ADD COLUMN held TEXT[] NOT NULL DEFAULT '{}'")
    op.execute("UPDATE incident SET held = path WHERE holder IS NOT NULL")


def downgrade() -> None:
    op.execute("ALTER TABLE incident DROP COLUMN held")
