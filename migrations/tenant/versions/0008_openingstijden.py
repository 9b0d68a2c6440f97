"""Openingstijden, feestdagen en sluitingsdagen. Expand: nieuwe tabellen."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "feestdagkeuze",
        sa.Column("jaar", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("feestdag", sa.String(length=20), nullable=False),
        sa.Column("dicht", sa.Boolean(), nullable=False),
        sa.Column("gewijzigd_door", sa.Uuid(), nullable=True),
        sa.CheckConstraint("jaar BETWEEN 2014 AND 2200", name=op.f("ck_feestdagkeuze_jaar")),
        sa.PrimaryKeyConstraint("jaar", "feestdag", name=op.f("pk_feestdagkeuze")),
    )
    op.create_table(
        "openingstijden",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("geldig_vanaf", sa.Date(), nullable=False),
        sa.Column("week", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("gewijzigd_op", sa.DateTime(timezone=True), nullable=False),
        sa.Column("gewijzigd_door", sa.Uuid(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_openingstijden")),
        sa.UniqueConstraint("geldig_vanaf", name=op.f("uq_openingstijden_geldig_vanaf")),
    )
    op.create_table(
        "sluitingsdag",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("datum", sa.Date(), nullable=False),
        sa.Column("naam", sa.String(length=60), nullable=False),
        sa.Column("vervallen_op", sa.DateTime(timezone=True), nullable=True),
        sa.Column("gewijzigd_door", sa.Uuid(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sluitingsdag")),
    )
    op.create_index(
        "uq_sluitingsdag_datum",
        "sluitingsdag",
        ["datum"],
        unique=True,
        postgresql_where=sa.text("vervallen_op IS NULL"),
    )


def downgrade() -> None:
    op.drop_index(
        "uq_sluitingsdag_datum", table_name="sluitingsdag", postgresql_where=sa.text("vervallen_op IS NULL")
    )
    op.drop_table("sluitingsdag")
    op.drop_table("openingstijden")
    op.drop_table("feestdagkeuze")
