-- Rendered from the revisions by `python -m migrations.sjabloon`; do not edit. The search_path is the new schema.

CREATE TABLE alembic_version (
    version_num VARCHAR(32) NOT NULL,
    CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);

-- Running upgrade  -> 0001

CREATE SEQUENCE kenmerk_nummer AS BIGINT START WITH 1000001 MAXVALUE 9999999999;

CREATE TABLE auditregel (
    id UUID NOT NULL,
    moment TIMESTAMP WITH TIME ZONE NOT NULL,
    handeling VARCHAR(60) NOT NULL,
    object_soort VARCHAR(40) NOT NULL,
    object_id VARCHAR(80) NOT NULL,
    medewerker_id UUID,
    uitkomst VARCHAR(20) NOT NULL,
    gegevens JSONB NOT NULL,
    CONSTRAINT pk_auditregel PRIMARY KEY (id)
);

CREATE INDEX ix_auditregel_moment ON auditregel (moment);

CREATE TABLE gespreksresultaat (
    id UUID NOT NULL,
    naam VARCHAR(100) NOT NULL,
    gelukt BOOLEAN NOT NULL,
    volgorde INTEGER NOT NULL,
    vervallen_op TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_gespreksresultaat PRIMARY KEY (id),
    CONSTRAINT uq_gespreksresultaat_naam UNIQUE (naam)
);

CREATE TABLE inlogpoging (
    state_hash BYTEA NOT NULL,
    browser_hash BYTEA NOT NULL,
    nonce VARCHAR(64) NOT NULL,
    code_verifier BYTEA NOT NULL,
    volgende VARCHAR(500) NOT NULL,
    verloopt_op TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_inlogpoging PRIMARY KEY (state_hash)
);

CREATE TABLE kanaal (
    id UUID NOT NULL,
    naam VARCHAR(50) NOT NULL,
    icoon VARCHAR(30) NOT NULL,
    volgorde INTEGER NOT NULL,
    vervallen_op TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_kanaal PRIMARY KEY (id),
    CONSTRAINT uq_kanaal_naam UNIQUE (naam)
);

CREATE TABLE klantcontact (
    id UUID NOT NULL,
    gesprek_id UUID NOT NULL,
    vraag_id UUID NOT NULL,
    idempotency_key VARCHAR(80) NOT NULL,
    kenmerk VARCHAR(10) NOT NULL,
    kanaal_id UUID NOT NULL,
    kanaal VARCHAR(50) NOT NULL,
    gespreksresultaat_id UUID NOT NULL,
    gespreksresultaat VARCHAR(100) NOT NULL,
    indicatie_contact_gelukt BOOLEAN NOT NULL,
    onderwerp VARCHAR(200) NOT NULL,
    inhoud TEXT NOT NULL,
    text_sha256 VARCHAR(64) NOT NULL,
    taal VARCHAR(3) NOT NULL,
    vertrouwelijk BOOLEAN NOT NULL,
    plaatsgevonden_op TIMESTAMP WITH TIME ZONE NOT NULL,
    vastgelegd_op TIMESTAMP WITH TIME ZONE NOT NULL,
    medewerker_id UUID NOT NULL,
    medewerker_naam VARCHAR(200) NOT NULL,
    CONSTRAINT pk_klantcontact PRIMARY KEY (id),
    CONSTRAINT uq_klantcontact_idempotency_key UNIQUE (idempotency_key),
    CONSTRAINT uq_klantcontact_kenmerk UNIQUE (kenmerk),
    CONSTRAINT uq_klantcontact_vraag_id UNIQUE (vraag_id)
);

CREATE INDEX ix_klantcontact_medewerker_id_plaatsgevonden_op ON klantcontact (medewerker_id, plaatsgevonden_op);

CREATE TABLE koppeling (
    id UUID NOT NULL,
    slug VARCHAR(60) NOT NULL,
    naam VARCHAR(80) NOT NULL,
    soort VARCHAR(40) NOT NULL,
    instellingen JSONB NOT NULL,
    geheimen BYTEA,
    actief BOOLEAN NOT NULL,
    uit_reden VARCHAR(300),
    schrijft BOOLEAN NOT NULL,
    prive_adres_reden VARCHAR(300),
    aangemaakt_op TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_koppeling PRIMARY KEY (id),
    CONSTRAINT uq_koppeling_slug UNIQUE (slug)
);

