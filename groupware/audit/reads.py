"""The queue of read entries of this process, written by one thread of its own.

A GET must not wait for a write, nor write in its own transaction. The thread sleeps until there
is something, gathers for a fraction of a second and writes all of it in one transaction. While
the database refuses writes (disk full, restart) entries stay in memory and are tried again; what
could not be written when the process ends goes to the log in full.
"""

import atexit
import json
import logging
import os
import queue as queues
import threading
from dataclasses import dataclass

from django.db import (
    DatabaseError,
    DataError,
    IntegrityError,
    close_old_connections,
    connection,
    transaction,
)

from groupware.audit.actors import complete
from groupware.audit.models import Entry

log = logging.getLogger(__name__)

GATHER_SECONDS = 0.3  # how long the first entry of a batch waits for others
BATCH = 500
ROOM = 20_000  # entries; a request that finds no room waits for the writer
RETRY_SECONDS = (0.5, 1.0, 2.0, 5.0)


@dataclass(frozen=True, slots=True)
class Draft:
    """An entry that still lacks post and section, and whose they are."""

    entry: Entry
    actor: object | None


class ReadQueue:
    """Thread-safe; starts its thread with the first entry, anew after a fork."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._reset()

    def _reset(self) -> None:
        self._waiting: queues.Queue[Draft] = queues.Queue(ROOM)
        self._in_hand: list[Draft] = []
        self._thread: threading.Thread | None = None
        self._stopping = threading.Event()
        self._pid = os.getpid()

    def put(self, entry: Entry, actor: object | None) -> None:
        """Hand over one entry; returns at once unless 20,000 are waiting already."""
        self._start()
        self._waiting.put(Draft(entry, actor))

    def waiting(self) -> int:
        """How many entries are not written yet (the batch under way included)."""
        return self._waiting.unfinished_tasks

    def flush(self, timeout: float = 5.0) -> bool:
        """Wait until everything handed over so far is written; False after `timeout` seconds."""
        done = threading.Event()

        def wait() -> None:
            self._waiting.join()
            done.set()

        threading.Thread(target=wait, daemon=True).start()
        return done.wait(timeout)

    def stop(self, timeout: float = 5.0) -> None:
        """Write what waits, end the thread, and log in full what could not be written."""
        thread = self._thread
        if thread is None or self._pid != os.getpid():
            return
        self._stopping.set()
        thread.join(timeout)
        for draft in [*self._in_hand, *self._gather(wait=0)]:
            log.critical("監査の記録を書けませんでした: %s", _as_line(draft.entry))
        self._reset()

    def _start(self) -> None:
        with self._lock:
            if self._pid != os.getpid():
                self._reset()  # a forked child has the queue but not the thread
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._run, name="audit-reads", daemon=True)
                self._thread.start()

    def _run(self) -> None:
        failures = 0
        try:
            while self._in_hand or not (self._stopping.is_set() and self._waiting.empty()):
                self._in_hand = self._in_hand or self._gather(wait=GATHER_SECONDS)
                try:
                    self._write(self._in_hand)
                except DatabaseError as error:
                    if self._stopping.is_set() and failures:
                        return  # `stop` logs what is in hand
                    log.error("監査の記録 %d 件をまだ書けません: %s", len(self._in_hand), error)
                    connection.close()
                    self._stopping.wait(RETRY_SECONDS[min(failures, len(RETRY_SECONDS) - 1)])
                    failures += 1
                else:
                    failures = 0
                    self._done()
        finally:
            connection.close()

    def _gather(self, wait: float) -> list[Draft]:
        """At least one entry (or none after `wait` seconds), then all that are there."""
        batch: list[Draft] = []
        try:
            batch.append(self._waiting.get(timeout=wait) if wait else self._waiting.get_nowait())
            if wait:
                self._stopping.wait(wait)
            while len(batch) < BATCH:
                batch.append(self._waiting.get_nowait())
        except queues.Empty:
            pass
        return batch

    def _write(self, batch: list[Draft]) -> None:
        if not batch:
            return
        close_old_connections()
        for draft in batch:
            complete(draft.entry, draft.actor)
        try:
            with transaction.atomic():
                Entry.objects.bulk_create([draft.entry for draft in batch])
        except (DataError, IntegrityError):
            self._write_singly(batch)

    def _write_singly(self, batch: list[Draft]) -> None:
        """One entry that the database cannot hold must not keep the others out."""
        for draft in batch:
            try:
                with transaction.atomic():
                    draft.entry.save(force_insert=True)
            except (DataError, IntegrityError):
                log.exception("監査の記録を書けませんでした: %s", _as_line(draft.entry))

    def _done(self) -> None:
        for _draft in self._in_hand:
            self._waiting.task_done()
        self._in_hand = []


def _as_line(entry: Entry) -> str:
    return json.dumps(
        {
            "uuid": str(entry.uuid),
            "at": entry.at.isoformat(),
            "action": entry.action,
            "actor": str(entry.actor_uuid or ""),
            "target": [entry.target_kind, str(entry.target_uuid or ""), entry.target_name],
            "address": entry.address,
            "detail": entry.detail,
        },
        ensure_ascii=False,
    )


queue = ReadQueue()
atexit.register(queue.stop)
