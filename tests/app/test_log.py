"""The technical log as a process writes it: one JSON object per line, libraries kept quiet."""

from __future__ import annotations

import json
import subprocess
import sys

PROGRAM = """
import logging, structlog
from app import log
log.configure(development=False)
structlog.contextvars.bind_contextvars(tenant="deventer")
log.log.warning("aflevering.uitgesteld", wacht=2.5)
for name in ("httpx", "httpx2", "httpcore", "uvicorn.access", "sqlalchemy.engine"):
    logging.getLogger(name).info("GET https://register.example/personen?burgerservicenummer=999990019")
logging.getLogger("iets.anders").warning("gewone waarschuwing")
try:
    raise ValueError("stuk")
except ValueError:
    log.log.exception("gesprek.mislukt")
"""


def test_events_are_json_with_tenant_and_urls_of_libraries_stay_out() -> None:
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True)
    assert done.stdout == ""
    assert "999990019" not in done.stderr
    assert "gewone waarschuwing" in done.stderr
    first, library, last = (json.loads(line) for line in done.stderr.splitlines())
    assert (first["event"], first["tenant"], first["wacht"]) == ("aflevering.uitgesteld", "deventer", 2.5)
    assert first["level"] == "warning"
    assert first["timestamp"].endswith("Z")
    assert library["event"] == "bibliotheek.gemeld"
    assert (library["logger"], library["melding"]) == ("iets.anders", "gewone waarschuwing")
    assert (library["tenant"], library["level"]) == ("deventer", "warning")
    assert "ValueError: stuk" in last["exception"]
