"""What vendors sent and was taken is listed for them beside what was refused: by which way it came, and its effect.

And why a story that is to be fetched waits.
"""

from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("""
        ALTER TABLE inbound
            ADD COLUMN way TEXT NOT NULL DEFAULT 'webhook',
            ADD COLUMN what TEXT NOT NULL DEFAULT '',
            ADD COLUMN outcome TEXT NOT NULL DEFAULT 'applied',
            ADD COLUMN repeats INTEGER NOT NULL DEFAULT 0,
            ADD COLUMN last_at TIMESTAMP WITH TIME ZONE
    """)
    op.execute(
        "UPDATE inbound SET last_at = received_at, outcome = CASE WHEN effects = 0 THEN 'nothing' ELSE 'applied' END"
    )
    op.execute("ALTER TABLE inbound ALTER COLUMN last_at SET NOT NULL, ALTER COLUMN last_at SET DEFAULT now()")
    op.execute("CREATE INDEX inbound_log ON inbound (municipality, connection, last_at, webhook_id)")
    op.execute(
        "CREATE INDEX inbound_unusual ON inbound (municipality, connection, outcome, last_at, webhook_id)"
        " WHERE outcome <> 'applied'"
    )
    op.execute(
        "CREATE INDEX inbound_repeated ON inbound (municipality, connection, last_at, webhook_id) WHERE repeats > 0"
    )
    op.execute("ALTER TABLE peer_waiting ADD COLUMN reason TEXT")
    op.execute("ALTER TABLE connection ADD COLUMN stated_stories INTEGER")


def downgrade() -> None:
    op.execute("ALTER TABLE connection DROP COLUMN stated_stories")
    op.execute("ALTER TABLE peer_waiting DROP COLUMN reason")
    op.execute("DROP INDEX inbound_log, inbound_unusual, inbound_repeated")
    op.execute(
        "ALTER TABLE inbound DROP COLUMN way, DROP COLUMN what, DROP COLUMN outcome, DROP COLUMN repeats,"
        " DROP COLUMN last_at"
    )
