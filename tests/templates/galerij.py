"""The sample of the gallery, with the stylesheet that it asks for."""

from __future__ import annotations

from collections.abc import Iterator

from app.galerij import pagina
from app.galerij.stijl import stylesheet
from app.uiterlijk.blik import theme
from tests.templates.people import DEVENTER, SANNE
from tests.templates.samples import Sample


def samples() -> Iterator[Sample]:
    yield sample()


def sample(breedte: int | None = None) -> Sample:
    """The page as it opens, or as it acts on a window of `breedte`."""
    context = pagina.context(DEVENTER, [DEVENTER], breedte=breedte, gemeente="")
    name = f"galerij-{breedte}" if breedte else "galerij"
    style = stylesheet(theme(DEVENTER.kleur).css, breedte)
    return Sample(
        name, "galerij/index.html", context, pad=pagina.PATH, medewerker=SANNE, files={context["stijl_url"]: style}
    )
