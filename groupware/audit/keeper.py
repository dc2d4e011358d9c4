"""The thread that keeps the chain: it chains every second and writes the head once an hour.

`manage.py serve` runs one in its supervisor; any number may run at once (see `chain`).
"""

import logging
import threading
import time

from django.db import DatabaseError, close_old_connections, connection

from groupware.audit import chain, heads

log = logging.getLogger(__name__)

EVERY_SECONDS = 1.0
SWEEP_SECONDS = 3600.0  # how often the whole table is looked through for late commits


class Keeper:
    """Chains in the background until stopped; a database that is away is tried again."""

    def __init__(self, every: float = EVERY_SECONDS) -> None:
        self._every = every
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="audit-keeper", daemon=True)

    def start(self) -> None:
        """Begin; returns at once."""
        self._thread.start()

    def stop(self, timeout: float = 5.0) -> None:
        """End after the batch under way."""
        self._stopping.set()
        self._thread.join(timeout)

    def _run(self) -> None:
        sweep_at = 0.0
        complained = False
        while not self._stopping.wait(self._every):
            try:
                close_old_connections()
                everything = time.monotonic() >= sweep_at
                chain.extend(everything=everything)
                if everything:
                    sweep_at = time.monotonic() + SWEEP_SECONDS
                heads.write()
                complained = False
            except (DatabaseError, OSError) as error:
                if not complained:  # once per trouble, not once a second
                    log.error("監査の連鎖を伸ばせません: %s", error)
                complained = True
                connection.close()
        connection.close()
