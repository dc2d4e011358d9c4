"""The lease worker: takes ready tasks one at a time, and those of workers that died.

One process works one task at a time in its main thread. A second thread with a connection of
its own beats every two seconds; a third hears the doorbell. `serve` starts one worker for the
queue `ocr` and one for `default`, so that a page under OCR keeps nobody waiting.
"""

import logging
import os
import random
import secrets
import signal
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from types import FrameType
from typing import Any, Final, cast

from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.db import (
    DatabaseError,
    InterfaceError,
    close_old_connections,
    connection,
    connections,
    reset_queries,
    transaction,
)
from django.utils import translation
from django_tasks import TaskContext, TaskResult
from django_tasks.signals import task_finished, task_started
from django_tasks.utils import normalize_json

from groupware.jobs import cron, lease
from groupware.jobs.errors import LeaseLost, PermanentFailure
from groupware.realtime import doorbell
from groupware.realtime.doorbell.bus import EVERYTHING

logger = logging.getLogger(__name__)

QUEUES: Final = ("default", "ocr")
TOPIC: Final = "jobs"
BEAT_SECONDS: Final = 2.0
LOOK_SECONDS: Final = 1.0  # the safety net when a ring was missed
GRACE_SECONDS: Final = 20.0  # for the task at hand when the worker is told to stop


class GiveBack(BaseException):
    """Raised inside the task at hand when the time to stop has come; no task catches it."""


class Heart:
    """Beats for a worker from a thread of its own, and takes back what the dead held."""

    def __init__(self, worker_id: str, queues: Sequence[str]) -> None:
        self._worker_id = worker_id
        self._queues = tuple(queues)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="heart", daemon=True)

    def start(self) -> None:
        """Sign on (in the caller's thread, so that claiming may begin), then beat."""
        lease.sign_on(self._worker_id, self._queues)
        self._thread.start()

    def stop(self) -> None:
        """Beat no more and sign off."""
        self._stop.set()
        self._thread.join(BEAT_SECONDS + 1)
        lease.sign_off(self._worker_id)

    def _run(self) -> None:
        pause = min(BEAT_SECONDS, settings.WORKER_LEASE_SECONDS / 4)
        while not self._stop.wait(pause):
            try:
                lease.beat(self._worker_id, self._queues)
                if lease.take_back():
                    doorbell.ring(TOPIC)
            except (DatabaseError, InterfaceError) as error:
                # The database is away: others judge this worker by its silence.
                logger.warning("heart: %s", error)
                connection.close()
        connection.close()


class Worker:
    """Works queues until told to stop."""

    def __init__(self, queues: Sequence[str] = QUEUES, *, with_cron: bool = True) -> None:
        self.worker_id = f"{os.getpid()}-{secrets.token_hex(8)}"
        self._queues = tuple(queues)
        self._with_cron = with_cron
        self._wake = threading.Event()
        self._stopping = False
        self._working = False

    def run(self) -> None:
        """Work until SIGTERM or SIGINT; then finish the task at hand or give it back."""
        self._take_signals()
        bell = doorbell.Listener(self._hear)
        heart = Heart(self.worker_id, self._queues)
        while not self._stopping:
            try:
                heart.start()
                break
            except DatabaseError as error:
                logger.warning("waiting for the database: %s", error)
                connection.close()
                self._wake.wait(LOOK_SECONDS)
        logger.info("worker %s takes %s", self.worker_id, ", ".join(self._queues))
        try:
            while not self._stopping:
                self._turn()
        finally:
            bell.close()
            heart.stop()
            connection.close()
            logger.info("worker %s ended", self.worker_id)

    def _turn(self) -> None:
        self._wake.clear()
        close_old_connections()
        reset_queries()
        try:
            if self._with_cron:
                cron.enqueue_due()
            row = lease.claim(self.worker_id, self._queues)
            if row is not None:
                self._work(row)
                return
        except (DatabaseError, InterfaceError) as error:
            logger.warning("worker %s: %s", self.worker_id, error)
            connection.close()
            time.sleep(LOOK_SECONDS * random.uniform(0.5, 1.0))  # noqa: S311 - not a secret
            return
        if not self._stopping:
            self._wake.wait(LOOK_SECONDS)

    def _work(self, row: lease.Row) -> None:
        self._working = True
        try:
            if self._stopping:
                raise GiveBack
            run_claimed(row)
        except GiveBack:
            signal.setitimer(signal.ITIMER_REAL, 0)
            _renew_connection()
            lease.give_back(lease.attempt_of(row))
            doorbell.ring(TOPIC)
            logger.info("worker %s gave task %s back", self.worker_id, row.id)
        finally:
            self._working = False
            signal.setitimer(signal.ITIMER_REAL, 0)

    def _hear(self, topic: str) -> None:
        if topic in (TOPIC, EVERYTHING):
            self._wake.set()

    def _take_signals(self) -> None:
        signal.signal(signal.SIGTERM, self._on_stop)
        signal.signal(signal.SIGINT, self._on_stop)
        signal.signal(signal.SIGALRM, self._on_alarm)

    def _on_stop(self, _signum: int, _frame: FrameType | None) -> None:
        again = self._stopping
        self._stopping = True
        self._wake.set()
        if self._working:
            # A second signal means now.
            signal.setitimer(signal.ITIMER_REAL, 0.01 if again else GRACE_SECONDS)

    def _on_alarm(self, _signum: int, _frame: FrameType | None) -> None:
        if self._working and lease.current_attempt.get() is not None:
            raise GiveBack


