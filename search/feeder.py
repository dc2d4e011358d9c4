"""Beside PostgreSQL: the engine follows the outbox.

A line of the outbox names a row whose engine copy is behind. Whoever feeds reads the row as it is
now, writes the engine, and only then deletes the line: a crash in between repeats work and loses
nothing, and no order of commits can leave the engine behind. A search feeds what is waiting first,
and rows that still wait after that are left out of it, so rights are exact at every moment.
"""

import fcntl
import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import close_old_connections, connections

from search import indexing
from search.engines.current import engine, file_engine, index_file, shares_transaction
from search.models import Outbox, Row

logger = logging.getLogger(__name__)

SECONDS = 0.5  # a feeder that nobody rings looks this often
BATCH = 500
BEFORE_A_SEARCH = 200  # rows that a search feeds itself; with more waiting it leaves them out


class _Feeder:
    """This process's feeder: a thread that sleeps until it is rung or half a second has passed."""

    def __init__(self) -> None:
        self._bell = threading.Event()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._stopping = False

    def start(self) -> None:
        """Start the thread once (again after a fork)."""
        with self._lock:
            if self._thread is None or not self._thread.is_alive():
                self._stopping = False
                self._thread = threading.Thread(target=self._run, name="search-feeder", daemon=True)
                self._thread.start()

    def ring(self) -> None:
        """Look now."""
        self._bell.set()

    def stop(self) -> None:
        """End the thread after what it is doing."""
        self._stopping = True
        self._bell.set()
        if self._thread is not None:
            self._thread.join()

    def _run(self) -> None:
        while not self._stopping:
            self._bell.wait(SECONDS)
            self._bell.clear()
            try:
                close_old_connections()
                while feed():
                    pass
            except Exception:  # the thread must outlive a restart of the database
                logger.exception("the search feeder stumbled and tries again")
                time.sleep(SECONDS)
        connections.close_all()


_feeder = _Feeder()


def start() -> None:
    """Start this process's feeder (nothing to do where rows share the transaction)."""
    if not shares_transaction():
        _feeder.start()


def stop() -> None:
    """End this process's feeder (tests, an orderly end)."""
    _feeder.stop()


def ring() -> None:
    """Something waits in the outbox: wake this process's feeder, starting it at the first ring."""
    start()
    _feeder.ring()


@contextmanager
def _turn(*, wait: bool) -> Iterator[bool]:
    """One feeder at a time among the processes of a host; yields whether it is our turn."""
    path = index_file().with_suffix(".lock")
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        yield True


def feed(limit: int = BATCH, *, wait: bool = True) -> int:
    """Bring the engine up to date with the oldest lines of the outbox; returns how many lines were
    done.
    """
    ensure()
    with _turn(wait=wait) as mine:
        if not mine:
            return 0
        lines = list(Outbox.objects.order_by("pk").values_list("pk", "row_id")[:limit])
        if lines:
            indexing.refresh(engine(), [row_id for _, row_id in lines])
            Outbox.objects.filter(pk__in=[pk for pk, _ in lines]).delete()
    return len(lines)


def catch_up() -> frozenset[int]:
    """Before a search: feed a short queue, and name the rows that still are not exact in the
    engine.
    """
    if shares_transaction():
        return frozenset()
    ensure()
    waiting = list(
        Outbox.objects.order_by("pk").values_list("row_id", flat=True)[: BEFORE_A_SEARCH + 1]
    )
    if waiting and len(waiting) <= BEFORE_A_SEARCH:
        feed(BEFORE_A_SEARCH)
        waiting = list(Outbox.objects.values_list("row_id", flat=True))
    elif waiting:
        ring()
        waiting = list(Outbox.objects.values_list("row_id", flat=True))
    return frozenset(waiting)


def ensure() -> None:
    """Build the engine's file from the database where it is missing (first start, lost disk)."""
    if not file_engine().is_complete():
        with _turn(wait=True):
            if not file_engine().is_complete():
                _build()


def rebuild_file() -> int:
    """Write the engine's file anew; searches see the old one until it is done. Returns the rows."""
    with _turn(wait=True):
        return _build()


def _build() -> int:
    """In one transaction of the file; lines of the outbox that it covers are done."""
    # Only lines seen now: one that is committed during the build may name a row already passed.
    covered = list(Outbox.objects.values_list("pk", flat=True))
    built, count, last = file_engine(), 0, 0
    with built.building():
        while rows := list(Row.objects.filter(pk__gt=last).order_by("pk")[: indexing.BATCH]):
            indexing.write(built, rows)
            last, count = rows[-1].pk, count + len(rows)
    for start in range(0, len(covered), BATCH):
        Outbox.objects.filter(pk__in=covered[start : start + BATCH]).delete()
    return count
