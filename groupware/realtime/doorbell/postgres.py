"""The bus of PostgreSQL: NOTIFY on one channel, sent after the commit.

Sent inside the business transaction it would be exact, but every commit that carries a NOTIFY
takes one lock of the whole server; after the commit only these empty transactions queue for it.
"""

import threading
from typing import Final

from django.db import connection

from groupware.realtime.doorbell.bus import EVERYTHING, Hearer

CHANNEL: Final = "fuzukue"
BATCH_CHARACTERS: Final = 4000  # a payload may be 7,999 bytes, topics are ASCII


class NotifyBus:
    """Uses this thread's own Django connection."""

    def ring(self, topics: tuple[str, ...]) -> None:
        """One NOTIFY per 4,000 characters of topics."""
        batch = ""
        for topic in topics:
            if batch and len(batch) + len(topic) + 1 > BATCH_CHARACTERS:
                self._notify(batch)
                batch = ""
            batch = f"{batch}\n{topic}" if batch else topic
        if batch:
            self._notify(batch)

    def _notify(self, batch: str) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, batch])

    def listen(self, hear: Hearer, stop: threading.Event) -> None:
        """Hear until `stop`. The connection stays open, outside any transaction."""
        with connection.cursor() as cursor:
            cursor.execute(f"LISTEN {CHANNEL}")
        hear(EVERYTHING)  # what was rung before LISTEN took hold
        while not stop.is_set():
            for notice in connection.connection.notifies(timeout=0.5):
                for topic in notice.payload.splitlines():
                    hear(topic)
