"""Whose changes made a case's last versions (R5): who made them all has seen the case as it is.

Of the versions from before nobody knows.
"""

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE incident ADD COLUMN changer TEXT")
    op.execute("ALTER TABLE incident ADD COLUMN unchanged_by_others INTEGER NOT NULL DEFAULT 0")


def downgrade() -> None:
    for column in ("unchanged_by_others", "changer"):
        op.execute(f"ALTER TABLE incident DROP COLUMN {column}")
