"""Stappen van inrichten en verwijderen, zodat een afgebroken commando verder kan."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "inrichtingsstap",
        sa.Column("slug", sa.String(length=40), nullable=False),
        sa.Column("werk", sa.String(length=12), nullable=False),
        sa.Column("stap", sa.String(length=20), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("sinds", sa.DateTime(timezone=True), nullable=False),
        sa.Column("fout", sa.String(length=500), nullable=True),
        sa.Column("gegevens", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.CheckConstraint("werk IN ('aanmaken', 'verwijderen')", name=op.f("ck_inrichtingsstap_werk")),
        sa.CheckConstraint(
            "state IN ('bezig', 'klaar', 'overgeslagen', 'mislukt')", name=op.f("ck_inrichtingsstap_state")
        ),
        sa.PrimaryKeyConstraint("slug", "werk", "stap", name=op.f("pk_inrichtingsstap")),
    )


def downgrade() -> None:
    op.drop_table("inrichtingsstap")
