"""Addresses of practice registers, in development."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from app.http import AddressRefused, destination
from tests.http.conftest import PRODUCTION
from tests.tenants.support import environment


def test_a_practice_register_whose_address_is_its_trouble(tmp_path: Path) -> None:
    """`kiss practice fault --kind certificate` moves one API of one municipality; the guard still judges it."""
    practice, moved = "http://127.0.0.1:8003", "https://127.0.0.1:4431/deventer/haalcentraal"
    (tmp_path / "practice").mkdir()
    addresses = tmp_path / "practice" / "adressen.json"
    values = {"KISS_ENV": "development", "KISS_PRACTICE_URL": practice, "KISS_DATA": str(tmp_path)}
    with environment(**PRODUCTION | values):
        assert destination("praktijk:/deventer/haalcentraal/api/brp", private=True).url.startswith(practice)
        addresses.write_text(json.dumps({"/deventer/haalcentraal": moved}))
        assert destination("praktijk:/deventer/haalcentraal/api/brp", private=True).url == f"{moved}/api/brp"
        for other in ("/zwolle/haalcentraal/api/brp", "/deventer/haalcentraal2/x"):
            assert destination(f"praktijk:{other}", private=True).url == practice + other
        addresses.write_text(json.dumps({"/deventer/haalcentraal": "https://169.254.169.254/x"}))
        with pytest.raises(AddressRefused):
            destination("praktijk:/deventer/haalcentraal/api/brp", private=True)
