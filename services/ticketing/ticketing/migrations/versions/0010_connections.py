"""How the ways to vendors stand, and requests about them, which are about no incident."""

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("""
        CREATE TABLE connection (
            municipality TEXT NOT NULL,
            connection TEXT NOT NULL,
            vendor TEXT NOT NULL,
            health TEXT NOT NULL,
            since TIMESTAMP WITH TIME ZONE NOT NULL,
            detail TEXT NOT NULL,
            backlog INTEGER NOT NULL,
            oldest TIMESTAMP WITH TIME ZONE,
            last_taken TIMESTAMP WITH TIME ZONE,
            told_at TIMESTAMP WITH TIME ZONE NOT NULL,
            PRIMARY KEY (municipality, connection)
        )
    """)
    op.execute("""
        ALTER TABLE command
            ALTER COLUMN incident DROP NOT NULL,
            ADD COLUMN connection TEXT,
            ADD COLUMN outcome JSONB NOT NULL DEFAULT '{}'
    """)
