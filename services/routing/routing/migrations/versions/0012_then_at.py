"""When what a case waits for comes, where the wait that it is in ends without anything.

Of what was stated before it is not known: it is stated anew when the case is next looked at.
"""

from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE escalation ADD COLUMN then_at TIMESTAMP WITH TIME ZONE")


def downgrade() -> None:
    op.execute("ALTER TABLE escalation DROP COLUMN then_at")
