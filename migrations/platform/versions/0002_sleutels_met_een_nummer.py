"""Sleutels met een nummer, en een eigen sleutel voor hashes. Alles mag leeg zijn: oudere code vult het niet in."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("gemeente", sa.Column("sleutel_nummer", sa.Integer(), nullable=True))
    op.add_column("gemeente", sa.Column("sleutel_sinds", sa.DateTime(timezone=True), nullable=True))
    op.add_column("gemeente", sa.Column("sleutels", postgresql.JSONB(astext_type=sa.Text()), nullable=True))
    op.add_column("gemeente", sa.Column("hash_sleutel", sa.LargeBinary(), nullable=True))


def downgrade() -> None:
    for name in ("hash_sleutel", "sleutels", "sleutel_sinds", "sleutel_nummer"):
        op.drop_column("gemeente", name)
