"""Sessies bevestigen en afmeldmeldingen. Expand: what is new is a table of its own or may stay empty."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "afmeldmelding",
        sa.Column("jti_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("verloopt_op", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("jti_hash", name=op.f("pk_afmeldmelding")),
    )
    op.add_column("inlogpoging", sa.Column("soort", sa.String(length=12), nullable=True))
    op.create_check_constraint(
        op.f("ck_inlogpoging_soort"), "inlogpoging", "soort IN ('aanmelden', 'opnieuw', 'bevestigen')"
    )
    op.add_column("inlogpoging", sa.Column("voor_sessie", sa.LargeBinary(length=32), nullable=True))
    op.add_column("sessie", sa.Column("aangemeld_op", sa.DateTime(timezone=True), nullable=True))
    op.add_column("sessie", sa.Column("niveau", sa.String(length=100), nullable=True))
    op.add_column("sessie", sa.Column("bevestigd_tot", sa.DateTime(timezone=True), nullable=True))
    op.add_column("sessie", sa.Column("browser", sa.String(length=60), nullable=True))


def downgrade() -> None:
    op.drop_column("sessie", "browser")
    op.drop_column("sessie", "bevestigd_tot")
    op.drop_column("sessie", "niveau")
    op.drop_column("sessie", "aangemeld_op")
    op.drop_column("inlogpoging", "voor_sessie")
    op.drop_column("inlogpoging", "soort")
    op.drop_table("afmeldmelding")
