"""How far a reporter reads what the case left follows from when it left; `link.until_seq` is gone."""

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE link DROP COLUMN until_seq")
