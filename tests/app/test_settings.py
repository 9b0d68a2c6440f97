from __future__ import annotations

import pytest

from app.settings import settings
from tests.app.conftest import COMPLETE

SECRETS = ("KISS_SECRET_KEY", "OIDC_CLIENT_SECRET", "DATABASE_URL")


def ending() -> str:
    """What the process says when it cannot start."""
    with pytest.raises(SystemExit) as stopped:
        settings()
    return str(stopped.value)


def test_a_complete_environment_starts(environment: pytest.MonkeyPatch) -> None:
    assert settings().development
    assert settings().port == 8000
    assert settings().undo_seconds == 10


@pytest.mark.parametrize("name", [name for name in COMPLETE if name != "KISS_ENV"])
def test_a_missing_setting_is_named(environment: pytest.MonkeyPatch, name: str) -> None:
    environment.delenv(name)
    assert f"{name}: ontbreekt" in ending()


def test_everything_wrong_is_said_at_once(environment: pytest.MonkeyPatch) -> None:
    environment.delenv("OIDC_ISSUER")
    environment.setenv("DATABASE_URL", "mysql://kiss@x/kiss")
    environment.setenv("KISS_SECRET_KEY", "a29ydA==")
    said = ending()
    assert "OIDC_ISSUER: ontbreekt" in said
    assert "DATABASE_URL: begint met postgresql://" in said
    assert "KISS_SECRET_KEY: is base64 van precies 32 bytes" in said


def test_no_secret_is_repeated(environment: pytest.MonkeyPatch) -> None:
    for name in SECRETS:
        environment.setenv(name, "hunter2-" + name)
    environment.setenv("KISS_PORT", "99999")
    assert "hunter2" not in ending()


def test_secrets_do_not_show(environment: pytest.MonkeyPatch) -> None:
    shown = repr(settings())
    assert COMPLETE["KISS_SECRET_KEY"] not in shown
    assert "geheim" not in shown.replace("geheimen", "")


def test_production_is_the_default(environment: pytest.MonkeyPatch) -> None:
    environment.delenv("KISS_ENV")
    assert not settings().development


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("KISS_PRACTICE_URL", "http://127.0.0.1:9000"),
        ("KISS_FAILPOINT_DIR", "/tmp/punten"),  # noqa: S108 - refused before anything looks there
        ("OIDC_BACKEND", "http://127.0.0.1:9001"),
        ("KISS_PUBLIC_SCHEME", "http"),
    ],
)
def test_what_belongs_to_development_stops_production(environment: pytest.MonkeyPatch, name: str, value: str) -> None:
    environment.setenv(name, value)
    assert settings().development
    settings.cache_clear()
    environment.setenv("KISS_ENV", "production")
    assert name in ending()
