"""The checks that `serve` refuses by, on the live connection."""

from typing import Any

import pytest
from django.core.checks import ERROR
from django.db import connection, connections

from groupware.audit import triggers
from groupware.ingestion.sandbox.probe import Guard
from groupware.operations import checks

pytestmark = pytest.mark.django_db


def ids(found: Any) -> list[str]:
    """The names of the complaints."""
    return [message.id for message in found]


def test_the_settings_of_the_tests_pass_but_for_durability() -> None:
    assert ids(checks.check_sqlite_settings(None)) == []
    live = ids(checks.check_live_database(None, databases=["default"]))
    assert live == (["operations.E005"] if connection.vendor == "sqlite" else [])


def test_nothing_is_asked_of_a_database_that_was_not_named() -> None:
    assert checks.check_live_database(None) == []
    assert checks.check_guard(None) == []


def test_missing_triggers_are_an_error() -> None:
    triggers.remove(connection)
    assert "operations.E006" in ids(checks.check_live_database(None, databases=["default"]))


@pytest.mark.parametrize(
    ("key", "value", "expected"),
    [
        ("transaction_mode", "DEFERRED", "operations.E002"),
        ("transaction_mode", None, "operations.E002"),
        ("timeout", 5, "operations.E003"),
    ],
)
def test_weaker_settings_are_errors(
    key: str, value: object, expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("settings of SQLite")
    options = {**connections["default"].settings_dict["OPTIONS"], key: value}
    monkeypatch.setitem(connections["default"].settings_dict, "OPTIONS", options)
    assert ids(checks.check_sqlite_settings(None)) == [expected]


@pytest.mark.parametrize(
    ("strict", "level"), [(True, "operations.E008"), (False, "operations.W001")]
)
def test_production_refuses_without_a_guard(
    strict: bool, level: str, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    none = Guard(namespace=False, seccomp=False, landlock=True)
    monkeypatch.setattr(checks, "guard_in_force", lambda: none)
    settings.REFUSE_WITHOUT_GUARD = strict
    found = checks.check_guard(None, databases=["default"])
    assert ids(found) == [level]
    assert (found[0].level >= ERROR) is strict
