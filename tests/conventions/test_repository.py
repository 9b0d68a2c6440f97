"""What stands at the top of the project, and what may never stand in it."""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import yaml

from tests.conventions.tree import PROJECT, tracked

TOP = set(
    ".ci .gitignore .npmrc CHANGELOG.md CONTRIBUTING.md LICENSE Makefile README.md SECURITY.md STYLE.md app docs "
    "helm infra locks migrations package-lock.json package.json publiccode.yml pyproject.toml tenants tests".split()
)
# Written in pieces, so that this file does not hold what it forbids.
REGISTRIES = tuple(
    ".".join(words.split())
    for words in (
        "pypi org", "pythonhosted org", "registry npmjs", "npmjs com", "registry yarnpkg", "npmmirror com",
        "repo1 maven", "repo maven", "conda anaconda", "crates io", "rubygems org", "proxy golang", "docker io",
        "ghcr io", "quay io", "deb debian", "jsdelivr net", "unpkg com", "cdnjs cloudflare",
    )
)  # fmt: skip
MIRROR_SETTINGS = ("PIP_INDEX_URL", "PIP_EXTRA_INDEX_URL", "UV_INDEX_URL", "UV_DEFAULT_INDEX", "npm_config_registry")


def names_a_registry(path: str, text: str, hosts: tuple[str, ...] = REGISTRIES) -> Iterator[str]:
    for number, line in enumerate(text.splitlines(), start=1):
        for host in hosts:
            if re.search(rf"(?<![\w-]){re.escape(host)}(?![\w-])", line):
                yield (
                    f"{path}:{number}: names the package registry {host}; machines choose their own, so no "
                    "address stands here."
                )


def is_unhashed(path: str, text: str) -> Iterator[str]:
    logical = text.replace("\\\n", " ")
    for line in logical.splitlines():
        bare = line.strip()
        if not bare or bare.startswith("#"):
            continue
        if bare.startswith("-") or "://" in bare:
            yield f"{path}: `{bare[:60]}` is an option or address; a lock file holds names, versions and hashes only."
        elif "==" not in bare or "--hash=sha256:" not in bare:
            yield f"{path}: `{bare[:60]}` is not pinned with a hash."


def local_mirrors() -> tuple[str, ...]:
    hosts = (urlsplit(os.environ.get(name, "")).hostname for name in MIRROR_SETTINGS)
    return tuple(host for host in hosts if host and host not in ("localhost", "127.0.0.1"))


def _texts() -> Iterator[tuple[str, str]]:
    for path in tracked():
        try:
            yield path.relative_to(PROJECT).as_posix(), path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue  # a picture


def test_the_top_level_is_the_owners() -> None:
    stray = {path.relative_to(PROJECT).parts[0] for path in tracked()} - TOP
    assert not stray, f"{sorted(stray)}: the top level is fixed; put this in one of its folders."


def test_no_registry_is_named() -> None:
    hosts = REGISTRIES + local_mirrors()
    found = [sentence for path, text in _texts() for sentence in names_a_registry(path, text, hosts)]
    assert not found, "\n" + "\n".join(found)


def test_locks_are_hashed_and_without_addresses() -> None:
    locks = sorted((PROJECT / "locks").glob("*.txt"))
    assert {lock.name for lock in locks} >= {"runtime.txt", "dev.txt"}
    found = [sentence for lock in locks for sentence in is_unhashed(lock.name, lock.read_text())]
    assert not found, "\n" + "\n".join(found)
    packages = json.loads((PROJECT / "package-lock.json").read_text())["packages"]
    resolved = [name for name, package in packages.items() if "resolved" in package]
    unhashed = [name for name, package in packages.items() if name and "integrity" not in package]
    assert not resolved, (
        f"package-lock.json says where to download {resolved[:3]}: run npm with omit-lockfile-registry-resolved."
    )
    assert not unhashed, f"package-lock.json has no hash for {unhashed[:3]}."


def test_nothing_is_vendored_or_built() -> None:
    built = [
        path.relative_to(PROJECT).as_posix()
        for path in tracked()
        if {"node_modules", "dist", "vendor", "__pycache__"} & set(path.parts)
        or path.name.endswith((".min.js", ".map", ".whl"))
    ]
    assert not built, f"{built}: packages come from their registry by lock file, built files from `make`."


