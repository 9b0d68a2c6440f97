"""Reading what the practice register received, from a test in this process."""

from __future__ import annotations

from collections import Counter
from typing import Any

import httpx2


def lines(practice: str, tenant: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = httpx2.get(f"{practice}/_praktijk/{tenant}/ledger", trust_env=False).json()
    return found


def arrived(practice: str, tenant: str) -> Counter[str]:
    """How often each kenmerk was accepted as a new klantcontact."""
    return Counter(
        line["referentienummer"]
        for line in lines(practice, tenant)
        if line["path"] in ("/klantcontacten", "/maak-klantcontact") and line["status"] == 201
    )


def reset(practice: str, tenant: str) -> None:
    httpx2.post(f"{practice}/_praktijk/{tenant}/reset", trust_env=False).raise_for_status()


def versie(practice: str, tenant: str, number: str) -> None:
    url = f"{practice}/_praktijk/{tenant}/versie"
    httpx2.post(url, params={"versie": number}, trust_env=False).raise_for_status()
