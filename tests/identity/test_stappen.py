"""The step at the sign-in service of `kiss tenants create` and `remove`, on a real Keycloak, also killed half way."""

from __future__ import annotations

import json
from collections.abc import Callable

from keycloak import KeycloakAdmin

from tests.identity.realm import Realm
from tests.tenants.killed import Kill, forge
from tests.tenants.support import environment

SLUG = "levensstad"


def clients(realm: Realm) -> list[str]:
    async def look(admin: KeycloakAdmin) -> list[str]:
        return [one["clientId"] for one in await admin.a_get_clients()]

    return [name for name in realm.ask(look) if SLUG in name]


def test_made_and_removed_at_the_sign_in_service(realm: Realm, count: Callable[[str, int], None]) -> None:
    realm.run()
    with environment(**realm.settings), forge() as kiss:
        # Killed after the client was made and before the organization: both are there after the second run, once.
        kill = Kill("tenants.identity.wanted:organisation", 1, after=False)
        assert kiss("tenants", "create", SLUG, kill=kill).killed
        made = kiss("tenants", "create", SLUG, "--json")
        assert made.exit == 0, made
        states = {one["stap"]: one for one in made.json["stappen"]}
        assert states["aanmelddienst"]["state"] == "klaar"
        assert f"organisatie {SLUG} gemaakt" in states["aanmelddienst"]["gewijzigd"]
        assert clients(realm) == [f"kiss-{SLUG}"]
        again = kiss("tenants", "create", SLUG, "--json")
        assert [one["stap"] for one in again.json["stappen"] if one["nu"]] == ["uitnodiging"], "what was left out"
        folder = str(realm.manifests.parent / "exports")
        words = ("tenants", "remove", SLUG, "--bevestig", SLUG, "--naar", folder, "--json")
        assert kiss(*words, kill=Kill("tenants.stappen:_one", 3)).killed
        gone = kiss(*words)
        assert gone.exit == 0, gone
        assert clients(realm) == []
        count("kills at the sign-in service", 2)
        assert json.loads(gone.out)["klaar"]
