"""What the pages about medewerkers get: people, invitations and roles in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from app import klok
from app.auth.models import Lidmaatschap, Rol
from app.auth.rights import ROL_NAMEN
from app.mail.models import Mail, MailState
from app.medewerkers.forms import Invitation
from app.medewerkers.queries import MOST
from app.medewerkers.service import stand_of
from app.uitnodigingen.models import Uitnodiging
from app.uitnodigingen.service import role_names
from app.weergave import moment

UITLEG: Final[Mapping[str, str]] = {
    Rol.AGENT: "Voert gesprekken, zoekt inwoners op en legt contacten vast.",
    Rol.SPECIALIST: "Werkt bij een vakafdeling.",
    Rol.EDITOR: "Schrijft voor collega's.",
    Rol.KENNISLEZER: "Leest, en ziet geen inwoners.",
    Rol.TEAMLEIDER: "Leidt een team van het klantcontactcentrum.",
    Rol.TENANT_ADMIN: "Nodigt collega's uit, verandert rollen en let op de afleveringen.",
    Rol.PRIVACY_OFFICER: "Ziet in het logboek wie wat bekeek en veranderde.",
}
# What just happened, by the code in the address; a name goes in where the page knows one.
GEBEURD: Final[Mapping[str, str]] = {
    "uitgenodigd": "De uitnodiging is klaargezet. De mail vertrekt zo.",
    "opnieuw": "Er vertrekt een nieuwe mail. De vorige link werkt niet meer.",
    "ingetrokken": "De uitnodiging is ingetrokken. De link werkt niet meer.",
    "rollen": "De rollen zijn veranderd.",
    "gestopt": "De toegang is gestopt. Wie nog aangemeld was, is dat niet meer.",
    "hersteld": "De toegang staat weer aan.",
}


def listing(
    members: Sequence[Lidmaatschap],
    uitnodigingen: Sequence[Uitnodiging],
    *,
    zoek: str = "",
    typed: Invitation | None = None,
    gebeurd: str = "",
) -> dict[str, Any]:
    """The page with everybody, the open invitations, and the form for another one."""
    typed = typed or Invitation()
    return {
        "zoek": zoek,
        "medewerkers": [_member(one) for one in members[:MOST]],
        "meer": len(members) > MOST,
        "uitnodigingen": [_invited(one, klok.now()) for one in uitnodigingen],
        "getypt": typed.getypt,
        "fouten": typed.fouten,
        "rollen": roles(typed.rollen),
        "gebeurd": GEBEURD.get(gebeurd, ""),
    }


def detail(
    lidmaatschap: Lidmaatschap,
    *,
    zelf: bool,
    fouten: Mapping[str, str] | None = None,
    gekozen: Sequence[str] | None = None,
    gebeurd: str = "",
) -> dict[str, Any]:
    """The page about one person. `gekozen`: the boxes as they were ticked, when that was refused."""
    return {
        "persoon": _member(lidmaatschap),
        "gezien": stand_of(lidmaatschap),
        "sinds": lidmaatschap.aangemaakt_op,
        "zelf": zelf,
        "rollen": roles(lidmaatschap.rollen if gekozen is None else gekozen),
        "fouten": fouten or {},
        "gebeurd": GEBEURD.get(gebeurd, ""),
    }


def roles(chosen: Sequence[str]) -> list[dict[str, Any]]:
    """Every role with its name, what it is for, and whether its box is ticked."""
    return [
        {"code": rol, "naam": naam, "uitleg": UITLEG[rol], "gekozen": rol in chosen}
        for rol, naam in ROL_NAMEN.items()
    ]


def _member(one: Lidmaatschap) -> dict[str, Any]:
    return {
        "id": str(one.id),
        "naam": one.naam,
        "email": one.email,
        "rollen": role_names(one.rollen),
        "actief": one.actief,
        "laatst": one.laatst_ingelogd_op,
    }


def _invited(one: Uitnodiging, now: datetime) -> dict[str, Any]:
    return {
        "id": str(one.id),
        "email": one.email,
        "rollen": role_names(one.rollen),
        "geldig_tot": one.verloopt_op,
        "verlopen": one.is_expired(now),
        "mail": _mail_in_words(one.mail),
        "mislukt": one.mail is not None and (one.mail.state == MailState.NIET_VERZONDEN or bool(one.mail.fout_zin)),
    }


def _mail_in_words(mail: Mail | None) -> str:
    """Where the mail of an invitation is; None: it was sent so long ago that it was forgotten."""
    if mail is None or mail.state == MailState.VERZONDEN:
        return f"Verstuurd {moment(mail.verzonden_op)}" if mail and mail.verzonden_op else "Verstuurd"
    if mail.state == MailState.NIET_VERZONDEN:
        return f"Niet verstuurd. {mail.fout_zin or ''}".strip()
    if mail.fout_zin:
        return f"Nog niet verstuurd. {mail.fout_zin} We proberen het {moment(mail.volgende_poging_op)} weer."
    return "Wordt verstuurd"
