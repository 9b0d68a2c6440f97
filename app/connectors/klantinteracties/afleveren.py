"""Bring one klantcontact to the register exactly once, without idempotency keys on the other side.

The kenmerk is ours, unique there and findable: it is looked up before anything is sent again, and each later step
searches before it creates. So a lost answer, a killed worker or a second worker leave one contact with one klant.
"""

from __future__ import annotations

from datetime import UTC, timedelta
from typing import Any

from app.connectors.klantinteracties.kennis import Kennis, kennis
from app.connectors.klantinteracties.lezen import (
    KLANTCONTACTEN,
    identificatie,
    partij_of,
    unknown_parameter,
    unusable,
)
from app.connectors.klantinteracties.wire import Contacten, Fout, Gemaakt, Verwijzing, WireContact
from app.connectors.ports import Bevestiging, ConnectorFailure, KenmerkBezet, NieuwContact, Rejected
from app.http import Answer, Outbound

MAX_ONDERWERP = 200
MAX_INHOUD = 1000
INGEKORT = "… [Ingekort: de hele tekst staat bij het klantcontactcentrum.]"
SAME_INSTANT = timedelta(milliseconds=2)  # registers keep milli- or microseconds

NO_HEADERS: dict[str, str] = {}


async def lever_af(http: Outbound, contact: NieuwContact, *, eerste_poging: bool) -> Bevestiging:
    known = kennis(http.key)
    # The first call also finds out which field holds the kenmerk: 2.15 silently ignores referentienummer in a body.
    if known.kenmerk_veld is None or not eerste_poging:
        found = await _find(http, known, contact, again=not eerste_poging)
        if found is not None:
            return await _already(http, contact, found)
    partij = await _find_or_create_partij(http, contact.bsn) if contact.bsn else None
    if known.maakt_in_een is not False:
        answer = await http.post(
            "/maak-klantcontact", route="maak-klantcontact", json=_folded(contact, partij, known)
        )
        known.maakt_in_een = answer.status not in (404, 405)
        if answer.ok:
            return Bevestiging(extern_id=answer.read(Gemaakt).klantcontact.uuid)
        if known.maakt_in_een:
            return await _already(http, contact, await _taken(http, known, contact, answer))
    return await _step_by_step(http, known, contact, partij)


async def _step_by_step(http: Outbound, known: Kennis, contact: NieuwContact, partij: str | None) -> Bevestiging:
    answer = await http.post(KLANTCONTACTEN, route="klantcontacten", json=_klantcontact(contact, known))
    if not answer.ok:
        return await _already(http, contact, await _taken(http, known, contact, answer))
    uuid = answer.read(Verwijzing).uuid
    if partij is not None:
        await _add_betrokkene(http, uuid, partij)
    return Bevestiging(extern_id=uuid)


async def _find(http: Outbound, known: Kennis, contact: NieuwContact, *, again: bool) -> WireContact | None:
    """The contact with our kenmerk, whoever wrote it."""
    if known.kenmerk_veld != "nummer":
        answer = await _lookup(http, "referentienummer", contact.kenmerk)
        if not unknown_parameter(answer):
            known.kenmerk_veld = "referentienummer"
            found = _first(http, answer)
            if found is not None or not again:
                return found
            # A first attempt may have arrived before the register was upgraded; then only `nummer` holds it.
            older = await _lookup(http, "nummer", contact.kenmerk)
            candidate = _first(http, older) if older.ok else None
            return candidate if candidate is not None and _equal(candidate, contact) else None
        known.kenmerk_veld = "nummer"
    return _first(http, await _lookup(http, "nummer", contact.kenmerk))


async def _lookup(http: Outbound, field: str, kenmerk: str) -> Answer:
    return await http.get(KLANTCONTACTEN, route=f"klantcontacten?{field}", params={field: kenmerk})


def _first(http: Outbound, answer: Answer) -> WireContact | None:
    if not answer.ok:
        raise unusable(http, answer)
    return next(iter(answer.read(Contacten).results), None)


async def _taken(http: Outbound, known: Kennis, contact: NieuwContact, answer: Answer) -> WireContact:
    """After a refusal: the contact that already has our kenmerk, or `Rejected`."""
    if answer.status == 400 and answer.read(Fout).about("referentienummer", "nummer"):
        found = await _find(http, known, contact, again=True)
        if found is not None:
            return found
    raise _refused(http, answer)


