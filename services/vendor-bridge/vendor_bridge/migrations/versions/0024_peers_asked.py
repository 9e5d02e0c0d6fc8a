"""What another Eskalera was asked of its case, so that an answer is told once."""

from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE peer_case ADD COLUMN asked JSONB NOT NULL DEFAULT '[]'")
    op.execute("ALTER TABLE peer_case ALTER asked DROP DEFAULT")


def downgrade() -> None:
    op.execute("ALTER TABLE peer_case DROP COLUMN asked")
