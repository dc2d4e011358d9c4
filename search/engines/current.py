"""The engine of this installation.

The embedded engine lies in the site's own database when that is SQLite, and in
``DATA_DIR/search/index.sqlite3`` beside any other.
"""

from functools import cache
from pathlib import Path

from django.conf import settings
from django.db import connections

from search.engines.base import Engine
from search.engines.embedded import EmbeddedEngine
from search.engines.stores import FileStore, SiteStore

ALIAS = "default"


def shares_transaction() -> bool:
    """Whether index rows are written in the same transaction as the change."""
    return connections[ALIAS].vendor == "sqlite"


def index_file() -> Path:
    """Where the embedded engine lies beside PostgreSQL."""
    return Path(settings.DATA_DIR) / "search" / "index.sqlite3"


@cache
def _file_engine(path: Path) -> EmbeddedEngine:
    return EmbeddedEngine(FileStore(path))


@cache
def _site_engine() -> EmbeddedEngine:
    return EmbeddedEngine(SiteStore(ALIAS))


def engine() -> Engine:
    """The engine that queries ask."""
    return _site_engine() if shares_transaction() else file_engine()


def file_engine() -> EmbeddedEngine:
    """The embedded engine in its own file."""
    return _file_engine(index_file())
