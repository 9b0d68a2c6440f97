"""What stands at the end of a run that failed."""

from __future__ import annotations

from tests.report import recap


def test_one_error_that_many_tests_met_stands_there_once() -> None:
    away = {"error": "StartFailed: Keycloak antwoordt niet"}
    other = {"error": "assert 1 == 2", "test": "tests/app/test_a.py::test_three"}
    one, two = {"test": "tests/identity/test_a.py::test_one"}, {"test": "tests/identity/test_a.py::test_two"}
    assert recap([away | one, other, away | two]) == [
        "StartFailed: Keycloak antwoordt niet",
        "    tests/identity/test_a.py::test_one",
        "    tests/identity/test_a.py::test_two",
        "assert 1 == 2",
        "    tests/app/test_a.py::test_three",
    ]
    assert recap([]) == []
