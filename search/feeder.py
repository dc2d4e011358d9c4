"""PostgreSQL and Elasticsearch: the engine follows the outbox.

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

from django.db import close_old_connections

from search import indexing
from search.engines.current import engine, engine_name, file_engine, index_file, shares_transaction
from search.engines.embedded import EmbeddedEngine
from search.engines.stores import FileStore
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

    def start(self) -> None:
        """Start the thread once (again after a fork)."""
        with self._lock:
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._run, name="search-feeder", daemon=True)
                self._thread.start()

    def ring(self) -> None:
        """Look now."""
        self._bell.set()

    def _run(self) -> None:
        while True:
            self._bell.wait(SECONDS)
            self._bell.clear()
            try:
                close_old_connections()
                while feed():
                    pass
            except Exception:  # the thread must outlive a restart of the database
                logger.exception("the search feeder stumbled and tries again")
                time.sleep(SECONDS)


_feeder = _Feeder()


def start() -> None:
    """Start this process's feeder (nothing to do where rows share the transaction)."""
    if not shares_transaction():
        _feeder.start()


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
    if engine_name() == "embedded" and not index_file().exists():
        rebuild_file()


def rebuild_file() -> int:
    """Write the engine's file anew beside the old one and put it in its place; returns the number
    of rows.
    """
    fresh = index_file().with_suffix(".new")
    with _turn(wait=True):
        for leftover in fresh.parent.glob(f"{fresh.name}*"):
            leftover.unlink()
        newest = Outbox.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        store = FileStore(fresh)
        built = EmbeddedEngine(store)
        built.create()
        count = 0
        last = 0
        while rows := list(Row.objects.filter(pk__gt=last).order_by("pk")[: indexing.BATCH]):
            indexing.write(built, rows)
            last, count = rows[-1].pk, count + len(rows)
        store.close()
        fresh.replace(index_file())
        Outbox.objects.filter(pk__lte=newest).delete()
    file_engine()
    return count
