"""What an administrator does by hand in the realm of the running product, and what the product then knows."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tenants.identity.people import keycloak_id
from tests.identity.realm import Realm, sql_value
from tests.stack import Stack
from tests.tenants.support import environment


class KissRealm(Realm):
    """The realm that `kiss demo --identity keycloak` made."""

    def __init__(self, stack: Stack) -> None:
        self.stack = stack
        self.settings = self.settings_of(stack.child_environment())

    def id_of(self, slug: str, gebruikersnaam: str) -> str:
        with environment(**self.settings):
            return keycloak_id(slug, gebruikersnaam)

    def end_sessions(self, slug: str, gebruikersnaam: str) -> None:
        """The button "sign out" of the console."""
        self.ask(lambda admin: admin.a_user_logout(self.id_of(slug, gebruikersnaam)))

    @contextmanager
    def disabled(self, slug: str, gebruikersnaam: str) -> Iterator[None]:
        who = self.id_of(slug, gebruikersnaam)
        self.ask(lambda admin: admin.a_update_user(who, {"enabled": False}))
        yield
        self.ask(lambda admin: admin.a_update_user(who, {"enabled": True}))

    @contextmanager
    def also_in(self, organisation: str, *, of: str, gebruikersnaam: str) -> Iterator[None]:
        who, where = self.id_of(of, gebruikersnaam), self._organisation(organisation)["id"]
        self.ask(lambda admin: admin.a_organization_user_add(who, where))
        yield
        self.ask(lambda admin: admin.a_organization_user_remove(who, where))

    @contextmanager
    def organisation_off(self, alias: str) -> Iterator[None]:
        found = self._organisation(alias)
        self.ask(lambda admin: admin.a_update_organization(found["id"], {**found, "enabled": False}))
        yield
        self.ask(lambda admin: admin.a_update_organization(found["id"], {**found, "enabled": True}))

    # --- what the product knows -----------------------------------------------------------------------------------

    def sessions(self, gebruikersnaam: str) -> int:
        return int(self._of_sessions("count(*)", gebruikersnaam))

    def level(self, gebruikersnaam: str) -> str:
        return str(self._of_sessions("max(s.niveau)", gebruikersnaam))

    def forget_proof(self, gebruikersnaam: str) -> None:
        """As if a quarter of an hour went by."""
        theirs = f"SELECT id FROM t_deventer.lidmaatschap WHERE gebruikersnaam = '{gebruikersnaam}'"  # noqa: S608
        past = "UPDATE t_deventer.sessie SET bevestigd_tot = now() - interval '1 hour' WHERE lidmaatschap_id IN "
        self.stack.sql(f"{past} ({theirs})")

    def _of_sessions(self, what: str, gebruikersnaam: str) -> Any:
        return sql_value(
            self.stack,
            f"SELECT {what} FROM t_deventer.sessie s JOIN t_deventer.lidmaatschap l ON l.id = s.lidmaatschap_id"  # noqa: S608
            f" WHERE l.gebruikersnaam = '{gebruikersnaam}'",
        )

    def _organisation(self, alias: str) -> dict[str, Any]:
        async def find(admin: Any) -> dict[str, Any]:
            known = next(one["id"] for one in await admin.a_get_organizations() if one["alias"] == alias)
            found: dict[str, Any] = await admin.a_get_organization(known)
            return found

        return self.ask(find)
