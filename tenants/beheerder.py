"""The first tenant admin of a municipality: invited by mail, at the address that its manifest names.

As long as nobody looks after the municipality there is one such invitation that works. An apply after it expired, or
with another address, makes a new one. Once there is an active tenant admin, people invite people.
"""

from __future__ import annotations

from sqlalchemy import Connection, insert, or_, select, update

from app.audit.models import Auditregel
from app.auth.models import Lidmaatschap, Rol
from app.ids import new_id
from app.klok import now
from app.mail import service as mail
from app.mail.models import Mail, MailState
from app.mail.opstellen import Soort
from app.uitnodigingen import service as uitnodigen
from app.uitnodigingen.models import Uitnodiging, UitnodigingState
from tenants.admin import acting_as, execute
from tenants.context import Tenant
from tenants.manifest import Manifest

INVITES = "De beheerder van het platform"


def ensure(connection: Connection, tenant: Tenant, manifest: Manifest) -> list[str]:
    """Invite the admin of the manifest when nobody is, or is on the way. Returns what it did, without the address."""
    if manifest.beheerder is None:
        return []
    with acting_as(connection, tenant.owner_role, tenant.schema):
        if _is_looked_after(connection, tenant, manifest.beheerder.email):
            return []
        _withdraw(connection, tenant, manifest.beheerder.email)
        _invite(connection, tenant, manifest.beheerder.email)
    return ["beheerder uitgenodigd"]


def _is_looked_after(connection: Connection, tenant: Tenant, email: str) -> bool:
    admins = select(Lidmaatschap.id).where(Lidmaatschap.actief, Lidmaatschap.rollen.contains([Rol.TENANT_ADMIN]))
    on_the_way = select(Uitnodiging.id).where(
        Uitnodiging.state == UitnodigingState.OPEN,
        Uitnodiging.email == email,
        Uitnodiging.verloopt_op > now(),
        Uitnodiging.rollen.contains([Rol.TENANT_ADMIN]),
    )
    return any(execute(connection, tenant, asked.limit(1)).first() for asked in (admins, on_the_way))


def _withdraw(connection: Connection, tenant: Tenant, email: str) -> None:
    """Earlier ones of a manifest, and whatever stands open for this address: there is one at a time."""
    earlier = or_(Uitnodiging.door.is_(None), Uitnodiging.email == email)
    gone = (
        update(Uitnodiging)
        .where(Uitnodiging.state == UitnodigingState.OPEN, earlier)
        .values(state=UitnodigingState.INGETROKKEN, afgehandeld_op=now())
        .returning(Uitnodiging.mail_id)
    )
    mails = [row.mail_id for row in execute(connection, tenant, gone) if row.mail_id]
    unsent = Mail.id.in_(mails) & Mail.state.in_((MailState.KLAAR, MailState.ONDERWEG))
    execute(connection, tenant, update(Mail).where(unsent).values(state=MailState.VERVALLEN, inhoud=None))


def _invite(connection: Connection, tenant: Tenant, email: str) -> None:
    """The scheduler finds the mail: a command rings no bell."""
    values, token = uitnodigen.columns(tenant, email, [Rol.TENANT_ADMIN.value], door=None)
    text = uitnodigen.words(tenant, values, token, uitnodiger=INVITES)
    letter = mail.columns(tenant, Soort.UITNODIGING, email, text, verloopt_op=values["verloopt_op"])
    execute(connection, tenant, insert(Mail).values(**letter))
    execute(connection, tenant, insert(Uitnodiging).values(**values, mail_id=letter["id"]))
    line = {
        "id": new_id(),
        "moment": now(),
        "handeling": "uitnodiging.verstuurd",
        "object_soort": "uitnodiging",
        "object_id": str(values["id"]),
        "gegevens": {"rollen": values["rollen"]},
    }
    execute(connection, tenant, insert(Auditregel).values(**line))
