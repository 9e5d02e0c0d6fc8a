"""Who works in which team, and what came from an import long after it happened."""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE person ADD COLUMN teams text[] NOT NULL DEFAULT '{}'")
    op.execute("CREATE INDEX person_teams ON person USING gin (teams)")
    op.execute("ALTER TABLE ticket ADD COLUMN old boolean NOT NULL DEFAULT false")
