"""Tabellen van het platform."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "gemeente",
        sa.Column("slug", sa.String(length=40), nullable=False),
        sa.Column("naam", sa.String(length=100), nullable=False),
        sa.Column("ring", sa.String(length=10), nullable=False),
        sa.Column("kleur", sa.String(length=7), nullable=False),
        sa.Column("monogram", sa.String(length=2), nullable=False),
        sa.Column("voorbeeld", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("sleutel", sa.LargeBinary(), nullable=False),
        sa.Column("manifest", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("aangemaakt_op", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("ring IN ('early', 'regular')", name=op.f("ck_gemeente_ring")),
        sa.CheckConstraint("state IN ('nieuw', 'actief', 'gestopt')", name=op.f("ck_gemeente_state")),
        sa.PrimaryKeyConstraint("slug", name=op.f("pk_gemeente")),
    )
    op.create_table(
        "platformaudit",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("moment", sa.DateTime(timezone=True), nullable=False),
        sa.Column("slug", sa.String(length=40), nullable=True),
        sa.Column("handeling", sa.String(length=60), nullable=False),
        sa.Column("door", sa.String(length=100), nullable=False),
        sa.Column("gegevens", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_platformaudit")),
    )
    op.create_table(
        "host",
        sa.Column("host", sa.String(length=253), nullable=False),
        sa.Column("slug", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(["slug"], ["gemeente.slug"], name=op.f("fk_host_slug"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("host", name=op.f("pk_host")),
    )
    op.create_index(op.f("ix_host_slug"), "host", ["slug"], unique=False)
    op.create_table(
        "migratiestand",
        sa.Column("slug", sa.String(length=40), nullable=False),
        sa.Column("revisie", sa.String(length=40), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("fout", sa.String(length=500), nullable=True),
        sa.Column("duur_ms", sa.Integer(), nullable=True),
        sa.Column("bijgewerkt_op", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["slug"], ["gemeente.slug"], name=op.f("fk_migratiestand_slug"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("slug", name=op.f("pk_migratiestand")),
    )


def downgrade() -> None:
    op.drop_table("migratiestand")
    op.drop_index(op.f("ix_host_slug"), table_name="host")
    op.drop_table("host")
    op.drop_table("platformaudit")
    op.drop_table("gemeente")
