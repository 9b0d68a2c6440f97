"""Docs that fall behind mislead: settings, jobs, tables and decisions each have their place, checked here."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from app.db import TenantBase
from app.settings import Settings
from tests.conventions.tree import PROJECT, Source, dotted, sources, tracked

import app.models  # noqa: F401  isort: skip  (registers the tables)

DOCS = PROJECT / "docs"
ADR_PARTS = ("Context", "Decision", "Consequences", "Alternatives", "Test")


def missing(names: Iterable[str], text: str, sentence: str) -> Iterator[str]:
    """`sentence` for each name that does not stand in the text as a word between backquotes."""
    for name in sorted(names):
        if f"`{name}`" not in text:
            yield sentence.format(name)


def jobs(source: Source) -> Iterator[str]:
    """Names of the functions that `@job` turns into work for the worker."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            decorators = (item.func if isinstance(item, ast.Call) else item for item in node.decorator_list)
            if any(dotted(item).rpartition(".")[2] == "job" for item in decorators):
                yield node.name


def adr_faults(path: str, text: str) -> Iterator[str]:
    for part in ADR_PARTS:
        if not re.search(rf"^## {part}", text, re.M):
            yield f"{path} has no section “## {part}”: an ADR has {', '.join(ADR_PARTS)}."
    if not re.search(r"^## Decision\n+> ", text, re.M):
        yield f"{path}: the decision starts with one line that can be quoted (`> …`)."


def dead_links(path: Path, text: str) -> Iterator[str]:
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        file = target.split("#")[0]
        if file and "://" not in file and not file.startswith("mailto:") and not (path.parent / file).exists():
            yield f"{path.relative_to(PROJECT)} links to {target}, which is not there."


def dead_paths(path: str, text: str) -> Iterator[str]:
    """Places in the project that a text names between backquotes and that are gone; not what `make` builds, nor what
    an open line of an acceptance page still promises."""
    text = re.sub(r"(?m)^- \[ \] .*$", "", text)
    for name in sorted(set(re.findall(r"`((?:app|tenants|tests|docs|migrations)/[^`\s<]*)`", text))):
        exists = any(PROJECT.glob(name)) if "*" in name else (PROJECT / name).exists()
        if not exists and "/dist/" not in name:
            yield f"{path} names `{name}`, which is not there."


def _fail_on(found: Iterable[str]) -> None:
    sentences = list(found)
    assert not sentences, "\n" + "\n".join(sentences)


def test_every_setting_is_documented() -> None:
    names = {str(field.alias) for field in Settings.model_fields.values()}
    assert len(names) >= 15
    _fail_on(
        missing(
            names, (DOCS / "instellingen.md").read_text(), "The setting {} does not stand in docs/instellingen.md."
        )
    )


VARIABLE = re.compile(r"\b(?:KISS|OIDC|DATABASE|REDIS|SMTP)_[A-Z_]*[A-Z]\b")


def test_every_environment_variable_is_documented() -> None:
    """Also those that are read beside app/settings.py."""
    texts = (path.read_text() for path in tracked() if path.suffix in (".py", ".mjs") and "tests" not in path.parts)
    names = {name for text in texts for name in VARIABLE.findall(text) if not name.startswith("KISS_OEFEN")}
    text = (DOCS / "instellingen.md").read_text()
    _fail_on(missing(names, text, "The environment variable {} does not stand in docs/instellingen.md."))


def test_every_job_is_documented() -> None:
    names = {name for source in sources("app", "tenants") for name in jobs(source)}
    assert names, "No job found at all: the rule reads the wrong decorator."
    _fail_on(
        missing(names, (DOCS / "instellingen.md").read_text(), "The job {} does not stand in docs/instellingen.md.")
    )


def keys(registry: str) -> set[str]:
    """The keys that app/static/js/registry.js hands out."""
    return set(re.findall(r'toets: "([^"]+)"', registry))


def test_every_key_stands_in_the_manual() -> None:
    known = keys((PROJECT / "app/static/js/registry.js").read_text())
    manual = (DOCS / "handleiding/medewerker.md").read_text()
    absent = sorted(key for key in known if f"| {key} |" not in manual)
    assert len(known) >= 10
    assert not absent, f"docs/handleiding/medewerker.md does not explain the keys {absent}."


def test_the_glossary_knows_every_table() -> None:
    names = {table.name for table in TenantBase.metadata.tables.values()}
    _fail_on(missing(names, (DOCS / "glossary.md").read_text(), "The table {} does not stand in docs/glossary.md."))


def test_every_decision_is_listed_and_whole() -> None:
    listing = (DOCS / "decisions/README.md").read_text()
    records = sorted((DOCS / "decisions").glob("[0-9]*.md"))
    assert len(records) >= 4
    for record in records:
        assert f"({record.name})" in listing, f"docs/decisions/README.md does not link to {record.name}."
        _fail_on(adr_faults(record.name, record.read_text()))


def test_no_link_is_dead() -> None:
    _fail_on(
        sentence for path in tracked() if path.suffix == ".md" for sentence in dead_links(path, path.read_text())
    )


def test_no_named_place_is_gone() -> None:
    texts = {path: path.read_text() for path in tracked() if path.suffix == ".md" and path.name != "CHANGELOG.md"}
    _fail_on(s for path, text in texts.items() for s in dead_paths(path.relative_to(PROJECT).as_posix(), text))


def test_the_rules_bite() -> None:
    assert list(missing({"KISS_NEW"}, "KISS_NEW", "{}")) == ["KISS_NEW"]
    assert VARIABLE.findall('os.environ.get("KISS_NEW_ONE", "1")') == ["KISS_NEW_ONE"]
    assert not list(missing({"KISS_NEW"}, "| `KISS_NEW` |", "{}"))
    assert keys('{ id: "x", toets: "Alt Q", waar: "overal" }') == {"Alt Q"}
    code = "@job(queue='x')\nasync def relay(session): ...\n\n@app.jobs.job\nasync def sweep(session): ...\n"
    assert list(jobs(Source("app/x.py", code))) == ["relay", "sweep"]
    assert len(list(adr_faults("x.md", "# A title\n"))) == len(ADR_PARTS) + 1
    assert list(dead_links(DOCS / "x.md", "[see](nowhere.md)"))
    assert not list(dead_links(DOCS / "x.md", "[see](acceptance/3.md#look) [out](https://example.org)"))
    assert list(dead_paths("x.md", "see `tests/nowhere/test_x.py`"))
    assert list(dead_paths("x.md", "- [x] seen — `tests/nowhere/`"))
    assert not list(dead_paths("x.md", "- [ ] open — `tests/nowhere/`"))
    assert not list(dead_paths("x.md", "see `app/db.py`, `docs/decisions/0001-*.md` and `tests/conventions/`"))
