"""Haal Centraal BRP Personen 2 behind the municipality's own gateway (standards.md section 8). Offers `Personen`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NoReturn, TypeVar, cast

from app.connectors.base import Connector, Instance, trace_headers
from app.connectors.haal_centraal_brp.mapping import persoon
from app.connectors.haal_centraal_brp.settings import BrpSettings, Zoektype
from app.connectors.haal_centraal_brp.wire import Fout, Gevonden
from app.connectors.ports import (
    Aanroep,
    Misconfigured,
    OpBsn,
    OpNaamEnGeboortedatum,
    Personen,
    Persoon,
    PersoonVraag,
    Rejected,
    TooMany,
)
from app.http import Answer

P = TypeVar("P")

PERSONEN = "/personen"
# Their parameter → our field. A list index behind the name is cut off first.
FIELDS = {"burgerservicenummer": "bsn", "huisnummertoevoeging": "toevoeging"}
ZIN = {
    "bsn": "Dit BSN klopt niet.",
    "geslachtsnaam": "Deze naam klopt niet. Voor een sterretje staan ten minste 3 letters.",
    "geboortedatum": "Deze geboortedatum klopt niet.",
    "postcode": "Deze postcode klopt niet.",
    "huisnummer": "Dit huisnummer klopt niet.",
    "huisletter": "Een huisletter is één letter.",
    "toevoeging": "Een toevoeging heeft hoogstens 4 letters of cijfers.",
}


class HaalCentraalBrp(Connector[BrpSettings]):
    kind = "haal-centraal-brp"
    title = "BRP (Haal Centraal)"
    offers = frozenset({Personen})
    settings_type = BrpSettings

    def port(self, port: type[P]) -> P:
        return cast(P, BrpPersonen(self.instance, self.settings))

    async def check(self) -> None:
        """Asks for nobody: a question without fields. The register refusing exactly that proves address and key."""
        await BrpPersonen(self.instance, self.settings).prove()


class BrpPersonen:
    """The port. Every question is a POST without effect, so it may be repeated."""

    def __init__(self, instance: Instance, settings: BrpSettings) -> None:
        self._settings = settings
        key = {settings.sleutel_header: settings.sleutel.get_secret_value()} if settings.sleutel else {}
        self._http = instance.outbound(settings, key)

    async def zoek(self, vraag: PersoonVraag, aanroep: Aanroep) -> Sequence[Persoon]:
        return await self._ask(vraag, aanroep)

    async def lees(self, bsn: str, aanroep: Aanroep) -> Persoon | None:
        found = await self._ask(OpBsn(bsn), aanroep)
        return next((one for one in found if one.bsn == bsn), None)

    async def prove(self) -> None:
        answer = await self._http.post(
            PERSONEN,
            route="brp.controle",
            json={"type": "RaadpleegMetBurgerservicenummer"},
            headers=self._settings.doel_headers.get("identificeren"),
            safe_to_repeat=True,
        )
        if answer.status != 400:
            raise Misconfigured(f"{self._http.naam}: op dit adres antwoordt geen BRP.", reden=str(answer.status))
        answer.read(Fout)

    async def _ask(self, vraag: PersoonVraag, aanroep: Aanroep) -> list[Persoon]:
        zoektype, question = _question(vraag)
        reading = isinstance(vraag, OpBsn)
        body: dict[str, Any] = {"type": zoektype} | question
        body |= {"fields": self._settings.fields(aanroep.doel, reading=reading)}
        if self._settings.gemeente:
            body["gemeenteVanInschrijving"] = self._settings.gemeente
        if self._settings.met_overledenen and not reading:
            body["inclusiefOverledenPersonen"] = True
        answer = await self._http.post(
            PERSONEN,
            route=f"brp.{zoektype}",
            json=body,
            headers=self._headers(zoektype, aanroep),
            safe_to_repeat=True,
        )
        if not answer.ok:
            self._refuse(answer)
        try:
            return [persoon(one) for one in answer.read(Gevonden).personen]
        except ValueError:
            raise answer.unreadable("datum") from None

    def _headers(self, zoektype: Zoektype, aanroep: Aanroep) -> dict[str, str]:
        headers = trace_headers(aanroep) | self._settings.doel_headers.get(aanroep.doel, {})
        if self._settings.gebruiker_header:
            headers[self._settings.gebruiker_header] = aanroep.gebruiker
        return headers | self._settings.zoek_headers.get(zoektype, {})

    def _refuse(self, answer: Answer) -> NoReturn:
        """A 4xx in our words: what the user typed by field, what we asked wrongly to the administrator."""
        if answer.status != 400:
            raise Misconfigured(f"{self._http.naam}: op dit adres antwoordt geen BRP.", reden=str(answer.status))
        fout = answer.read(Fout)
        if fout.code == "tooManyResults":
            raise TooMany("Er zijn te veel mensen gevonden. Vul meer in.", reden=fout.code)
        names = [param.name.partition("[")[0].partition(".")[0] for param in fout.invalidParams]
        velden = {field: ZIN[field] for field in (FIELDS.get(name, name) for name in names) if field in ZIN}
        if not velden:
            raise Misconfigured(f"{self._http.naam} accepteert de ingestelde velden niet.", reden=fout.code or "400")
        raise Rejected("De BRP kan met deze gegevens niet zoeken.", reden=fout.code, velden=velden)


def _question(vraag: PersoonVraag) -> tuple[Zoektype, dict[str, Any]]:
    if isinstance(vraag, OpBsn):
        return "RaadpleegMetBurgerservicenummer", {"burgerservicenummer": [vraag.bsn]}
    if isinstance(vraag, OpNaamEnGeboortedatum):
        return "ZoekMetGeslachtsnaamEnGeboortedatum", {
            "geslachtsnaam": vraag.geslachtsnaam,
            "geboortedatum": vraag.geboortedatum.isoformat(),
        }
    optional = {"huisletter": vraag.huisletter, "huisnummertoevoeging": vraag.toevoeging}
    return "ZoekMetPostcodeEnHuisnummer", {
        "postcode": vraag.postcode,
        "huisnummer": vraag.huisnummer,
    } | {name: value for name, value in optional.items() if value}
