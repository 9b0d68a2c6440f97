"""Deliberate defects, each with the tests that must turn red. `old` stands exactly once in `path`."""

from __future__ import annotations

from dataclasses import dataclass

from tests.mutants.beheer import BEHEER
from tests.mutants.people import PEOPLE


@dataclass(frozen=True)
class Defect:
    """One wrong thing somebody could write: `old` becomes `new`, and `tests` (pytest selections) must notice."""

    name: str
    path: str
    old: str
    new: str
    tests: tuple[str, ...]


DEFECTS = (
    Defect(
        "role of the municipality not assumed",
        "app/db.py",
        "    assume(connection, role=tenant.role, tenant=tenant.slug)",
        "    require(tenant)",
        ("tests/tenants/test_unit_of_work.py",),
    ),
    Defect(
        "role assumed for the whole connection",
        "app/db.py",
        "        func.set_config(name, bindparam(key), True)",
        "        func.set_config(name, bindparam(key), False)",
        ("tests/tenants/test_unit_of_work.py",),
    ),
    Defect(
        "work without a municipality goes to a default one",
        "app/db.py",
        "    tenant = require(tenant)\n    session = AsyncSession(",
        '    tenant = tenant or Tenant("deventer", "Deventer", (), "early", "#000000", "Dv")\n'
        "    session = AsyncSession(",
        ("tests/tenants/test_unit_of_work.py::test_without_a_tenant_there_is_no_sql",),
    ),
    Defect(
        "key in Redis without its municipality",
        "app/redis.py",
        '        self._prefix = f"kiss:t:{require(tenant).slug}:"',
        '        require(tenant); self._prefix = "kiss:t:"',
        ("tests/app/test_redis.py",),
    ),
    Defect(
        "job for the municipality of whoever came before",
        "app/jobs.py",
        '            raise NoTenant(f"Een bericht voor {self.name} noemt geen gemeente.")',
        '            slug = "deventer"',
        ("tests/app/test_jobs.py",),
    ),
    Defect(
        "municipality from a forwarded header",
        "app/auth/tenant.py",
        'if name.lower() == b"host"]',
        'if name.lower() == b"x-forwarded-host"] or [v for n, v in scope["headers"] if n.lower() == b"host"]',
        ("tests/auth/test_rights.py::test_forwarded_headers_choose_nothing",),
    ),
    Defect(
        "right of a role not asked",
        "app/auth/rights.py",
        "        if not medewerker.mag(self.recht):",
        "        if False:",
        ("tests/auth/test_rights.py",),
    ),
    Defect(
        "route without its guard",
        "app/afleveringen/routes.py",
        '@get("/beheer/afleveringen", guards=ADMIN)',
        '@get("/beheer/afleveringen", guards=SEE)',
        ("tests/routes/test_rechten.py",),
    ),
    Defect(
        "no check of the form's token",
        "app/auth/csrf.py",
        "    if expected is None or not hmac.compare_digest(await _token_of(request), expected.encode()):",
        "    if expected is None and await _token_of(request):",
        ("tests/auth/test_csrf.py",),
    ),
    Defect(
        "token of a form good for every session",
        "app/auth/sessions.py",
        '    return base64.urlsafe_b64encode(hmac.new(csrf_sleutel, b"csrf", sha256)',
        '    return base64.urlsafe_b64encode(hmac.new(b"k", b"csrf", sha256)',
        ("tests/auth/test_csrf.py",),
    ),
    Defect(
        "requests from another site allowed",
        "app/auth/csrf.py",
        '    if site not in ([b"same-origin"], [b"none"]):',
        '    if site == [b"cross-site"]:',
        ("tests/auth/test_csrf.py",),
    ),
    Defect(
        "a planted session is adopted",
        "app/auth/sessions.py",
        "    row = (await session.execute(_valid_session(cookies.hash_of(token), now))).one_or_none()\n"
        "    if row is None or",
        "    row = (await session.execute(_valid_session(cookies.hash_of(token), now))).one_or_none() or (\n"
        "        await session.execute(_valid_session(Sessie.id_hash, now).limit(1))\n    ).one_or_none()\n"
        "    if row is None or",
        ("tests/auth/test_sessions.py",),
    ),
    Defect(
        "an inactive person stays signed in",
        "app/auth/sessions.py",
        "            Sessie.gezien_op > now - idle(),\n            Lidmaatschap.actief,\n",
        "            Sessie.gezien_op > now - idle(),\n",
        ("tests/auth/test_sessions.py",),
    ),
    Defect(
        "a session that never rests",
        "app/auth/sessions.py",
        "            Sessie.gezien_op > now - idle(),\n",
        "",
        ("tests/auth/test_sessions.py",),
    ),
    Defect(
        "a request under way opens what was locked meanwhile",
        "app/auth/sessions.py",
        "        same = update(Sessie).where(Sessie.id_hash == row.id_hash, Sessie.gezien_op == seen)",
        "        same = update(Sessie).where(Sessie.id_hash == row.id_hash)",
        ("tests/auth/test_vergrendelen.py",),
    ),
    Defect(
        "a session works in any browser",
        "app/auth/sessions.py",
        "    return None not in {signed_in, here} and signed_in != here",
        "    return False",
        ("tests/auth/test_vastzetten.py",),
    ),
    Defect(
        "whoever takes over a browser lands where the other was",
        "app/auth/inloggen.py",
        "        volgende = urls.START\n",
        "        volgende = urls.safe_path(attempt.volgende)\n",
        ("tests/auth/test_vergrendelen.py",),
    ),
    Defect(
        "one's list of sessions holds everybody's",
        "app/sessies/queries.py",
        "Sessie.lidmaatschap_id == medewerker.id, Sessie.verloopt_op",
        "Sessie.verloopt_op",
        ("tests/auth/test_mijn_sessies.py",),
    ),
    Defect(
        "confirming keeps the old identifier",
        "app/auth/sessions.py",
        "            id_hash=cookies.hash_of(token),\n            idp_sid=herkomst.sid,\n"
        "            id_token=herkomst.id_token,\n            niveau=herkomst.niveau,\n"
        "            aangemeld_op=herkomst.aangemeld_op,\n            bevestigd_tot=herkomst.bevestigd_tot,\n"
        "            gezien_op=klok.now(),",
        "            idp_sid=herkomst.sid,\n            id_token=herkomst.id_token,\n"
        "            niveau=herkomst.niveau,\n            aangemeld_op=herkomst.aangemeld_op,\n"
        "            bevestigd_tot=herkomst.bevestigd_tot,\n            gezien_op=klok.now(),",
        ("tests/auth/test_bevestigen.py",),
    ),
    Defect(
        "the organisation in the token not looked at",
        "app/auth/inloggen.py",
        "    if tenant.slug not in identity.organisaties:",
        "    if not identity.subject:",
        ("tests/auth/test_organisatie.py",),
    ),
    Defect(
        "a token for another client accepted",
        "app/auth/tokens.py",
        'nonce={"essential": True, "value": nonce}, aud=_for(client_id))',
        'nonce={"essential": True, "value": nonce})',
        ("tests/auth/test_tokens.py",),
    ),
    Defect(
        "state of another browser accepted",
        "app/auth/inloggen.py",
        "    if browser is None or not hmac.compare_digest(attempt.browser_hash, _hash(browser)):",
        "    if browser is None:",
        ("tests/auth/test_callback.py",),
    ),
    Defect(
        "a notice of signing out works twice",
        "app/auth/afmelden.py",
        "        if not await _is_first(session, notice):",
        "        if await _is_first(session, notice) is None:",
        ("tests/auth/test_afmeldmelding.py",),
    ),
    Defect(
        "an old proof is proof enough",
        "app/auth/bevestigen.py",
        "    if not asked_at - LEEWAY <= when <= klok.now() + LEEWAY:",
        "    if when > klok.now() + LEEWAY:",
        ("tests/auth/test_bevestigen.py",),
    ),
    Defect(
        "signing in leads to another site",
        "app/auth/urls.py",
        "    if not value or len(value) > MAX_PATH or not _PATH.fullmatch(value):\n        return START",
        "    if not value or len(value) > MAX_PATH:\n        return START\n    if not _PATH.match(value):\n"
        "        return value",
        ("tests/auth/test_urls.py", "tests/auth/test_elsewhere.py"),
    ),
    Defect(
        "a sealed value opens in another row",
        "app/geheimen.py",
        '    return head + f"{tenant.slug}|{context}|{row}".encode()',
        '    return head + f"{tenant.slug}|{context}".encode()',
        ("tests/geheimen/test_geheimen.py",),
    ),
    Defect(
        "a sealed value opens in another municipality",
        "app/geheimen.py",
        '    return head + f"{tenant.slug}|{context}|{row}".encode()',
        '    return head + f"{context}|{row}".encode()',
        ("tests/geheimen/test_geheimen.py",),
    ),
    Defect(
        "a wrapped key opens as another municipality's",
        "app/geheimen.py",
        '    return f"sleutel|{slug}" if nummer == 1 else f"sleutel|{slug}|{nummer}"',
        '    return f"sleutel|{nummer}"',
        ("tests/geheimen/test_geheimen.py",),
    ),
    Defect(
        "the same person has the same hash everywhere",
        "app/geheimen.py",
        '    return hmac.new(hash_key(tenant), f"{soort}:{subject}".encode(), sha256).digest()',
        '    return hmac.new(b"k", f"{soort}:{subject}".encode(), sha256).digest()',
        ("tests/geheimen/test_geheimen.py",),
    ),
    Defect(
        "a row of the log is not sealed",
        "app/zegels/keten.py",
        "    return _sha256(before + nummer.to_bytes(8) + row).digest()",
        "    return _sha256(before + nummer.to_bytes(8)).digest()",
        ("tests/zegels/test_knoeien.py", "tests/zegels/test_keten.py"),
    ),
    Defect(
        "a look-up on a person without a line in the log",
        "app/verwerkingen/service.py",
        "    for bsn in subjects or [None]:",
        "    for bsn in subjects:",
        ("tests/verwerkingen/test_verwerkingenlog.py",),
    ),
    Defect(
        "another medewerker's gesprek",
        "app/gesprekken/queries.py",
        "        .where(Gesprek.id == gesprek_id, Gesprek.medewerker_id == medewerker_id)\n"
        "        .options(selectinload(Gesprek.vragen))\n        .with_for_update()",
        "        .where(Gesprek.id == gesprek_id)\n"
        "        .options(selectinload(Gesprek.vragen))\n        .with_for_update()",
        ("tests/gesprekken/test_opslaan.py",),
    ),
    Defect(
        "saving twice registers twice",
        "app/gesprekken/opslaan.py",
        "    if gesprek.state == GesprekState.OPGESLAGEN:\n        return gesprek\n",
        "",
        ("tests/gesprekken/test_opslaan.py",),
    ),
    Defect(
        "a newer text is overwritten",
        "app/gesprekken/concept.py",
        "    if present.versie != versie:",
        "    if present.versie < versie:",
        ("tests/gesprekken/test_concept.py",),
    ),
    Defect(
        "the worker is told before the commit",
        "app/gesprekken/opslaan.py",
        "    after_commit(session, lambda: bezorg.ring(tenant, delay=undo_window().total_seconds() + 0.1))",
        "    await bezorg.ring(tenant, delay=undo_window().total_seconds() + 0.1)",
        ("tests/gesprekken/test_opslaan.py",),
    ),
    Defect(
        "sent again without looking whether it arrived",
        "app/connectors/klantinteracties/afleveren.py",
        "    if known.kenmerk_veld is None or not eerste_poging:",
        "    if known.kenmerk_veld is None:",
        ("tests/connectors/test_klantinteracties.py",),
    ),
    Defect(
        "two relays take the same row",
        "app/afleveringen/queries.py",
        "        & (held.is_(None) | (held < now) | (held > now + LEASE + SKEW))\n",
        "",
        ("tests/faults/test_clock.py::test_a_lease_holds_though_two_clocks_differ",),
    ),
    Defect(
        "a refused contact is tried for ever",
        "app/afleveringen/service.py",
        "    except ConnectorFailure as failure:\n        await _dead(tenant, claimed, failure)",
        "    except ConnectorFailure as failure:\n        await _later(tenant, claimed, failure)  # type: ignore",
        ("tests/afleveringen/test_relay.py",),
    ),
    Defect(
        "a clock that stood wrong holds a contact back",
        "app/afleveringen/queries.py",
        "((waiting <= now) | (waiting > now + LONGEST_WAIT + SKEW))",
        "(waiting <= now)",
        ("tests/faults/test_clock.py::test_what_waits_is_delivered_after_a_jump",),
    ),
    Defect(
        "a full disk passes for a defect of ours",
        "app/db.py",
        '_FOR_NOW = ("08", "53", ',
        '_FOR_NOW = ("08", ',
        ("tests/app/test_database_trouble.py",),
    ),
    Defect(
        "points of failure are shown and armed in production",
        "app/failpoints_cli.py",
        "    if not settings().development:",
        "    if not settings():",
        ("tests/app/test_failpoints.py",),
    ),
    Defect(
        "an address inside may be called",
        "app/http/guard.py",
        "def _never(address: Address) -> bool:\n",
        "def _never(address: Address) -> bool:\n    return False\n",
        ("tests/http/test_guard.py",),
    ),
    Defect(
        "what was typed can run as a formula",
        "app/logboeken/uitvoer.py",
        '    "=",\n',
        "",
        ("tests/logboeken/test_logboek.py::test_a_formula_does_nothing",),
    ),
    Defect(
        "pages without their security headers",
        "app/beveiliging.py",
        "                for name, value in self.fixed.items():",
        '                for name, value in self.fixed.items() if message["status"] < 400 else ():',
        ("tests/auth/test_beveiliging.py",),
    ),
    *(Defect(*one) for one in (*PEOPLE, *BEHEER)),
)
