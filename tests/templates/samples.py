"""Every page in every state that people meet, as the handlers would give it to its template.

What stands between a row and a page (`app.*.pagina`) makes these contexts too; only reading the rows is left out.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from uuid import UUID

from app.auth.medewerker import Medewerker
from app.paginas import names
from app.weergave import environment
from tenants.context import Tenant
from tests.templates.people import DEVENTER, an_id

Fragment = tuple[str, dict[str, Any]]  # template, context


@dataclass(frozen=True)
class Sample:
    """One page in one state. `panels`: what its own requests get, by the end of the address; None never answers."""

    name: str
    template: str
    context: dict[str, Any]
    pad: str = "/"
    medewerker: Medewerker | None = None
    tenant: Tenant | None = DEVENTER
    panels: dict[str, Fragment | None] = field(default_factory=dict)
    zoek: str = ""  # typed in the one box after the page has opened; the answer is a panel
    typ: str = ""  # typed in the note, which saves itself
    bewaard: tuple[int, dict[str, Any]] | None = None  # what that save is answered: status and body
    klik: str = ""  # selector of what is pressed after that
    files: dict[str, str] = field(default_factory=dict)  # stylesheets of its own, by address

    @property
    def gesprek_id(self) -> UUID:
        """Each sample has a gesprek of its own, so that its panels have addresses of their own."""
        return an_id(self.name)

    def html(self) -> str:
        return _rendered(self, self.template, self.context)

    def fragments(self) -> Iterator[tuple[str, str]]:
        """Address of each panel with its HTML."""
        for end, fragment in self.panels.items():
            if fragment:
                yield f"/gesprekken/{self.gesprek_id}/{end}", _rendered(self, *fragment)


@cache
def _engine() -> Any:
    return environment()


def _rendered(sample: Sample, template: str, context: dict[str, Any]) -> str:
    always = {}
    if sample.tenant:
        always = names(sample.tenant, sample.medewerker, pad=sample.pad, oefenomgeving="http://127.0.0.1:1/")
    made: str = _engine().get_template(template).render(always | context)
    return made


@cache
def all_samples() -> tuple[Sample, ...]:
    from tests.templates import (
        codelijsten,
        galerij,
        gesprekken,
        logboek,
        losse_paginas,
        medewerkers,
        openingstijden,
        sessies,
        uiterlijk,
    )  # all build on Sample

    pages = (losse_paginas, sessies, gesprekken, logboek, medewerkers, galerij)
    chosen = (uiterlijk, codelijsten, openingstijden)
    return tuple(sample for part in (*pages, *chosen) for sample in part.samples())
