"""When the holder got it, by which rule, and whether it has begun; when a school last asked that it goes further.

Of cases from before nobody knows: whoever is said to have touched one has begun.
"""

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE incident ADD COLUMN held_since TIMESTAMP WITH TIME ZONE")
    op.execute("ALTER TABLE incident ADD COLUMN asked_at TIMESTAMP WITH TIME ZONE")
    op.execute("ALTER TABLE incident ADD COLUMN rule TEXT")
    op.execute("ALTER TABLE incident ADD COLUMN worked BOOLEAN NOT NULL DEFAULT false")
    op.execute("UPDATE incident SET worked = touched")


def downgrade() -> None:
    for column in ("worked", "rule", "asked_at", "held_since"):
        op.execute(f"ALTER TABLE incident DROP COLUMN {column}")
