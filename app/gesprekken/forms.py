"""What a person may submit about a gesprek. Messages in plain Dutch, at the field."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from app.errors import BadInput
from app.gesprekken.concept import NOTITIE_MAX, ONDERWERP_MAX
from app.gesprekken.models import Vraag
from app.ids import new_id

LEEG = {
    "onderwerp": "Zeg in een paar woorden waar het over ging.",
    "kanaal": "Kies een kanaal.",
    "gespreksresultaat": "Kies een resultaat.",
}


@dataclass(frozen=True, slots=True)
class Veld:
    """One field of the form as it goes back to the page: what was typed and what is wrong with it."""

    waarde: str
    fout: str | None = None


@dataclass(slots=True)
class Afronding:
    """The wrap-up of a whole gesprek: per vraag onderwerp, kanaal, gespreksresultaat, and the note.

    `velden[vraag_id][name]`; `sleutel` is the idempotency key of this save.
    """

    sleutel: UUID
    velden: dict[UUID, dict[str, Veld]] = field(default_factory=dict)

    @property
    def fouten(self) -> list[tuple[UUID, str, str]]:
        """(vraag, field, sentence) for every field that is wrong."""
        return [
            (vraag, naam, veld.fout)
            for vraag, velden in self.velden.items()
            for naam, veld in velden.items()
            if veld.fout
        ]


def field_name(vraag: Vraag, naam: str) -> str:
    """Name of the form field: `onderwerp-1` for the first vraag."""
    return f"{naam}-{vraag.volgnummer}"


def blank(vragen: Sequence[Vraag], stored: Mapping[UUID, Mapping[str, str]]) -> Afronding:
    """The form as it opens: what the draft already holds, nothing marked wrong."""
    velden = {vraag.id: {naam: Veld(stored[vraag.id][naam]) for naam in LEEG} for vraag in vragen}
    return Afronding(new_id(), velden)


def parse(form: Mapping[str, str], vragen: Sequence[Vraag], *, keuzes: Mapping[str, set[str]]) -> Afronding:
    """Check a submitted wrap-up. All errors at once, each at its field.

    `keuzes` names the allowed values of kanaal and gespreksresultaat. Raises `BadInput` when the key is no UUID.
    """
    try:
        sleutel = UUID(form.get("sleutel", ""))
    except ValueError as error:
        raise BadInput("Deze pagina is niet compleet. Laad haar opnieuw; uw tekst is bewaard.") from error
    velden = {vraag.id: _vraag(form, vraag, keuzes) for vraag in vragen}
    return Afronding(sleutel, velden)


def _vraag(form: Mapping[str, str], vraag: Vraag, keuzes: Mapping[str, set[str]]) -> dict[str, Veld]:
    checked = {}
    for naam, leeg in LEEG.items():
        waarde = form.get(field_name(vraag, naam), "").strip()
        checked[naam] = Veld(waarde, _fout(naam, waarde, leeg, keuzes))
    notitie = form.get(field_name(vraag, "notitie"))
    if notitie is not None:
        notitie = notitie.replace("\r\n", "\n")  # how forms send a new line
        checked["notitie"] = Veld(notitie, _te_lang(notitie, NOTITIE_MAX))
    return checked


def _fout(naam: str, waarde: str, leeg: str, keuzes: Mapping[str, set[str]]) -> str | None:
    if not waarde:
        return leeg
    if "\x00" in waarde:
        return "Hier staat een teken dat we niet kunnen bewaren."
    if naam in keuzes:
        return None if waarde in keuzes[naam] else "Deze keuze staat niet meer in de lijst. Kies een andere."
    return _te_lang(waarde, ONDERWERP_MAX)


def _te_lang(waarde: str, limit: int) -> str | None:
    if "\x00" in waarde:
        return "Hier staat een teken dat we niet kunnen bewaren."
    return f"Nog {len(waarde) - limit} tekens te lang." if len(waarde) > limit else None