CREATE TABLE lidmaatschap (
    id UUID NOT NULL,
    issuer VARCHAR(300) NOT NULL,
    subject VARCHAR(255) NOT NULL,
    gebruikersnaam VARCHAR(100) NOT NULL,
    naam VARCHAR(200) NOT NULL,
    email VARCHAR(254) NOT NULL,
    rollen TEXT[] NOT NULL,
    actief BOOLEAN NOT NULL,
    modus VARCHAR(10) NOT NULL,
    aangemaakt_op TIMESTAMP WITH TIME ZONE NOT NULL,
    laatst_ingelogd_op TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_lidmaatschap PRIMARY KEY (id),
    CONSTRAINT ck_lidmaatschap_modus CHECK (modus IN ('systeem', 'licht', 'donker', 'contrast')),
    CONSTRAINT uq_lidmaatschap_issuer_subject UNIQUE (issuer, subject)
);

CREATE TABLE verwerking (
    id UUID NOT NULL,
    trace_id VARCHAR(32) NOT NULL,
    moment TIMESTAMP WITH TIME ZONE NOT NULL,
    medewerker_id UUID NOT NULL,
    gesprek_id UUID,
    activiteit VARCHAR(60) NOT NULL,
    doel VARCHAR(40) NOT NULL,
    grondslag VARCHAR(100) NOT NULL,
    bron VARCHAR(60) NOT NULL,
    uitkomst VARCHAR(20) NOT NULL,
    subject_soort VARCHAR(10),
    subject_hmac BYTEA,
    velden VARCHAR(1000) NOT NULL,
    CONSTRAINT pk_verwerking PRIMARY KEY (id)
);

CREATE INDEX ix_verwerking_subject_hmac ON verwerking (subject_hmac);

CREATE TABLE aflevering (
    id UUID NOT NULL,
    klantcontact_id UUID NOT NULL,
    koppeling VARCHAR(60) NOT NULL,
    state VARCHAR(16) NOT NULL,
    pogingen INTEGER NOT NULL,
    volgende_poging_op TIMESTAMP WITH TIME ZONE NOT NULL,
    lease_tot TIMESTAMP WITH TIME ZONE,
    fout_soort VARCHAR(30),
    fout_zin VARCHAR(500),
    extern_id VARCHAR(100),
    aangemaakt_op TIMESTAMP WITH TIME ZONE NOT NULL,
    ronde_begonnen_op TIMESTAMP WITH TIME ZONE NOT NULL,
    bevestigd_op TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_aflevering PRIMARY KEY (id),
    CONSTRAINT ck_aflevering_state CHECK (state IN ('vastgelegd', 'onderweg', 'bevestigd', 'niet-aangekomen')),
    CONSTRAINT fk_aflevering_klantcontact_id FOREIGN KEY(klantcontact_id) REFERENCES klantcontact (id) ON DELETE CASCADE,
    CONSTRAINT uq_aflevering_klantcontact_id UNIQUE (klantcontact_id)
);

CREATE INDEX ix_aflevering_volgende_poging_op ON aflevering (volgende_poging_op) WHERE state IN ('vastgelegd', 'onderweg');

CREATE TABLE betrokkene (
    id UUID NOT NULL,
    klantcontact_id UUID NOT NULL,
    rol VARCHAR(20) NOT NULL,
    initiator BOOLEAN NOT NULL,
    soort VARCHAR(10) NOT NULL,
    subject BYTEA NOT NULL,
    subject_hmac BYTEA NOT NULL,
    CONSTRAINT pk_betrokkene PRIMARY KEY (id),
    CONSTRAINT fk_betrokkene_klantcontact_id FOREIGN KEY(klantcontact_id) REFERENCES klantcontact (id) ON DELETE CASCADE
);

CREATE INDEX ix_betrokkene_klantcontact_id ON betrokkene (klantcontact_id);

CREATE INDEX ix_betrokkene_subject_hmac ON betrokkene (subject_hmac);

CREATE TABLE gesprek (
    id UUID NOT NULL,
    medewerker_id UUID NOT NULL,
    state VARCHAR(12) NOT NULL,
    doel VARCHAR(40) NOT NULL,
    begonnen_op TIMESTAMP WITH TIME ZONE NOT NULL,
    afronden_op TIMESTAMP WITH TIME ZONE,
    opgeslagen_op TIMESTAMP WITH TIME ZONE,
    gesloten_op TIMESTAMP WITH TIME ZONE,
    opslag_sleutel UUID,
    klant_id UUID,
    CONSTRAINT pk_gesprek PRIMARY KEY (id),
    CONSTRAINT ck_gesprek_state CHECK (state IN ('open', 'opgeslagen', 'gesloten')),
    CONSTRAINT fk_gesprek_medewerker_id FOREIGN KEY(medewerker_id) REFERENCES lidmaatschap (id),
    CONSTRAINT uq_gesprek_opslag_sleutel UNIQUE (opslag_sleutel)
);

