"""The doorbell: after a commit, tell every process that there is something new to read.

A ring carries only a topic (`jobs`, `person:12`), never content, so a lost or leaked ring is
harmless; whoever listens also looks by itself now and then. Three buses, chosen by settings:
Unix datagram sockets in the data folder (SQLite), NOTIFY (PostgreSQL), Redis
(`settings.DOORBELL_URL`). `DOORBELL_URL = "off"` leaves only the safety nets.
"""

import functools
import logging
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from django.conf import settings
from django.db import connection, transaction
from django.utils.module_loading import import_string

from groupware.realtime.doorbell.bus import EVERYTHING, Bus, Hearer

logger = logging.getLogger(__name__)

TOPIC_MAX: Final = 200  # bytes; NOTIFY takes 8,000, a datagram far more
LOOK_BACK: Final = 32  # hooks of one transaction searched for the same ring
REST_SECONDS: Final = 2.0  # a bus that failed is left alone for so long


class Listener:
    """A thread that hears rings until it is closed; reconnects when the bus breaks."""

    def __init__(self, hear: Hearer) -> None:
        self._hear = hear
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="doorbell", daemon=True)
        _local.append(self.hear)
        self._thread.start()

    def hear(self, topic: str) -> None:
        """A ring from this or another process."""
        if not self._stop.is_set():
            self._hear(topic)

    def close(self) -> None:
        """Hear nothing more; the thread ends within a second."""
        self._stop.set()
        if self.hear in _local:
            _local.remove(self.hear)

    def join(self, timeout: float = 2.0) -> None:
        """Wait for the thread, after `close`."""
        self._thread.join(timeout)

    def _run(self) -> None:
        bus = bus_in_use()
        if bus is None:
            return
        while not self._stop.is_set():
            try:
                bus.listen(self.hear, self._stop)
            except Exception as error:  # any transport error: the bell is only a hint, try again
                logger.warning("doorbell: %s; listening again", error)
                connection.close()
                self._stop.wait(1.0)
                self.hear(EVERYTHING)
        connection.close()


_local: list[Hearer] = []


@dataclass
class _Rest:
    """A bus that just failed is left alone, so that no page waits for it again and again."""

    until: float = 0.0  # time.monotonic()


_rest = _Rest()


def bus_in_use() -> Bus | None:
    """The bus that the settings name; None when the bell is off."""
    return _bus(settings.DOORBELL_URL, connection.vendor, str(settings.DATA_DIR))


@functools.lru_cache(maxsize=4)
def _bus(url: str, vendor: str, folder: str) -> Bus | None:
    if url == "off":
        return None
    # By name, so that an installation loads only the driver it uses.
    if url:
        redis_bus: Bus = import_string("groupware.realtime.doorbell.redis.RedisBus")(url)
        return redis_bus
    if vendor == "postgresql":
        notify_bus: Bus = import_string("groupware.realtime.doorbell.postgres.NotifyBus")()
        return notify_bus
    socket_bus: Bus = import_string("groupware.realtime.doorbell.sockets.SocketBus")(folder)
    return socket_bus


def ring(*topics: str) -> None:
    """Ring now. Never fails: a bus that is down is logged and left alone for two seconds."""
    for hear in tuple(_local):
        for topic in topics:
            hear(topic)
    bus = bus_in_use()
    if bus is None or time.monotonic() < _rest.until:
        return
    try:
        bus.ring(topics)
    except Exception as error:  # any transport error: what was to be told is committed already
        _rest.until = time.monotonic() + REST_SECONDS
        logger.warning("doorbell: %s; listeners will look by themselves", error)


class _Ring:
    """An after-commit hook that remembers its topics, so that the same ring is not hung twice."""

    def __init__(self, topics: tuple[str, ...]) -> None:
        self.topics = topics

    def __call__(self) -> None:
        ring(*self.topics)


def ring_after_commit(topics: Iterable[str]) -> None:
    """Ring once the transaction under way has committed (at once outside one).

    Raises:
        ValueError: when a topic is longer than `TOPIC_MAX` bytes or holds a line break.
    """
    wanted = tuple(topics)
    for topic in wanted:
        if len(topic.encode()) > TOPIC_MAX or "\n" in topic:
            raise ValueError(f"not a topic: {topic!r}")
    open_savepoints = set(connection.savepoint_ids)
    for hook in connection.run_on_commit[-LOOK_BACK:]:
        # A hook of a savepoint that may still be rolled back alone does not stand for this ring.
        savepoints, function = hook[0], hook[1]
        if (
            isinstance(function, _Ring)
            and function.topics == wanted
            and set(savepoints) <= open_savepoints
        ):
            return
    transaction.on_commit(_Ring(wanted))
