"""Whose a connection's name is, and since when, where it was another vendor's before. Of those from before nobody knows."""

from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("""
        CREATE TABLE connection_owner (
            municipality TEXT NOT NULL,
            connection TEXT NOT NULL,
            vendor TEXT NOT NULL,
            since TIMESTAMP WITH TIME ZONE,
            PRIMARY KEY (municipality, connection)
        )
    """)


def downgrade() -> None:
    op.execute("DROP TABLE connection_owner")