def run_claimed(row: lease.Row) -> bool:
    """Run a claimed task in this thread and record how it ended; False: the lease was lost."""
    attempt = lease.attempt_of(row)
    try:
        task = row.task
        result = cast(TaskResult[Any], row.task_result)  # its own class only adds the row
    except (ImportError, SuspiciousOperation) as error:
        logger.exception("task %s cannot be loaded", row.id)
        return lease.refuse_unknown(row, attempt, error)
    backend = type(task.get_backend())
    task_started.send(sender=backend, task_result=result)
    token = lease.current_attempt.set(attempt)
    try:
        context = (TaskContext(task_result=result),) if task.takes_context else ()
        arguments = (*context, *result.args)
        with _shielded(), translation.override(settings.LANGUAGE_CODE):
            value = normalize_json(task.call(*arguments, **result.kwargs))
    except Exception as error:  # whatever a task raises is recorded and decides about a retry
        lease.current_attempt.reset(token)
        unexpected = not isinstance(error, (PermanentFailure, LeaseLost))
        logger.warning("task %s %s: %r", row.task_path, row.id, error, exc_info=unexpected)
        if not connection.in_atomic_block:
            close_old_connections()
        recorded = _insist(partial(lease.fail, row, attempt, error))
    except BaseException:
        lease.current_attempt.reset(token)
        raise
    else:
        lease.current_attempt.reset(token)
        recorded = _insist(lambda: lease.finish(attempt, value))
    if recorded:
        row.refresh_from_db()
        task_finished.send(sender=backend, task_result=row.task_result)
    else:
        logger.warning("task %s: the lease was lost, its result is not kept", row.id)
    return recorded


@contextmanager
def _shielded() -> Iterator[None]:
    """Inside somebody's transaction (tests) a broken statement must not spoil what is around it.

    What a failing task wrote stays, as it does in a worker, where no transaction surrounds it.
    """
    if not connection.in_atomic_block:
        yield
        return
    savepoint = transaction.savepoint()
    try:
        yield
    except DatabaseError:
        transaction.savepoint_rollback(savepoint)
        transaction.set_rollback(False)
        raise
    except BaseException:
        transaction.savepoint_commit(savepoint)
        raise
    transaction.savepoint_commit(savepoint)


def _renew_connection() -> None:
    """Begin again with a fresh connection: the old one was left in the middle of something."""
    connection.close()
    del connections[connection.alias]


def _insist(record: Callable[[], bool]) -> bool:
    """Record an ending although the database is away for a moment; False after one lease."""
    until = time.monotonic() + settings.WORKER_LEASE_SECONDS
    while True:
        try:
            return record()
        except (DatabaseError, InterfaceError) as error:
            if connection.in_atomic_block or time.monotonic() > until:
                raise
            logger.warning("cannot record the end of a task yet: %s", error)
            connection.close()
            time.sleep(0.5)


def run_pending(
    max_seconds: float = 60.0,
    *,
    queues: Sequence[str] = QUEUES,
    until: Callable[[], bool] | None = None,
) -> int:
    """Work the queues in this process and thread; returns how many attempts were run.

    Ends after `max_seconds`; without `until`, as soon as no task is ready (one that rests
    before its next attempt is not ready); with `until`, when it says so, asked between tasks.
    Safe beside real workers. For `ingest --wait` and tests.
    """
    worker_id = f"{os.getpid()}-{secrets.token_hex(8)}"
    alone = connection.in_atomic_block  # in a test's transaction nobody else sees the rows
    heart = Heart(worker_id, queues)
    if alone:
        lease.sign_on(worker_id, queues)
    else:
        heart.start()
    end = time.monotonic() + max_seconds
    attempts = 0
    try:
        while time.monotonic() < end and not (until is not None and until()):
            row = lease.claim(worker_id, queues)
            if row is not None:
                run_claimed(row)
                attempts += 1
            elif until is None:
                break
            else:
                time.sleep(0.1)
    except BaseException:
        if not alone:
            heart.stop()
        raise
    if alone:
        lease.sign_off(worker_id)
    else:
        heart.stop()
    return attempts