CREATE INDEX ix_gesprek_medewerker_id_state ON gesprek (medewerker_id, state);

CREATE TABLE sessie (
    id_hash BYTEA NOT NULL,
    lidmaatschap_id UUID NOT NULL,
    csrf_sleutel BYTEA NOT NULL,
    idp_sid VARCHAR(255),
    id_token BYTEA,
    aangemaakt_op TIMESTAMP WITH TIME ZONE NOT NULL,
    gezien_op TIMESTAMP WITH TIME ZONE NOT NULL,
    verloopt_op TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_sessie PRIMARY KEY (id_hash),
    CONSTRAINT fk_sessie_lidmaatschap_id FOREIGN KEY(lidmaatschap_id) REFERENCES lidmaatschap (id)
);

CREATE INDEX ix_sessie_lidmaatschap_id ON sessie (lidmaatschap_id);

CREATE TABLE klantverwijzing (
    id UUID NOT NULL,
    gesprek_id UUID NOT NULL,
    medewerker_id UUID NOT NULL,
    soort VARCHAR(10) NOT NULL,
    subject BYTEA NOT NULL,
    subject_hmac BYTEA NOT NULL,
    naam BYTEA NOT NULL,
    gekozen_op TIMESTAMP WITH TIME ZONE,
    aangemaakt_op TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_klantverwijzing PRIMARY KEY (id),
    CONSTRAINT fk_klantverwijzing_gesprek_id FOREIGN KEY(gesprek_id) REFERENCES gesprek (id) ON DELETE CASCADE,
    CONSTRAINT fk_klantverwijzing_medewerker_id FOREIGN KEY(medewerker_id) REFERENCES lidmaatschap (id)
);

CREATE INDEX ix_klantverwijzing_gesprek_id_subject_hmac ON klantverwijzing (gesprek_id, subject_hmac);

CREATE INDEX ix_klantverwijzing_subject_hmac ON klantverwijzing (subject_hmac);

CREATE TABLE vraag (
    id UUID NOT NULL,
    gesprek_id UUID NOT NULL,
    volgnummer INTEGER NOT NULL,
    notitie TEXT NOT NULL,
    onderwerp VARCHAR(200) NOT NULL,
    kanaal_id UUID,
    gespreksresultaat_id UUID,
    velden JSONB NOT NULL,
    CONSTRAINT pk_vraag PRIMARY KEY (id),
    CONSTRAINT fk_vraag_gesprek_id FOREIGN KEY(gesprek_id) REFERENCES gesprek (id) ON DELETE CASCADE,
    CONSTRAINT fk_vraag_gespreksresultaat_id FOREIGN KEY(gespreksresultaat_id) REFERENCES gespreksresultaat (id),
    CONSTRAINT fk_vraag_kanaal_id FOREIGN KEY(kanaal_id) REFERENCES kanaal (id),
    CONSTRAINT uq_vraag_gesprek_id_volgnummer UNIQUE (gesprek_id, volgnummer)
);

INSERT INTO alembic_version (version_num) VALUES ('0001') RETURNING alembic_version.version_num;

-- Running upgrade 0001 -> 0002

CREATE INDEX ix_aflevering_state ON aflevering (state) WHERE state <> 'bevestigd';

UPDATE alembic_version SET version_num='0002' WHERE alembic_version.version_num = '0001';

-- Running upgrade 0002 -> 0003

CREATE TABLE afmeldmelding (
    jti_hash BYTEA NOT NULL,
    verloopt_op TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_afmeldmelding PRIMARY KEY (jti_hash)
);

ALTER TABLE inlogpoging ADD COLUMN soort VARCHAR(12);

ALTER TABLE inlogpoging ADD CONSTRAINT ck_inlogpoging_soort CHECK (soort IN ('aanmelden', 'opnieuw', 'bevestigen'));

ALTER TABLE inlogpoging ADD COLUMN voor_sessie BYTEA;

ALTER TABLE sessie ADD COLUMN aangemeld_op TIMESTAMP WITH TIME ZONE;

ALTER TABLE sessie ADD COLUMN niveau VARCHAR(100);

ALTER TABLE sessie ADD COLUMN bevestigd_tot TIMESTAMP WITH TIME ZONE;