async def _already(http: Outbound, contact: NieuwContact, found: WireContact) -> Bevestiging:
    if not _equal(found, contact):
        raise KenmerkBezet(
            "Dit kenmerk is in het register al voor een ander contact gebruikt.", reden="kenmerk-bezet"
        )
    if contact.bsn and not found.hadBetrokkenen:  # an earlier attempt ended between the steps
        await _add_betrokkene(http, found.uuid, await _find_or_create_partij(http, contact.bsn))
    return Bevestiging(extern_id=found.uuid, al_aanwezig=True)


def _equal(found: WireContact, contact: NieuwContact) -> bool:
    return (
        found.onderwerp == onderwerp_of(contact)
        and (found.inhoud or "") == inhoud_of(contact)
        and found.kanaal == contact.kanaal
        and abs(found.moment - contact.plaatsgevonden_op) <= SAME_INSTANT
    )


async def _find_or_create_partij(http: Outbound, bsn: str) -> str:
    found = await partij_of(http, bsn, NO_HEADERS)
    if found is not None:
        return found
    answer = await http.post("/partijen", route="partijen", json=_partij(bsn))
    if answer.ok:
        return answer.read(Verwijzing).uuid
    if answer.status == 400:  # somebody was first: the combination is unique there
        found = await partij_of(http, bsn, NO_HEADERS)
        if found is not None:
            return found
    raise _refused(http, answer)


async def _add_betrokkene(http: Outbound, klantcontact: str, partij: str) -> None:
    body = _betrokkene(partij) | {"hadKlantcontact": {"uuid": klantcontact}}
    answer = await http.post("/betrokkenen", route="betrokkenen", json=body)
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


def onderwerp_of(contact: NieuwContact) -> str:
    """At most 200 characters, as the register stores it."""
    text = contact.onderwerp
    return text if len(text) <= MAX_ONDERWERP else text[: MAX_ONDERWERP - 1].rstrip() + "…"


def inhoud_of(contact: NieuwContact) -> str:
    """At most 1000 characters; a cut text says so and where the whole one is."""
    text = contact.inhoud
    return text if len(text) <= MAX_INHOUD else text[: MAX_INHOUD - len(INGEKORT)].rstrip() + INGEKORT


def _klantcontact(contact: NieuwContact, known: Kennis) -> dict[str, Any]:
    field = known.kenmerk_veld or "referentienummer"
    body = {
        field: contact.kenmerk,
        "kanaal": contact.kanaal,
        "onderwerp": onderwerp_of(contact),
        "inhoud": inhoud_of(contact),
        "indicatieContactGelukt": contact.gelukt,
        "taal": contact.taal,
        "vertrouwelijk": contact.vertrouwelijk,
        "plaatsgevondenOp": contact.plaatsgevonden_op.astimezone(UTC).isoformat(),
    }
    if field == "referentienummer":  # metadata came in the same version
        body["metadata"] = {"gesprek_id": str(contact.gesprek_id), "id": str(contact.id)}
    return body


def _folded(contact: NieuwContact, partij: str | None, known: Kennis) -> dict[str, Any]:
    body: dict[str, Any] = {"klantcontact": _klantcontact(contact, known)}
    return body | {"betrokkene": _betrokkene(partij)} if partij else body


def _betrokkene(partij: str) -> dict[str, Any]:
    return {
        "wasPartij": {"uuid": partij},
        "rol": "klant",
        "initiator": True,
        "organisatienaam": "",
        "contactnaam": None,
    }


def _partij(bsn: str) -> dict[str, Any]:
    """As KISS makes it; names are not copied from the BRP. The identificator goes along, so both come or neither."""
    empty = ("digitaleAdressen", "betrokkenen", "categorieRelaties", "vertegenwoordigden", "rekeningnummers")
    return {name: [] for name in empty} | {
        "voorkeursDigitaalAdres": None,
        "voorkeursRekeningnummer": None,
        "indicatieGeheimhouding": False,
        "indicatieActief": True,
        "soortPartij": "persoon",
        "partijIdentificatie": {"contactnaam": None},
        "partijIdentificatoren": [{"partijIdentificator": identificatie(bsn)}],
    }
