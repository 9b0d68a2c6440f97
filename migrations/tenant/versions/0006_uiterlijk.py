"""Uiterlijk van een gemeente. Expand: nieuwe tabellen."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "uiterlijk",
        sa.Column("nummer", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("versie", sa.Integer(), nullable=False),
        sa.Column("kleur", sa.String(length=7), nullable=False),
        sa.Column("monogram", sa.String(length=2), nullable=False),
        sa.Column("logo", sa.String(length=32), nullable=True),
        sa.Column("favicon", sa.String(length=32), nullable=True),
        sa.Column("vorige", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
        sa.Column("gewijzigd_op", sa.DateTime(timezone=True), nullable=False),
        sa.Column("gewijzigd_door", sa.Uuid(), nullable=True),
        sa.CheckConstraint("nummer = 1", name=op.f("ck_uiterlijk_enig")),
        sa.PrimaryKeyConstraint("nummer", name=op.f("pk_uiterlijk")),
    )
    op.create_table(
        "uiterlijkbestand",
        sa.Column("hash", sa.String(length=32), nullable=False),
        sa.Column("soort", sa.String(length=20), nullable=False),
        sa.Column("inhoud", sa.LargeBinary(length=65536), nullable=False),
        sa.CheckConstraint("soort IN ('image/svg+xml', 'image/png')", name=op.f("ck_uiterlijkbestand_soort")),
        sa.CheckConstraint("octet_length(inhoud) <= 65536", name=op.f("ck_uiterlijkbestand_inhoud")),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_uiterlijkbestand")),
    )


def downgrade() -> None:
    op.drop_table("uiterlijkbestand")
    op.drop_table("uiterlijk")
