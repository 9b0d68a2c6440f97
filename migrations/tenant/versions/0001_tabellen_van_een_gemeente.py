"""Tabellen van een gemeente."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


# Kenmerken: at most ten digits (Open Klant's field), never reused. Where it starts is in the manifest.
NUMMER = sa.Sequence("kenmerk_nummer", start=1_000_001, maxvalue=9_999_999_999, data_type=sa.BigInteger())


def upgrade() -> None:
    op.execute(sa.schema.CreateSequence(NUMMER))
    op.create_table(
        "auditregel",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("moment", sa.DateTime(timezone=True), nullable=False),
        sa.Column("handeling", sa.String(length=60), nullable=False),
        sa.Column("object_soort", sa.String(length=40), nullable=False),
        sa.Column("object_id", sa.String(length=80), nullable=False),
        sa.Column("medewerker_id", sa.Uuid(), nullable=True),
        sa.Column("uitkomst", sa.String(length=20), nullable=False),
        sa.Column("gegevens", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_auditregel")),
    )
    op.create_index("ix_auditregel_moment", "auditregel", ["moment"], unique=False)
    op.create_table(
        "gespreksresultaat",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("naam", sa.String(length=100), nullable=False),
        sa.Column("gelukt", sa.Boolean(), nullable=False),
        sa.Column("volgorde", sa.Integer(), nullable=False),
        sa.Column("vervallen_op", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gespreksresultaat")),
        sa.UniqueConstraint("naam", name=op.f("uq_gespreksresultaat_naam")),
    )
    op.create_table(
        "inlogpoging",
        sa.Column("state_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("browser_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("nonce", sa.String(length=64), nullable=False),
        sa.Column("code_verifier", sa.LargeBinary(), nullable=False),
        sa.Column("volgende", sa.String(length=500), nullable=False),
        sa.Column("verloopt_op", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("state_hash", name=op.f("pk_inlogpoging")),
    )
    op.create_table(
        "kanaal",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("naam", sa.String(length=50), nullable=False),
        sa.Column("icoon", sa.String(length=30), nullable=False),
        sa.Column("volgorde", sa.Integer(), nullable=False),
        sa.Column("vervallen_op", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kanaal")),
        sa.UniqueConstraint("naam", name=op.f("uq_kanaal_naam")),
    )
    op.create_table(
        "klantcontact",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("gesprek_id", sa.Uuid(), nullable=False),
        sa.Column("vraag_id", sa.Uuid(), nullable=False),
        sa.Column("idempotency_key", sa.String(length=80), nullable=False),
        sa.Column("kenmerk", sa.String(length=10), nullable=False),
        sa.Column("kanaal_id", sa.Uuid(), nullable=False),
        sa.Column("kanaal", sa.String(length=50), nullable=False),
        sa.Column("gespreksresultaat_id", sa.Uuid(), nullable=False),
        sa.Column("gespreksresultaat", sa.String(length=100), nullable=False),
        sa.Column("indicatie_contact_gelukt", sa.Boolean(), nullable=False),
        sa.Column("onderwerp", sa.String(length=200), nullable=False),
        sa.Column("inhoud", sa.Text(), nullable=False),
        sa.Column("text_sha256", sa.String(length=64), nullable=False),
        sa.Column("taal", sa.String(length=3), nullable=False),
        sa.Column("vertrouwelijk", sa.Boolean(), nullable=False),
        sa.Column("plaatsgevonden_op", sa.DateTime(timezone=True), nullable=False),
        sa.Column("vastgelegd_op", sa.DateTime(timezone=True), nullable=False),
        sa.Column("medewerker_id", sa.Uuid(), nullable=False),
        sa.Column("medewerker_naam", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_klantcontact")),
        sa.UniqueConstraint("idempotency_key", name=op.f("uq_klantcontact_idempotency_key")),
        sa.UniqueConstraint("kenmerk", name=op.f("uq_klantcontact_kenmerk")),
        sa.UniqueConstraint("vraag_id", name=op.f("uq_klantcontact_vraag_id")),
    )
    op.create_index(
        "ix_klantcontact_medewerker_id_plaatsgevonden_op",
        "klantcontact",
        ["medewerker_id", "plaatsgevonden_op"],
        unique=False,
    )
    op.create_table(
        "koppeling",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("slug", sa.String(length=60), nullable=False),
        sa.Column("naam", sa.String(length=80), nullable=False),
        sa.Column("soort", sa.String(length=40), nullable=False),
        sa.Column("instellingen", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("geheimen", sa.LargeBinary(), nullable=True),
        sa.Column("actief", sa.Boolean(), nullable=False),
        sa.Column("uit_reden", sa.String(length=300), nullable=True),
        sa.Column("schrijft", sa.Boolean(), nullable=False),
        sa.Column("prive_adres_reden", sa.String(length=300), nullable=True),
        sa.Column("aangemaakt_op", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_koppeling")),
        sa.UniqueConstraint("slug", name=op.f("uq_koppeling_slug")),
    )
    op.create_table(
        "lidmaatschap",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("issuer", sa.String(length=300), nullable=False),
        sa.Column("subject", sa.String(length=255), nullable=False),
        sa.Column("gebruikersnaam", sa.String(length=100), nullable=False),
        sa.Column("naam", sa.String(length=200), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("rollen", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("actief", sa.Boolean(), nullable=False),
        sa.Column("modus", sa.String(length=10), nullable=False),
        sa.Column("aangemaakt_op", sa.DateTime(timezone=True), nullable=False),
        sa.Column("laatst_ingelogd_op", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("modus IN ('systeem', 'licht', 'donker', 'contrast')", name=op.f("ck_lidmaatschap_modus")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lidmaatschap")),
        sa.UniqueConstraint("issuer", "subject", name=op.f("uq_lidmaatschap_issuer_subject")),
    )
    op.create_table(
        "verwerking",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("trace_id", sa.String(length=32), nullable=False),
        sa.Column("moment", sa.DateTime(timezone=True), nullable=False),
        sa.Column("medewerker_id", sa.Uuid(), nullable=False),
        sa.Column("gesprek_id", sa.Uuid(), nullable=True),
        sa.Column("activiteit", sa.String(length=60), nullable=False),
        sa.Column("doel", sa.String(length=40), nullable=False),
        sa.Column("grondslag", sa.String(length=100), nullable=False),
        sa.Column("bron", sa.String(length=60), nullable=False),
        sa.Column("uitkomst", sa.String(length=20), nullable=False),
        sa.Column("subject_soort", sa.String(length=10), nullable=True),
        sa.Column("subject_hmac", sa.LargeBinary(length=32), nullable=True),
        sa.Column("velden", sa.String(length=1000), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_verwerking")),
    )
    op.create_index("ix_verwerking_subject_hmac", "verwerking", ["subject_hmac"], unique=False)
    op.create_table(
        "aflevering",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("klantcontact_id", sa.Uuid(), nullable=False),
        sa.Column("koppeling", sa.String(length=60), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("pogingen", sa.Integer(), nullable=False),
        sa.Column("volgende_poging_op", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lease_tot", sa.DateTime(timezone=True), nullable=True),
        sa.Column("fout_soort", sa.String(length=30), nullable=True),
        sa.Column("fout_zin", sa.String(length=500), nullable=True),
        sa.Column("extern_id", sa.String(length=100), nullable=True),
        sa.Column("aangemaakt_op", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ronde_begonnen_op", sa.DateTime(timezone=True), nullable=False),
        sa.Column("bevestigd_op", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('vastgelegd', 'onderweg', 'bevestigd', 'niet-aangekomen')", name=op.f("ck_aflevering_state")
        ),
        sa.ForeignKeyConstraint(
            ["klantcontact_id"], ["klantcontact.id"], name=op.f("fk_aflevering_klantcontact_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_aflevering")),
        sa.UniqueConstraint("klantcontact_id", name=op.f("uq_aflevering_klantcontact_id")),
    )
    op.create_index(
        "ix_aflevering_volgende_poging_op",
        "aflevering",
        ["volgende_poging_op"],
        unique=False,
        postgresql_where="state IN ('vastgelegd', 'onderweg')",
    )
    op.create_table(
        "betrokkene",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("klantcontact_id", sa.Uuid(), nullable=False),
        sa.Column("rol", sa.String(length=20), nullable=False),
        sa.Column("initiator", sa.Boolean(), nullable=False),
        sa.Column("soort", sa.String(length=10), nullable=False),
        sa.Column("subject", sa.LargeBinary(), nullable=False),
        sa.Column("subject_hmac", sa.LargeBinary(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["klantcontact_id"], ["klantcontact.id"], name=op.f("fk_betrokkene_klantcontact_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_betrokkene")),
    )
    op.create_index("ix_betrokkene_klantcontact_id", "betrokkene", ["klantcontact_id"], unique=False)
    op.create_index("ix_betrokkene_subject_hmac", "betrokkene", ["subject_hmac"], unique=False)
    op.create_table(
        "gesprek",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("medewerker_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("doel", sa.String(length=40), nullable=False),
        sa.Column("begonnen_op", sa.DateTime(timezone=True), nullable=False),
        sa.Column("afronden_op", sa.DateTime(timezone=True), nullable=True),
        sa.Column("opgeslagen_op", sa.DateTime(timezone=True), nullable=True),
        sa.Column("gesloten_op", sa.DateTime(timezone=True), nullable=True),
        sa.Column("opslag_sleutel", sa.Uuid(), nullable=True),
        sa.Column("klant_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint("state IN ('open', 'opgeslagen', 'gesloten')", name=op.f("ck_gesprek_state")),
        sa.ForeignKeyConstraint(["medewerker_id"], ["lidmaatschap.id"], name=op.f("fk_gesprek_medewerker_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gesprek")),
        sa.UniqueConstraint("opslag_sleutel", name=op.f("uq_gesprek_opslag_sleutel")),
    )
    op.create_index("ix_gesprek_medewerker_id_state", "gesprek", ["medewerker_id", "state"], unique=False)
    op.create_table(
        "sessie",
        sa.Column("id_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("lidmaatschap_id", sa.Uuid(), nullable=False),
        sa.Column("csrf_sleutel", sa.LargeBinary(length=32), nullable=False),
        sa.Column("idp_sid", sa.String(length=255), nullable=True),
        sa.Column("id_token", sa.LargeBinary(), nullable=True),
        sa.Column("aangemaakt_op", sa.DateTime(timezone=True), nullable=False),
        sa.Column("gezien_op", sa.DateTime(timezone=True), nullable=False),
        sa.Column("verloopt_op", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["lidmaatschap_id"], ["lidmaatschap.id"], name=op.f("fk_sessie_lidmaatschap_id")),
        sa.PrimaryKeyConstraint("id_hash", name=op.f("pk_sessie")),
    )
    op.create_index("ix_sessie_lidmaatschap_id", "sessie", ["lidmaatschap_id"], unique=False)
    op.create_table(
        "klantverwijzing",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("gesprek_id", sa.Uuid(), nullable=False),
        sa.Column("medewerker_id", sa.Uuid(), nullable=False),
        sa.Column("soort", sa.String(length=10), nullable=False),
        sa.Column("subject", sa.LargeBinary(), nullable=False),
        sa.Column("subject_hmac", sa.LargeBinary(length=32), nullable=False),
        sa.Column("naam", sa.LargeBinary(), nullable=False),
        sa.Column("gekozen_op", sa.DateTime(timezone=True), nullable=True),
        sa.Column("aangemaakt_op", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["gesprek_id"], ["gesprek.id"], name=op.f("fk_klantverwijzing_gesprek_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["medewerker_id"], ["lidmaatschap.id"], name=op.f("fk_klantverwijzing_medewerker_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_klantverwijzing")),
    )
    op.create_index(
        "ix_klantverwijzing_gesprek_id_subject_hmac", "klantverwijzing", ["gesprek_id", "subject_hmac"], unique=False
    )
    op.create_index("ix_klantverwijzing_subject_hmac", "klantverwijzing", ["subject_hmac"], unique=False)
    op.create_table(
        "vraag",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("gesprek_id", sa.Uuid(), nullable=False),
        sa.Column("volgnummer", sa.Integer(), nullable=False),
        sa.Column("notitie", sa.Text(), nullable=False),
        sa.Column("onderwerp", sa.String(length=200), nullable=False),
        sa.Column("kanaal_id", sa.Uuid(), nullable=True),
        sa.Column("gespreksresultaat_id", sa.Uuid(), nullable=True),
        sa.Column("velden", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.ForeignKeyConstraint(["gesprek_id"], ["gesprek.id"], name=op.f("fk_vraag_gesprek_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["gespreksresultaat_id"], ["gespreksresultaat.id"], name=op.f("fk_vraag_gespreksresultaat_id")
        ),
        sa.ForeignKeyConstraint(["kanaal_id"], ["kanaal.id"], name=op.f("fk_vraag_kanaal_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vraag")),
        sa.UniqueConstraint("gesprek_id", "volgnummer", name=op.f("uq_vraag_gesprek_id_volgnummer")),
    )


def downgrade() -> None:
    op.drop_table("vraag")
    op.drop_index("ix_klantverwijzing_subject_hmac", table_name="klantverwijzing")
    op.drop_index("ix_klantverwijzing_gesprek_id_subject_hmac", table_name="klantverwijzing")
    op.drop_table("klantverwijzing")
    op.drop_index("ix_sessie_lidmaatschap_id", table_name="sessie")
    op.drop_table("sessie")
    op.drop_index("ix_gesprek_medewerker_id_state", table_name="gesprek")
    op.drop_table("gesprek")
    op.drop_index("ix_betrokkene_subject_hmac", table_name="betrokkene")
    op.drop_index("ix_betrokkene_klantcontact_id", table_name="betrokkene")
    op.drop_table("betrokkene")
    op.drop_index(
        "ix_aflevering_volgende_poging_op",
        table_name="aflevering",
        postgresql_where="state IN ('vastgelegd', 'onderweg')",
    )
    op.drop_table("aflevering")
    op.drop_index("ix_verwerking_subject_hmac", table_name="verwerking")
    op.drop_table("verwerking")
    op.drop_table("lidmaatschap")
    op.drop_table("koppeling")
    op.drop_index("ix_klantcontact_medewerker_id_plaatsgevonden_op", table_name="klantcontact")
    op.drop_table("klantcontact")
    op.drop_table("kanaal")
    op.drop_table("inlogpoging")
    op.drop_table("gespreksresultaat")
    op.drop_index("ix_auditregel_moment", table_name="auditregel")
    op.drop_table("auditregel")
    op.execute(sa.schema.DropSequence(NUMMER))
