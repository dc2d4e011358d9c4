"""The engine of this installation, by settings.

``SEARCH_ENGINE`` is ``embedded`` (default) or ``elasticsearch``. The embedded engine lies in the
site's database when that is SQLite and in ``DATA_DIR/search/index.sqlite3`` otherwise.
"""

from functools import cache
from importlib import import_module
from pathlib import Path

from django.conf import settings
from django.db import connections

from search.engines.base import Engine
from search.engines.embedded import EmbeddedEngine
from search.engines.stores import FileStore, SiteStore

ALIAS = "default"


def shares_transaction() -> bool:
    """Whether index rows are written in the same transaction as the change."""
    return engine_name() == "embedded" and connections[ALIAS].vendor == "sqlite"


def engine_name() -> str:
    """The chosen engine."""
    name: str = getattr(settings, "SEARCH_ENGINE", "embedded")
    return name


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
    if engine_name() == "elasticsearch":
        # Its client takes 0.3 s to load, which most sites never need.
        made: Engine = import_module("search.engines.elasticsearch").from_settings()
        return made
    if shares_transaction():
        return _site_engine()
    return file_engine()


def file_engine() -> EmbeddedEngine:
    """The embedded engine in its own file."""
    return _file_engine(index_file())