ALTER TABLE sessie ADD COLUMN browser VARCHAR(60);

UPDATE alembic_version SET version_num='0003' WHERE alembic_version.version_num = '0002';

-- Running upgrade 0003 -> 0004

CREATE TABLE zegel (
    log VARCHAR(12) NOT NULL,
    nummer BIGINT NOT NULL,
    rij_id UUID NOT NULL,
    versie SMALLINT NOT NULL,
    hash BYTEA NOT NULL,
    merk BYTEA NOT NULL,
    CONSTRAINT pk_zegel PRIMARY KEY (log, nummer),
    CONSTRAINT ck_zegel_log CHECK (log IN ('auditregel', 'verwerking')),
    CONSTRAINT uq_zegel_log_rij_id UNIQUE (log, rij_id)
);

CREATE TABLE zegelcontrole (
    id UUID NOT NULL,
    log VARCHAR(12) NOT NULL,
    moment TIMESTAMP WITH TIME ZONE NOT NULL,
    tot_nummer BIGINT NOT NULL,
    in_orde BOOLEAN NOT NULL,
    ongezegeld BIGINT NOT NULL,
    bevindingen JSONB NOT NULL,
    CONSTRAINT pk_zegelcontrole PRIMARY KEY (id),
    CONSTRAINT ck_zegelcontrole_log CHECK (log IN ('auditregel', 'verwerking'))
);

CREATE INDEX ix_zegelcontrole_log_moment ON zegelcontrole (log, moment);

CREATE TABLE zegelhoofd (
    log VARCHAR(12) NOT NULL,
    nummer BIGINT NOT NULL,
    hash BYTEA NOT NULL,
    moment TIMESTAMP WITH TIME ZONE NOT NULL,
    dekt_tot TIMESTAMP WITH TIME ZONE NOT NULL,
    vorige_nummer BIGINT NOT NULL,
    vorige BYTEA NOT NULL,
    sleutel BYTEA NOT NULL,
    handtekening BYTEA NOT NULL,
    CONSTRAINT pk_zegelhoofd PRIMARY KEY (log, nummer),
    CONSTRAINT ck_zegelhoofd_log CHECK (log IN ('auditregel', 'verwerking'))
);

CREATE INDEX ix_auditregel_medewerker_id_moment ON auditregel (medewerker_id, moment);

CREATE INDEX ix_auditregel_handeling_moment ON auditregel (handeling, moment);

CREATE INDEX ix_auditregel_object_id ON auditregel (object_id);

CREATE INDEX ix_verwerking_moment ON verwerking (moment);

CREATE INDEX ix_verwerking_medewerker_id_moment ON verwerking (medewerker_id, moment);

CREATE INDEX ix_verwerking_activiteit_moment ON verwerking (activiteit, moment);

CREATE INDEX ix_verwerking_gesprek_id ON verwerking (gesprek_id);

UPDATE alembic_version SET version_num='0004' WHERE alembic_version.version_num = '0003';

-- Running upgrade 0004 -> 0005

CREATE TABLE mail (
    id UUID NOT NULL,
    soort VARCHAR(40) NOT NULL,
    aan VARCHAR(254) NOT NULL,
    inhoud BYTEA,
    state VARCHAR(16) NOT NULL,
    pogingen INTEGER NOT NULL,
    volgende_poging_op TIMESTAMP WITH TIME ZONE NOT NULL,
    lease_tot TIMESTAMP WITH TIME ZONE,
    fout_zin VARCHAR(300),
    aangemaakt_op TIMESTAMP WITH TIME ZONE NOT NULL,
    verloopt_op TIMESTAMP WITH TIME ZONE NOT NULL,
    verzonden_op TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_mail PRIMARY KEY (id),
    CONSTRAINT ck_mail_state CHECK (state IN ('klaar', 'onderweg', 'verzonden', 'niet-verzonden', 'vervallen'))
);

CREATE INDEX ix_mail_volgende_poging_op ON mail (volgende_poging_op) WHERE state IN ('klaar', 'onderweg');

