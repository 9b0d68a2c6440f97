"""Mail en uitnodigingen. Expand: nieuwe tabellen, en een kolom die leeg mag blijven."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "mail",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("soort", sa.String(length=40), nullable=False),
        sa.Column("aan", sa.String(length=254), nullable=False),
        sa.Column("inhoud", sa.LargeBinary(), nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("pogingen", sa.Integer(), nullable=False),
        sa.Column("volgende_poging_op", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lease_tot", sa.DateTime(timezone=True), nullable=True),
        sa.Column("fout_zin", sa.String(length=300), nullable=True),
        sa.Column("aangemaakt_op", sa.DateTime(timezone=True), nullable=False),
        sa.Column("verloopt_op", sa.DateTime(timezone=True), nullable=False),
        sa.Column("verzonden_op", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('klaar', 'onderweg', 'verzonden', 'niet-verzonden', 'vervallen')", name=op.f("ck_mail_state")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail")),
    )
    op.create_index(
        "ix_mail_volgende_poging_op",
        "mail",
        ["volgende_poging_op"],
        unique=False,
        postgresql_where=sa.text("state IN ('klaar', 'onderweg')"),
    )
    op.create_table(
        "uitnodiging",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("rollen", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("door", sa.Uuid(), nullable=True),
        sa.Column("mail_id", sa.Uuid(), nullable=True),
        sa.Column("lidmaatschap_id", sa.Uuid(), nullable=True),
        sa.Column("aangemaakt_op", sa.DateTime(timezone=True), nullable=False),
        sa.Column("verloopt_op", sa.DateTime(timezone=True), nullable=False),
        sa.Column("afgehandeld_op", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("state IN ('open', 'gebruikt', 'ingetrokken')", name=op.f("ck_uitnodiging_state")),
        sa.ForeignKeyConstraint(
            ["lidmaatschap_id"], ["lidmaatschap.id"], name=op.f("fk_uitnodiging_lidmaatschap_id")
        ),
        sa.ForeignKeyConstraint(["mail_id"], ["mail.id"], name=op.f("fk_uitnodiging_mail_id"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_uitnodiging")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_uitnodiging_token_hash")),
    )
    op.create_index(
        "uq_uitnodiging_email",
        "uitnodiging",
        ["email"],
        unique=True,
        postgresql_where=sa.text("state = 'open'"),
    )
    op.add_column("inlogpoging", sa.Column("uitnodiging_id", sa.Uuid(), nullable=True))


def downgrade() -> None:
    op.drop_column("inlogpoging", "uitnodiging_id")
    op.drop_index("uq_uitnodiging_email", table_name="uitnodiging")
    op.drop_table("uitnodiging")
    op.drop_index("ix_mail_volgende_poging_op", table_name="mail")
    op.drop_table("mail")
