"""Who has had a case. Of what was routed before that is taken to be the first of its path, and who has it."""

from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE incident ADD COLUMN held TEXT[] NOT NULL DEFAULT '{}'")
    op.execute(
        "UPDATE incident SET held = array_remove(ARRAY[NULLIF(path[1], holder), holder], NULL) WHERE holder IS NOT NULL"
    )


def downgrade() -> None:
    op.execute("ALTER TABLE incident DROP COLUMN held")
