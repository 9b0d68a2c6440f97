"""Eerdere namen van regels in codelijsten. Expand: nieuwe tabel."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "codenaam",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("lijst", sa.String(length=20), nullable=False),
        sa.Column("regel_id", sa.Uuid(), nullable=False),
        sa.Column("naam", sa.String(length=100), nullable=False),
        sa.Column("tot", sa.DateTime(timezone=True), nullable=False),
        sa.Column("door", sa.Uuid(), nullable=True),
        sa.CheckConstraint("lijst IN ('kanaal', 'gespreksresultaat')", name=op.f("ck_codenaam_lijst")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_codenaam")),
    )
    op.create_index("ix_codenaam_regel_id_tot", "codenaam", ["regel_id", "tot"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_codenaam_regel_id_tot", table_name="codenaam")
    op.drop_table("codenaam")
