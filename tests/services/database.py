"""Chooses the database of a test run before Django reads its settings (loaded with `-p`).

`TEST_DATABASE=postgres` starts a real PostgreSQL in a temporary folder on a free port and points
the settings at it; workers of pytest-xdist share the cluster of the run that started them.
"""

import atexit
import os


def _start() -> None:
    if os.environ.get("TEST_DATABASE") != "postgres" or os.environ.get("TEST_DATABASE_URL"):
        return
    from tests.services.postgres import Postgres

    server = Postgres()
    server.start()
    atexit.register(server.stop)
    os.environ["TEST_DATABASE_URL"] = server.url


_start()
