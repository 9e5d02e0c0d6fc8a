"""What another Eskalera gives back may be several of our hand-offs; what it proposes as solved is looked after."""

from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("""
        ALTER TABLE peer_case
            ALTER returns TYPE JSONB USING CASE WHEN returns IS NULL THEN '[]' ELSE jsonb_build_array(returns) END,
            ALTER returns SET NOT NULL,
            ADD COLUMN solved JSONB NOT NULL DEFAULT '[]',
            ADD COLUMN proposed TEXT
    """)
    op.execute("ALTER TABLE peer_case ALTER solved DROP DEFAULT")
    op.execute("DROP INDEX peer_case_incident")
    op.execute("CREATE INDEX peer_case_told ON peer_case USING gin (told) WHERE incident IS NOT NULL")
    op.execute("ALTER TABLE report ADD COLUMN linked_at TIMESTAMPTZ")


def downgrade() -> None:
    op.execute("ALTER TABLE report DROP COLUMN linked_at")
    op.execute("DROP INDEX peer_case_told")
    op.execute("CREATE INDEX peer_case_incident ON peer_case (incident) WHERE incident IS NOT NULL")
    op.execute("""
        ALTER TABLE peer_case
            DROP COLUMN solved,
            DROP COLUMN proposed,
            ALTER returns DROP NOT NULL,
            ALTER returns TYPE TEXT USING returns ->> 0
    """)
