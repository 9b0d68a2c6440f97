"""Bring one klantcontact to the register exactly once, without idempotency keys on the other side.

The kenmerk is ours, unique there and findable: it is looked up before anything is sent again, and each later step
searches before it creates. So a lost answer, a killed worker or a second worker leave one contact with one klant.
"""

from __future__ import annotations

from datetime import timedelta

from app.connectors.klantinteracties import berichten
from app.connectors.klantinteracties.berichten import NUMMER, REFERENTIENUMMER, inhoud_of, onderwerp_of
from app.connectors.klantinteracties.kennis import Kennis, kennis
from app.connectors.klantinteracties.lezen import KLANTCONTACTEN, partij_of, unknown_parameter, unusable
from app.connectors.klantinteracties.wire import Contacten, Fout, Gemaakt, Verwijzing, WireContact
from app.connectors.ports import Bevestiging, ConnectorFailure, KenmerkBezet, NieuwContact, Rejected
from app.http import Answer, Outbound

SAME_INSTANT = timedelta(milliseconds=2)  # registers keep milli- or microseconds


async def lever_af(http: Outbound, contact: NieuwContact, *, eerste_poging: bool) -> Bevestiging:
    known = kennis(http.key)
    # The first call also finds out which field holds the kenmerk: 2.15 silently ignores referentienummer in a body.
    if known.kenmerk_veld is None or not eerste_poging:
        found = await _find(http, known, contact, again=not eerste_poging)
        if found is not None:
            return await _already(http, known, contact, found)
    veld = known.kenmerk_veld or REFERENTIENUMMER
    partij = await _find_or_create_partij(http, contact.bsn) if contact.bsn else None
    if known.maakt_in_een is not False:
        body = berichten.maak_klantcontact(contact, veld, partij)
        answer = await http.post("/maak-klantcontact", route="maak-klantcontact", json=body)
        known.maakt_in_een = answer.status not in (404, 405)
        if answer.ok:
            return Bevestiging(extern_id=answer.read(Gemaakt).klantcontact.uuid)
        if known.maakt_in_een:
            return await _already(http, known, contact, await _taken(http, known, contact, answer))
    answer = await http.post(KLANTCONTACTEN, route="klantcontacten", json=berichten.klantcontact(contact, veld))
    if not answer.ok:
        return await _already(http, known, contact, await _taken(http, known, contact, answer))
    uuid = answer.read(Verwijzing).uuid
    if partij is not None:
        await _add_betrokkene(http, uuid, partij)
    if veld == NUMMER:
        await _add_gesprek(http, uuid, contact)
    return Bevestiging(extern_id=uuid)


async def _find(http: Outbound, known: Kennis, contact: NieuwContact, *, again: bool) -> WireContact | None:
    """The contact with our kenmerk, whoever wrote it."""
    if known.kenmerk_veld != NUMMER:
        answer = await _lookup(http, REFERENTIENUMMER, contact.kenmerk)
        if not unknown_parameter(answer):
            known.kenmerk_veld = REFERENTIENUMMER
            found = _first(http, answer)
            if found is not None or not again:
                return found
            # A first attempt may have arrived before the register was upgraded; then only `nummer` holds it.
            older = await _lookup(http, NUMMER, contact.kenmerk)
            candidate = _first(http, older) if older.ok else None
            return candidate if candidate is not None and _equal(candidate, contact) else None
        known.kenmerk_veld = NUMMER
    return _first(http, await _lookup(http, NUMMER, contact.kenmerk))


async def _lookup(http: Outbound, field: str, kenmerk: str) -> Answer:
    return await http.get(KLANTCONTACTEN, route=f"klantcontacten?{field}", params={field: kenmerk})


def _first(http: Outbound, answer: Answer) -> WireContact | None:
    if not answer.ok:
        raise unusable(http, answer)
    return next(iter(answer.read(Contacten).results), None)


async def _taken(http: Outbound, known: Kennis, contact: NieuwContact, answer: Answer) -> WireContact:
    """After a refusal: the contact that already has our kenmerk. Raises `Rejected` when that was not the reason."""
    if answer.status == 400 and answer.read(Fout).about(REFERENTIENUMMER, NUMMER):
        found = await _find(http, known, contact, again=True)
        if found is not None:
            return found
    raise _refused(http, answer)


async def _already(http: Outbound, known: Kennis, contact: NieuwContact, found: WireContact) -> Bevestiging:
    """The contact is there. Completes it when an earlier attempt ended between the steps."""
    if not _equal(found, contact):
        raise KenmerkBezet(
            "Dit kenmerk is in het register al voor een ander contact gebruikt.", reden="kenmerk-bezet"
        )
    if contact.bsn and not found.hadBetrokkenen:
        await _add_betrokkene(http, found.uuid, await _find_or_create_partij(http, contact.bsn))
    if known.kenmerk_veld == NUMMER and not found.gingOverOnderwerpobjecten:
        await _add_gesprek(http, found.uuid, contact)
    return Bevestiging(extern_id=found.uuid, al_aanwezig=True)


def _equal(found: WireContact, contact: NieuwContact) -> bool:
    return (
        found.onderwerp == onderwerp_of(contact)
        and (found.inhoud or "") == inhoud_of(contact)
        and found.kanaal == contact.kanaal
        and abs(found.moment - contact.plaatsgevonden_op) <= SAME_INSTANT
    )


async def _find_or_create_partij(http: Outbound, bsn: str) -> str:
    found = await partij_of(http, bsn, {})
    if found is not None:
        return found
    answer = await http.post("/partijen", route="partijen", json=berichten.partij(bsn))
    if answer.ok:
        return answer.read(Verwijzing).uuid
    if answer.status == 400:  # somebody was first: the combination is unique there
        found = await partij_of(http, bsn, {})
        if found is not None:
            return found
    raise _refused(http, answer)


async def _add_betrokkene(http: Outbound, klantcontact: str, partij: str) -> None:
    body = berichten.betrokkene(partij) | {"hadKlantcontact": {"uuid": klantcontact}}
    answer = await http.post("/betrokkenen", route="betrokkenen", json=body)
    if not answer.ok:
        raise _refused(http, answer)


async def _add_gesprek(http: Outbound, klantcontact: str, contact: NieuwContact) -> None:
    body = berichten.gesprek(contact) | {"klantcontact": {"uuid": klantcontact}}
    answer = await http.post("/onderwerpobjecten", route="onderwerpobjecten", json=body)
    if not answer.ok:
        raise _refused(http, answer)


def _refused(http: Outbound, answer: Answer) -> ConnectorFailure:
    """Understood and refused. Names the fields, never their content; texts of the other side are not repeated."""
    if answer.status not in (400, 409, 413):
        return unusable(http, answer)
    fout = answer.read(Fout)
    names = sorted({param.name.rpartition(".")[2] for param in fout.invalidParams if param.name})
    if "kanaal" in names:
        return Rejected(f"{http.naam} kent dit kanaal niet.", reden="kanaal", velden={"kanaal": "Onbekend kanaal."})
    where = f" ({', '.join(names)})" if names else ""
    return Rejected(
        f"{http.naam} weigert dit contact{where}.",
        reden=fout.code or str(answer.status),
        velden=dict.fromkeys(names, "Het register accepteert deze waarde niet."),
    )
