"""Cases are found among all that there ever were: by a part of a title, by its trigrams, and by a number's last digits.

`pg_trgm` comes with Postgres, and who owns the database may add it.
"""

from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    op.execute("CREATE INDEX ticket_words ON ticket USING gin (title gin_trgm_ops)")
    op.execute("CREATE INDEX ticket_number_end ON ticket (municipality, reverse(number) text_pattern_ops)")


def downgrade() -> None:
    op.execute("DROP INDEX ticket_number_end")
    op.execute("DROP INDEX ticket_words")
