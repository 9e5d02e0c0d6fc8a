"""At which level those were who have had a case. Of earlier ones that is known of who has it."""

from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE incident ADD COLUMN tiers JSONB NOT NULL DEFAULT '{}'")
    op.execute(
        "UPDATE incident SET tiers = jsonb_build_object(holder, holder_tier)"
        " WHERE holder IS NOT NULL AND holder_tier IS NOT NULL"
    )


def downgrade() -> None:
    op.execute("ALTER TABLE incident DROP COLUMN tiers")
