"""How somebody signs in, step by step: the authentication flow of the realm.

    still signed in (cookie)                      done, unless a higher level is asked
    an own identity provider was named            there
    an e-mail address of an organization          to its identity provider, when it has one
    level basis       name and password           remembered for ten hours
    level bevestigd   a code from an app          asked by `acr_values=bevestigd`, remembered for a quarter of an hour
    operators         a code from an app          always

Levels are Keycloak's "level of authentication"; the realm's `acr.loa.map` gives them their names in a token.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from tenants.identity.port import Document

NAME: Final = "kiss"
LEVELS: Final = {"basis": 1, "bevestigd": 2}
OPERATOR: Final = "operator"  # realm role
_CERTAIN: Final = f"{NAME} bevestigd"


@dataclass(frozen=True)
class Step:
    """An execution: an authenticator (`provider`), or a named group of steps."""

    requirement: str
    provider: str = ""
    config: dict[str, str] = field(default_factory=dict)
    name: str = ""
    steps: tuple[Step, ...] = ()


def _condition(provider: str, **config: str) -> Step:
    return Step("REQUIRED", provider, config)


def _level(name: str, seconds: int) -> Step:
    return Step(
        "REQUIRED",
        "conditional-level-of-authentication",
        {"loa-condition-level": str(LEVELS[name]), "loa-max-age": str(seconds)},
    )


STEPS: Final = (
    Step("ALTERNATIVE", "auth-cookie"),
    Step("ALTERNATIVE", "identity-provider-redirector"),
    Step(
        "ALTERNATIVE",
        name=f"{NAME} organisatie",
        steps=(
            Step(
                "CONDITIONAL",
                name=f"{NAME} organisatie van het adres",
                steps=(_condition("conditional-user-configured"), Step("ALTERNATIVE", "organization")),
            ),
        ),
    ),
    Step(
        "ALTERNATIVE",
        name=f"{NAME} aanmelden",
        steps=(
            Step(
                "CONDITIONAL",
                name=f"{NAME} basis",
                steps=(_level("basis", 36_000), Step("REQUIRED", "auth-username-password-form")),
            ),
            Step(
                "CONDITIONAL",
                name=_CERTAIN,
                steps=(_level("bevestigd", 900), Step("REQUIRED", "auth-otp-form")),
            ),
            Step(
                "CONDITIONAL",
                name=f"{NAME} operator",
                steps=(
                    _condition("conditional-user-role", condUserRole=OPERATOR, negate="false"),
                    _condition("conditional-sub-flow-executed", flow_to_check=_CERTAIN, check_result="not-executed"),
                    Step("REQUIRED", "auth-otp-form"),
                ),
            ),
        ),
    ),
)


def flattened(steps: tuple[Step, ...] = STEPS, level: int = 0) -> Iterator[tuple[int, Step]]:
    """Every step with its depth, in the order in which Keycloak lists executions."""
    for step in steps:
        yield level, step
        yield from flattened(step.steps, level + 1)


def document() -> Document:
    """The flow in a form that can be compared: a line per step."""
    return {"alias": NAME, "steps": [line(level, step) for level, step in flattened()]}


def line(level: int, step: Step) -> str:
    """`1 CONDITIONAL kiss basis`, `2 REQUIRED conditional-level-of-authentication loa-max-age=36000 …`"""
    said = " ".join(f"{name}={value}" for name, value in sorted(step.config.items()))
    return f"{level} {step.requirement} {step.provider or step.name} {said}".strip()