CREATE TABLE uitnodiging (
    id UUID NOT NULL,
    token_hash BYTEA NOT NULL,
    email VARCHAR(254) NOT NULL,
    rollen TEXT[] NOT NULL,
    state VARCHAR(12) NOT NULL,
    door UUID,
    mail_id UUID,
    lidmaatschap_id UUID,
    aangemaakt_op TIMESTAMP WITH TIME ZONE NOT NULL,
    verloopt_op TIMESTAMP WITH TIME ZONE NOT NULL,
    afgehandeld_op TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_uitnodiging PRIMARY KEY (id),
    CONSTRAINT ck_uitnodiging_state CHECK (state IN ('open', 'gebruikt', 'ingetrokken')),
    CONSTRAINT fk_uitnodiging_lidmaatschap_id FOREIGN KEY(lidmaatschap_id) REFERENCES lidmaatschap (id),
    CONSTRAINT fk_uitnodiging_mail_id FOREIGN KEY(mail_id) REFERENCES mail (id) ON DELETE SET NULL,
    CONSTRAINT uq_uitnodiging_token_hash UNIQUE (token_hash)
);

CREATE UNIQUE INDEX uq_uitnodiging_email ON uitnodiging (email) WHERE state = 'open';

ALTER TABLE inlogpoging ADD COLUMN uitnodiging_id UUID;

UPDATE alembic_version SET version_num='0005' WHERE alembic_version.version_num = '0004';

-- Running upgrade 0005 -> 0006

CREATE TABLE uiterlijk (
    nummer INTEGER NOT NULL,
    versie INTEGER NOT NULL,
    kleur VARCHAR(7) NOT NULL,
    monogram VARCHAR(2) NOT NULL,
    logo VARCHAR(32),
    favicon VARCHAR(32),
    vorige JSONB,
    gewijzigd_op TIMESTAMP WITH TIME ZONE NOT NULL,
    gewijzigd_door UUID,
    CONSTRAINT pk_uiterlijk PRIMARY KEY (nummer),
    CONSTRAINT ck_uiterlijk_enig CHECK (nummer = 1)
);

CREATE TABLE uiterlijkbestand (
    hash VARCHAR(32) NOT NULL,
    soort VARCHAR(20) NOT NULL,
    inhoud BYTEA NOT NULL,
    CONSTRAINT pk_uiterlijkbestand PRIMARY KEY (hash),
    CONSTRAINT ck_uiterlijkbestand_soort CHECK (soort IN ('image/svg+xml', 'image/png')),
    CONSTRAINT ck_uiterlijkbestand_inhoud CHECK (octet_length(inhoud) <= 65536)
);

UPDATE alembic_version SET version_num='0006' WHERE alembic_version.version_num = '0005';

-- Running upgrade 0006 -> 0007

CREATE TABLE codenaam (
    id UUID NOT NULL,
    lijst VARCHAR(20) NOT NULL,
    regel_id UUID NOT NULL,
    naam VARCHAR(100) NOT NULL,
    tot TIMESTAMP WITH TIME ZONE NOT NULL,
    door UUID,
    CONSTRAINT pk_codenaam PRIMARY KEY (id),
    CONSTRAINT ck_codenaam_lijst CHECK (lijst IN ('kanaal', 'gespreksresultaat'))
);

CREATE INDEX ix_codenaam_regel_id_tot ON codenaam (regel_id, tot);

UPDATE alembic_version SET version_num='0007' WHERE alembic_version.version_num = '0006';

-- Running upgrade 0007 -> 0008

CREATE TABLE feestdagkeuze (
    jaar INTEGER NOT NULL,
    feestdag VARCHAR(20) NOT NULL,
    dicht BOOLEAN NOT NULL,
    gewijzigd_door UUID,
    CONSTRAINT pk_feestdagkeuze PRIMARY KEY (jaar, feestdag),
    CONSTRAINT ck_feestdagkeuze_jaar CHECK (jaar BETWEEN 2014 AND 2200)
);

CREATE TABLE openingstijden (
    id UUID NOT NULL,
    geldig_vanaf DATE NOT NULL,
    week JSONB NOT NULL,
    gewijzigd_op TIMESTAMP WITH TIME ZONE NOT NULL,
    gewijzigd_door UUID,
    CONSTRAINT pk_openingstijden PRIMARY KEY (id),
    CONSTRAINT uq_openingstijden_geldig_vanaf UNIQUE (geldig_vanaf)
);

CREATE TABLE sluitingsdag (
    id UUID NOT NULL,
    datum DATE NOT NULL,
    naam VARCHAR(60) NOT NULL,
    vervallen_op TIMESTAMP WITH TIME ZONE,
    gewijzigd_door UUID,
    CONSTRAINT pk_sluitingsdag PRIMARY KEY (id)
);

CREATE UNIQUE INDEX uq_sluitingsdag_datum ON sluitingsdag (datum) WHERE vervallen_op IS NULL;

UPDATE alembic_version SET version_num='0008' WHERE alembic_version.version_num = '0007';
