"""Which Keycloak is fetched, and that nothing else is believed to be it. That it runs: tests/identity."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from app.demo.children import StartFailed
from app.demo.keycloak import distribution


def test_the_lock_file_names_one_artifact() -> None:
    wanted = distribution.pinned()
    assert (wanted.group, wanted.name) == ("org.keycloak", "keycloak-quarkus-dist")
    assert wanted.version.startswith("26.")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "org.keycloak:keycloak-quarkus-dist==26.7.3",
        "org.keycloak:keycloak-quarkus-dist==26.7.3 --hash=sha256:abc",
        "org.keycloak:keycloak-quarkus-dist --hash=sha256:" + "0" * 64,
    ],
)
def test_an_unpinned_artifact_is_refused(text: str, tmp_path: Path) -> None:
    lock = tmp_path / "keycloak.txt"
    lock.write_text(text)
    with pytest.raises(StartFailed):
        distribution.pinned(lock)


def test_another_file_than_the_pinned_one_is_thrown_away(tmp_path: Path) -> None:
    archive = tmp_path / "keycloak.tar.gz"
    archive.write_bytes(b"iets anders")
    with pytest.raises(StartFailed, match="niet het bestand"):
        distribution.check(archive, "0" * 64)
    assert not archive.exists()


def test_the_pinned_file_stays(tmp_path: Path) -> None:
    archive = tmp_path / "keycloak.tar.gz"
    archive.write_bytes(b"precies dit")
    distribution.check(archive, hashlib.sha256(b"precies dit").hexdigest())
    assert archive.exists()


def test_without_a_jdk_it_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(StartFailed, match="een JDK en Maven"):
        distribution.prepare(folder=tmp_path / "leeg")
