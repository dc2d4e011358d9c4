"""Runs a command with a PostgreSQL of its own: `python -m tests.services.database pytest …`.

A real server in a temporary folder on a free port; `groupware.settings.test` reads its address
from `TEST_DATABASE_URL`.
"""

import os
import subprocess
import sys

from tests.services.postgres import Postgres


def main(command: list[str]) -> int:
    """Start the server, run `command` against it, stop the server; return the command's code."""
    server = Postgres()
    server.start()
    try:
        environment = {**os.environ, "TEST_DATABASE_URL": server.url}
        return subprocess.run(command, env=environment, check=False).returncode
    finally:
        server.stop()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
