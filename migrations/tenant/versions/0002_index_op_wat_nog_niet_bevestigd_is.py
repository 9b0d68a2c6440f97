"""Index op wat nog niet bevestigd is."""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

NOT_CONFIRMED = "state <> 'bevestigd'"


def upgrade() -> None:
    op.create_index("ix_aflevering_state", "aflevering", ["state"], unique=False, postgresql_where=NOT_CONFIRMED)


def downgrade() -> None:
    op.drop_index("ix_aflevering_state", table_name="aflevering", postgresql_where=NOT_CONFIRMED)
