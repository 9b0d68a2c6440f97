"""Contacts of one person, with the fewest calls this version of the register allows."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from app.connectors.klantinteracties.kennis import kennis
from app.connectors.klantinteracties.wire import Betrokkenen, Contacten, Fout, Verwijzingen, WireContact
from app.connectors.ports import Contact, Misconfigured
from app.http import Answer, Outbound

KLANTCONTACTEN = "/klantcontacten"
MOST = 100
ONE_BY_ONE = 50  # without the filter of 2.18 each contact is a call: the newest of these fit in a page's deadline


def unusable(http: Outbound, answer: Answer) -> Misconfigured:
    return Misconfigured(f"{http.naam}: op dit adres antwoordt geen Klantinteracties API.", reden=str(answer.status))


def unknown_parameter(answer: Answer) -> bool:
    return answer.status == 400 and answer.read(Fout).code in ("unknown-parameters", "unknown-parameter")


async def contacten_van(http: Outbound, bsn: str, headers: dict[str, str]) -> Sequence[Contact]:
    known = kennis(http.key)
    found: list[WireContact] | None = None
    if known.zoekt_op_identificator is not False:
        found = await _in_one_call(http, bsn, headers)
        known.zoekt_op_identificator = found is not None
    if found is None:
        found = await _by_partij(http, bsn, headers)
    newest_first = sorted({one.uuid: one for one in found}.values(), key=lambda one: one.moment, reverse=True)
    return [one.contact() for one in newest_first[:MOST]]


async def _in_one_call(http: Outbound, bsn: str, headers: dict[str, str]) -> list[WireContact] | None:
    """None when this version does not know the filter."""
    answer = await http.get(
        KLANTCONTACTEN,
        route="klantcontacten?identificator",
        params={
            "hadBetrokkene__wasPartij__partijIdentificator__codeSoortObjectId": "bsn",
            "hadBetrokkene__wasPartij__partijIdentificator__objectId": bsn,
            "pageSize": str(MOST),
        },
        headers=headers,
    )
    if unknown_parameter(answer):
        return None
    if not answer.ok:
        raise unusable(http, answer)
    return answer.read(Contacten).results


async def _by_partij(http: Outbound, bsn: str, headers: dict[str, str]) -> list[WireContact]:
    partij = await partij_of(http, bsn, headers)
    if partij is None:
        return []
    answer = await http.get(
        "/betrokkenen",
        route="betrokkenen?partij",
        params={"wasPartij__uuid": partij, "pageSize": str(MOST)},
        headers=headers,
    )
    if not answer.ok:
        raise unusable(http, answer)
    rows = answer.read(Betrokkenen).results
    ids = list(dict.fromkeys(row.hadKlantcontact.uuid for row in rows if row.hadKlantcontact))[:ONE_BY_ONE]
    found = await asyncio.gather(*(_one(http, uuid, headers) for uuid in ids))
    return [one for one in found if one is not None]


async def _one(http: Outbound, uuid: str, headers: dict[str, str]) -> WireContact | None:
    answer = await http.get(f"{KLANTCONTACTEN}/{uuid}", route="klantcontacten/{uuid}", headers=headers)
    return answer.read(WireContact) if answer.ok else None  # gone between the two calls


async def partij_of(http: Outbound, bsn: str, headers: dict[str, str]) -> str | None:
    """The uuid of the partij with this BSN; unique in the register."""
    answer = await http.get(
        "/partijen",
        route="partijen?identificator",
        params={"partijIdentificator__codeSoortObjectId": "bsn", "partijIdentificator__objectId": bsn},
        headers=headers,
    )
    if not answer.ok:
        raise unusable(http, answer)
    return next((one.uuid for one in answer.read(Verwijzingen).results), None)
