"""A hand-off of another Eskalera's may go on in a later one; and of an incident it is known that it is over."""

from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE peer_case ADD COLUMN continues_in TEXT")
    op.execute("ALTER TABLE incident ADD COLUMN over BOOLEAN NOT NULL DEFAULT false")
    op.execute("UPDATE incident SET over = true WHERE lead IS NULL AND resolved")


def downgrade() -> None:
    op.execute("ALTER TABLE incident DROP COLUMN over")
    op.execute("ALTER TABLE peer_case DROP COLUMN continues_in")
