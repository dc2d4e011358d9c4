"""Fixtures of every test: a data folder of its own, the small city, real services on demand."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.db import connection
from django.test import Client

from groupware.organization.models import Staff

pytest_plugins = ["tests.factories.personas"]

SOAK = bool(os.environ.get("GROUPWARE_SOAK"))


def count(small: int, soak: int) -> int:
    """How often a fault, race or property test repeats: `small` in `make test`, else `soak`."""
    return soak if SOAK else small


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """On PostgreSQL only what is marked for it runs; every test of `tests/e2e` drives a browser."""
    for item in items:
        if "/e2e/" in str(item.path):
            item.add_marker(pytest.mark.browser)


@pytest.fixture(autouse=True)
def data_dir(tmp_path: Path, settings: pytest.FixtureRequest) -> Iterator[Path]:
    """Every test writes files into a folder of its own."""
    folder = tmp_path / "data"
    folder.mkdir()
    settings.DATA_DIR = folder  # type: ignore[attr-defined]  # pytest-django's settings wrapper
    yield folder


@pytest.fixture
def client_as() -> Callable[[Staff], Client]:
    """A test client signed in as somebody."""

    def sign_in(staff: Staff) -> Client:
        client = Client()
        client.force_login(staff, backend=django_settings.AUTHENTICATION_BACKENDS[0])
        return client

    return sign_in


@pytest.fixture
def is_postgres(db: None) -> bool:
    """Whether this run is on PostgreSQL."""
    return connection.vendor == "postgresql"
