"""Bring the sign-in service to what the manifests say: make, repair, remove, or only look. Twice does no harm."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any, Final

from tenants.context import OPERATORS
from tenants.identity import flow, wanted
from tenants.identity.difference import differences
from tenants.identity.people import keycloak_id
from tenants.identity.port import Directory, Document, Kind
from tenants.ledger import KanNiet
from tenants.manifest import Manifest

PLATFORM: Final = "platform"


@dataclass(slots=True)
class Report:
    """What was done for the platform or one municipality, or with `check` what there is to do. Empty: all is well."""

    naam: str
    changed: list[str] = field(default_factory=list)
    fout: str | None = None

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


class Provisioning:
    """One run. With `check` nothing is written."""

    def __init__(self, directory: Directory, *, check: bool = False) -> None:
        self.directory = directory
        self.check = check
        self.has_realm = True  # with `check` it may not be there, and then nothing is

    async def everything(self, manifests: list[Manifest]) -> list[Report]:
        """The platform first; without it nothing of a municipality can be made. A municipality that fails is told,
        and the others go on."""
        reports = [await self._told(PLATFORM, self._platform)]
        if reports[0].fout is None and self.has_realm:
            for manifest in manifests:
                reports.append(await self._told(manifest.slug, lambda changed, m=manifest: self._of(m, changed)))
        return reports

    async def without(self, slug: str) -> Report:
        """Take away what only this municipality has: client, organization, identity provider, invented people."""
        return await self._told(slug, lambda changed: self._remove(slug, changed))

    async def _told(self, naam: str, work: Any) -> Report:
        report = Report(naam)
        try:
            await work(report.changed)
        except KanNiet as error:
            report.fout = str(error)
        return report

    async def _platform(self, changed: list[str]) -> None:
        realm = wanted.realm()
        exists = await self._ensure(Kind.REALM, realm["realm"], realm, changed)
        self.has_realm = exists or not self.check
        if not self.has_realm:
            return
        await self._ensure(Kind.ROLE, wanted.ROLE["name"], wanted.ROLE, changed)
        await self._ensure(Kind.FLOW, flow.NAME, flow.document(), changed)
        await self._ensure(Kind.REALM, realm["realm"], {"browserFlow": flow.NAME}, changed)
        await self._ensure(Kind.ORGANISATION, OPERATORS, wanted.organisation_of_operators(), changed)
        await self._people(OPERATORS, wanted.operators(), changed)

    async def _of(self, manifest: Manifest, changed: list[str]) -> None:
        client = wanted.client_id(manifest.slug)
        await self._ensure(Kind.CLIENT, client, wanted.client(manifest), changed)
        await self._ensure(Kind.ORGANISATION, manifest.slug, wanted.organisation(manifest), changed)
        await self._source(manifest, changed)
        await self._people(manifest.slug, wanted.people(manifest), changed)

    async def _source(self, manifest: Manifest, changed: list[str]) -> None:
        source = wanted.source(manifest)
        if source is None:
            await self._remove_source(manifest.slug, changed)
            return
        told = await self.directory.endpoints(source.issuer)
        document = {**source.document, "config": {**told, **source.document["config"]}}
        await self._ensure(Kind.SOURCE, manifest.slug, document, changed)
        if manifest.slug not in await self.directory.sources(manifest.slug):
            if not self.check:
                await self.directory.link(manifest.slug, manifest.slug)
            self._say(changed, f"bron {manifest.slug} bij haar organisatie", missing=True)

    async def _people(self, organisation: str, people: list[Document], changed: list[str]) -> None:
        members = {one["id"] for one in await self.directory.members(organisation)} if people else set()
        for person in people:
            await self._ensure(Kind.PERSON, person["username"], person, changed)
            if person["id"] not in members:
                if not self.check:
                    await self.directory.join(organisation, person["username"])
                self._say(changed, f"{person['username']} in organisatie {organisation}", missing=True)

    async def _ensure(self, kind: Kind, name: str, document: Document, changed: list[str]) -> bool:
        """Whether it was there already."""
        found = await self.directory.find(kind, name)
        if found is None:
            if not self.check:
                await self.directory.add(kind, document)
            self._say(changed, f"{kind} {name}", missing=True)
            return False
        if odd := differences(document, found):
            if not self.check:
                await self.directory.change(kind, found, document)
            self._say(changed, f"{kind} {name}", odd=odd)
        return True

    async def _remove(self, slug: str, changed: list[str]) -> None:
        for member in await self.directory.members(slug):
            if member["id"] == keycloak_id(slug, member["username"]):  # one that we invented; others are people
                await self._take_away(Kind.PERSON, member["username"], changed)
        await self._remove_source(slug, changed)
        await self._take_away(Kind.ORGANISATION, slug, changed)
        await self._take_away(Kind.CLIENT, wanted.client_id(slug), changed)

    async def _remove_source(self, slug: str, changed: list[str]) -> None:
        if slug in await self.directory.sources(slug):
            await self._take_away(Kind.SOURCE, slug, changed)

    async def _take_away(self, kind: Kind, name: str, changed: list[str]) -> None:
        found = await self.directory.find(kind, name)
        if found is not None:
            if not self.check:
                await self.directory.remove(kind, found)
            changed.append(f"{kind} {name} {'hoort weg' if self.check else 'weggehaald'}")

    def _say(self, changed: list[str], what: str, *, missing: bool = False, odd: list[str] | None = None) -> None:
        if missing:
            changed.append(f"{what} {'ontbreekt' if self.check else 'gemaakt'}")
        elif odd:
            changed.append(f"{what} {'wijkt af' if self.check else 'hersteld'}: {', '.join(odd)}")
