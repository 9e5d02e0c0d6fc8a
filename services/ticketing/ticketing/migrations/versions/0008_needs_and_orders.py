"""Stages and deadlines of orders; priorities and decisions of needs and ideas, with the forum's lists."""

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE incident ADD COLUMN stage TEXT")
    op.execute("ALTER TABLE incident ADD COLUMN stage_at TIMESTAMP WITH TIME ZONE")
    op.execute("ALTER TABLE incident ADD COLUMN expected_at DATE")
    op.execute("ALTER TABLE incident ADD COLUMN priority TEXT")
    op.execute("ALTER TABLE incident ADD COLUMN decision TEXT")
    # The default stays: during a rolling update the version before this one still writes incidents.
    op.execute("ALTER TABLE incident ADD COLUMN decision_reason JSONB NOT NULL DEFAULT '{}'")
    op.execute("ALTER TABLE incident ADD COLUMN decided_at TIMESTAMP WITH TIME ZONE")
    op.execute("UPDATE incident SET stage = 'ordered', stage_at = opened_at WHERE kind = 'request'")
    op.execute(
        "CREATE INDEX incident_wishes ON incident (municipality, opened_at, id) WHERE kind IN ('need', 'idea')"
    )
    op.execute(
        "CREATE INDEX incident_decided ON incident (municipality, decided_at DESC, id DESC)"
        " WHERE decided_at IS NOT NULL"
    )
