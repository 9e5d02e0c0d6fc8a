"""Files of entries: found by their digest, and written down before their bytes are put."""

from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("""
        CREATE TABLE upload (
            sha256 TEXT NOT NULL,
            put_at TIMESTAMP WITH TIME ZONE NOT NULL,
            PRIMARY KEY (sha256)
        )
    """)
    op.execute("CREATE INDEX upload_put_at ON upload (put_at)")
    op.execute("""
        CREATE INDEX entry_files ON entry
        USING gin (jsonb_path_query_array(content, '$.disclosures.*.value.sha256'))
        WHERE jsonb_path_exists(content, '$.disclosures.*.value.sha256')
    """)
