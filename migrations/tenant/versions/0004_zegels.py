"""Zegels over de logboeken."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

SEALED = "log IN ('auditregel', 'verwerking')"


def upgrade() -> None:
    op.create_table(
        "zegel",
        sa.Column("log", sa.String(length=12), nullable=False),
        sa.Column("nummer", sa.BigInteger(), nullable=False),
        sa.Column("rij_id", sa.Uuid(), nullable=False),
        sa.Column("versie", sa.SmallInteger(), nullable=False),
        sa.Column("hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("merk", sa.LargeBinary(length=16), nullable=False),
        sa.CheckConstraint(SEALED, name=op.f("ck_zegel_log")),
        sa.PrimaryKeyConstraint("log", "nummer", name=op.f("pk_zegel")),
        sa.UniqueConstraint("log", "rij_id", name=op.f("uq_zegel_log_rij_id")),
    )
    op.create_table(
        "zegelcontrole",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("log", sa.String(length=12), nullable=False),
        sa.Column("moment", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tot_nummer", sa.BigInteger(), nullable=False),
        sa.Column("in_orde", sa.Boolean(), nullable=False),
        sa.Column("ongezegeld", sa.BigInteger(), nullable=False),
        sa.Column("bevindingen", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.CheckConstraint(SEALED, name=op.f("ck_zegelcontrole_log")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_zegelcontrole")),
    )
    op.create_index("ix_zegelcontrole_log_moment", "zegelcontrole", ["log", "moment"], unique=False)
    op.create_table(
        "zegelhoofd",
        sa.Column("log", sa.String(length=12), nullable=False),
        sa.Column("nummer", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("moment", sa.DateTime(timezone=True), nullable=False),
        sa.Column("dekt_tot", sa.DateTime(timezone=True), nullable=False),
        sa.Column("vorige_nummer", sa.BigInteger(), nullable=False),
        sa.Column("vorige", sa.LargeBinary(length=32), nullable=False),
        sa.Column("sleutel", sa.LargeBinary(length=32), nullable=False),
        sa.Column("handtekening", sa.LargeBinary(length=64), nullable=False),
        sa.CheckConstraint(SEALED, name=op.f("ck_zegelhoofd_log")),
        sa.PrimaryKeyConstraint("log", "nummer", name=op.f("pk_zegelhoofd")),
    )
    # For looking in the logs by period, person, act, thing, gesprek; the subject's index is there already.
    op.create_index("ix_auditregel_medewerker_id_moment", "auditregel", ["medewerker_id", "moment"], unique=False)
    op.create_index("ix_auditregel_handeling_moment", "auditregel", ["handeling", "moment"], unique=False)
    op.create_index("ix_auditregel_object_id", "auditregel", ["object_id"], unique=False)
    op.create_index("ix_verwerking_moment", "verwerking", ["moment"], unique=False)
    op.create_index("ix_verwerking_medewerker_id_moment", "verwerking", ["medewerker_id", "moment"], unique=False)
    op.create_index("ix_verwerking_activiteit_moment", "verwerking", ["activiteit", "moment"], unique=False)
    op.create_index("ix_verwerking_gesprek_id", "verwerking", ["gesprek_id"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_verwerking_gesprek_id", table_name="verwerking")
    op.drop_index("ix_verwerking_activiteit_moment", table_name="verwerking")
    op.drop_index("ix_verwerking_medewerker_id_moment", table_name="verwerking")
    op.drop_index("ix_verwerking_moment", table_name="verwerking")
    op.drop_index("ix_auditregel_object_id", table_name="auditregel")
    op.drop_index("ix_auditregel_handeling_moment", table_name="auditregel")
    op.drop_index("ix_auditregel_medewerker_id_moment", table_name="auditregel")
    op.drop_table("zegelhoofd")
    op.drop_index("ix_zegelcontrole_log_moment", table_name="zegelcontrole")
    op.drop_table("zegelcontrole")
    op.drop_table("zegel")
