"""Staff ask reporters too: a question has an asker, who need not be a vendor, and then belongs to no hand-off. And they
publish by hand.
"""

from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE question RENAME COLUMN vendor TO asker")
    op.execute("ALTER TABLE question ALTER COLUMN handoff DROP NOT NULL")
    op.execute("ALTER TABLE incident ADD COLUMN published BOOLEAN NOT NULL DEFAULT false")


def downgrade() -> None:
    op.execute("ALTER TABLE incident DROP COLUMN published")
    op.execute("DELETE FROM question WHERE handoff IS NULL")
    op.execute("ALTER TABLE question ALTER COLUMN handoff SET NOT NULL")
    op.execute("ALTER TABLE question RENAME COLUMN asker TO vendor")