def test_licence_and_publiccode() -> None:
    assert (PROJECT / "LICENSE").read_text().startswith("EUROPEAN UNION PUBLIC LICENCE v. 1.2")
    found = list(publiccode_faults(yaml.safe_load((PROJECT / "publiccode.yml").read_text())))
    assert not found, "\n" + "\n".join(found)


def publiccode_faults(data: dict[str, object]) -> Iterator[str]:
    """The mandatory keys and limits of publiccode.yml 0.4 (standard, section "The Standard (core)")."""
    for key in ("publiccodeYmlVersion", "name", "url", "releaseDate", "platforms", "categories", "developmentStatus",
                "softwareType", "description", "legal", "maintenance", "localisation"):  # fmt: skip
        if not data.get(key):
            yield f"publiccode.yml has no `{key}`, which the standard wants."
    descriptions = data.get("description")
    for language, text in descriptions.items() if isinstance(descriptions, dict) else ():
        if len(text.get("shortDescription", "")) not in range(1, 151):
            yield f"publiccode.yml: the shortDescription in {language} has 1 to 150 characters."
        if len(text.get("longDescription", "")) not in range(500, 10_001):
            yield f"publiccode.yml: the longDescription in {language} has 500 to 10,000 characters."
        if len(text.get("genericName", "")) > 35:
            yield f"publiccode.yml: the genericName in {language} has at most 35 characters."
        if not text.get("features"):
            yield f"publiccode.yml names no features in {language}."


@pytest.mark.parametrize("name", ["README.md", "SECURITY.md", "CONTRIBUTING.md", "CHANGELOG.md", "STYLE.md"])
def test_public_papers_say_something(name: str) -> None:
    assert len((PROJECT / name).read_text().split()) > 100, f"{name} says too little to be of use."


def test_readme_has_the_two_commands_and_the_picture() -> None:
    text = (PROJECT / "README.md").read_text()
    for needed in ("make setup", "make demo", "docs/beelden/gesprek.png", "ssh -L"):
        assert needed in text, f"README.md does not mention {needed}."
    assert (PROJECT / "docs/beelden/gesprek.png").is_file(), (
        "README.md shows a picture that is not there; make it with `make screens`."
    )


def test_ci_runs_make_test() -> None:
    run = PROJECT / ".ci/run"
    assert os.access(run, os.X_OK), ".ci/run cannot be executed."
    assert re.search(r"^\s*(exec )?make test\b", run.read_text(), re.M), ".ci/run does not call `make test`."


def test_bare_make_lists_every_target() -> None:
    text = (PROJECT / "Makefile").read_text()
    targets = set(re.findall(r"^([a-z][a-z-]*)\s*:(?!=)", text, re.M))
    shown = subprocess.run(["make"], cwd=PROJECT, capture_output=True, text=True, check=True).stdout
    hidden = {target for target in targets if not re.search(rf"\b{target}\b", shown)}
    assert targets >= set("setup demo dev test check screens contract proof mutants keycloak".split())
    assert not hidden, f"`make` does not show {sorted(hidden)}; give each target a line of explanation."


def test_the_rules_bite(tmp_path: Path) -> None:
    assert list(names_a_registry("x.toml", f'url = "https://{REGISTRIES[0]}/simple"'))
    assert not list(names_a_registry("x.md", "See docs.example.org"))
    assert list(is_unhashed("x.txt", "click==8.1\n"))
    assert list(is_unhashed("x.txt", "--index-url https://x.example\n"))
    assert not list(is_unhashed("x.txt", "click==8.1 \\\n    --hash=sha256:ab\n    # via x\n"))
    assert len(list(publiccode_faults({"name": "x", "description": {"nl": {"shortDescription": "x" * 151}}}))) > 10


def has_merge_marks(path: str, text: str) -> Iterator[str]:
    for number, line in enumerate(text.splitlines(), start=1):
        if re.match(r"(?:<{7}|>{7}) ", line):
            yield f"{path}:{number}: a merge was left half done here."


def test_no_merge_was_left_half_done() -> None:
    texts = {path: path.read_text(errors="ignore") for path in tracked() if path.suffix not in {".png", ".woff2"}}
    found = [line for path, text in texts.items() for line in has_merge_marks(str(path), text)]
    assert not found, "\n".join(found)
    assert list(has_merge_marks("x", "a\n" + "<" * 7 + " HEAD\n"))
