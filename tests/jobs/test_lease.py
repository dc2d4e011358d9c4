"""A task survives its worker: killed, silent, stopped, replaced."""

import os
import random
import signal
import time
from uuid import UUID

import pytest
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from groupware.jobs import lease, selectors
from groupware.jobs.errors import LeaseLost
from groupware.jobs.models import Failure, Worker
from tests.conftest import count
from tests.jobs import work
from tests.jobs.conftest import StartWorker
from tests.services.ports import wait_until

pytestmark = pytest.mark.postgres
LEASE = 2


def row(task_id: str | UUID) -> lease.Row:
    """The task row as it is now."""
    return DBTaskResult.objects.get(pk=task_id)


def finished() -> int:
    """How many of the tasks of these tests ended well (the calendar's own run too)."""
    ours = DBTaskResult.objects.filter(task_path__startswith="tests.jobs.")
    return ours.successful().count()


@pytest.mark.process
def test_killed_workers_lose_nothing(start_worker: StartWorker) -> None:
    """kill -9 at random points: every task finishes within two leases, exactly one result."""
    seed = int(os.environ.get("FAULT_SEED", random.randrange(10**6)))
    print(f"FAULT_SEED={seed}")
    chance = random.Random(seed)
    kills = count(4, 50)
    survivor = start_worker(lease_seconds=LEASE)
    victim = start_worker(lease_seconds=LEASE)
    survivor.wait_until_working()
    tasks = []
    for number in range(kills):
        victim.wait_until_working()
        tasks += [work.count_once.enqueue(2 * number + i, chance.uniform(0.0, 0.4)) for i in (0, 1)]
        time.sleep(chance.uniform(0.0, 0.5))
        victim.kill()
        victim = start_worker(lease_seconds=LEASE)
    wait_until(lambda: finished() == len(tasks), f"seed {seed}: all tasks", 2 * LEASE)
    assert work.notes("result") == len(tasks)
    assert not Failure.objects.exists()


@pytest.mark.process
def test_a_killed_worker_is_noticed_before_its_lease_ends(start_worker: StartWorker) -> None:
    """On the same machine the process table tells; nobody waits for the lease of 60 seconds."""
    victim = start_worker("--queue", "default", lease_seconds=60)
    victim.wait_until_working()
    task = work.count_once.enqueue(1, 1.0)
    wait_until(lambda: row(task.id).status == TaskResultStatus.RUNNING, "claim", 5)
    victim.kill()
    start_worker(lease_seconds=60).wait_until_working()
    wait_until(lambda: finished() == 1, "second attempt", 12)
    assert len(row(task.id).worker_ids) == 2


@pytest.mark.process
def test_a_silent_worker_loses_its_task_and_its_result(start_worker: StartWorker) -> None:
    """Stopped, not killed: the lease runs out, and what it says on waking is not recorded."""
    sleeper = start_worker(lease_seconds=LEASE)
    sleeper.wait_until_working()
    task = work.count_once.enqueue(7, 0.6)
    wait_until(lambda: row(task.id).status == TaskResultStatus.RUNNING, "claim", 5)
    os.kill(sleeper.pid, signal.SIGSTOP)
    other = start_worker(lease_seconds=LEASE)
    other.wait_until_working()
    wait_until(lambda: finished() == 1, "the other worker", 3 * LEASE + 5)
    before = row(task.id)
    os.kill(sleeper.pid, signal.SIGCONT)
    wait_until(lambda: b"not kept" in sleeper.log.read_bytes(), f"fence {sleeper.log}", 10)
    after = row(task.id)
    assert (after.finished_at, after.worker_ids) == (before.finished_at, before.worker_ids)
    assert work.notes("result") == 1
    assert other.stop() == 0


@pytest.mark.process
def test_sigterm_finishes_the_task_at_hand(start_worker: StartWorker) -> None:
    """An orderly stop ends after the task and signs off."""
    worker = start_worker()
    worker.wait_until_working()
    task = work.count_once.enqueue(3, 1.0)
    wait_until(lambda: row(task.id).status == TaskResultStatus.RUNNING, "claim", 5)
    assert worker.stop() == 0
    assert row(task.id).status == TaskResultStatus.SUCCESSFUL
    assert not Worker.objects.exists()


@pytest.mark.process
def test_a_second_sigterm_gives_the_task_back(start_worker: StartWorker) -> None:
    """Told twice, the worker stops now; the attempt does not count."""
    worker = start_worker()
    worker.wait_until_working()
    task = work.sleep_long.enqueue(60)
    wait_until(lambda: work.notes("began") == 1, "begin", 5)
    os.kill(worker.pid, signal.SIGTERM)
    time.sleep(0.2)
    assert worker.stop() == 0
    given_back = row(task.id)
    assert given_back.status == TaskResultStatus.READY
    assert given_back.worker_ids == []


@pytest.mark.django_db(transaction=True)
def test_a_task_that_kills_its_workers_stops(short_lease: int) -> None:
    """The attempt limit counts workers that died; the failure says so in words."""
    task = work.sleep_long.enqueue(0)
    for attempt in range(1, 5):
        claimed = lease.claim(f"gone-{attempt}", ["default"])
        assert claimed is not None
        assert lease.take_back() == 1
    assert row(task.id).status == TaskResultStatus.FAILED
    failure = Failure.objects.get(task_id=task.id)
    assert failure.attempts == 4
    assert failure.cause_text() == "作業中のプロセスが4回続けて落ちました。"
    assert task.id[:8] in failure.remedy_text()


@pytest.mark.django_db(transaction=True)
def test_a_worker_that_lives_keeps_its_task(short_lease: int) -> None:
    """Nothing is taken from a worker that beats."""
    lease.sign_on("alive", ["default"])
    work.sleep_long.enqueue(0)
    claimed = lease.claim("alive", ["default"])
    assert claimed is not None
    assert lease.take_back() == 0
    assert selectors.count_living_workers() == 1


@pytest.mark.django_db(transaction=True)
def test_a_lost_lease_changes_nothing() -> None:
    """Finishing, failing, giving back and the lease check all notice the new holder."""
    work.sleep_long.enqueue(0)
    claimed = lease.claim("first", ["default"])
    assert claimed is not None
    attempt = lease.attempt_of(claimed)
    assert lease.take_back() == 1
    again = lease.claim("second", ["default"])
    assert again is not None
    assert not lease.finish(attempt, "old")
    assert not lease.give_back(attempt)
    assert not lease.fail(claimed, attempt, ValueError("old"))
    token = lease.current_attempt.set(attempt)
    with pytest.raises(LeaseLost):
        lease.require_lease()
    lease.current_attempt.reset(token)
    assert lease.finish(lease.attempt_of(again), "new")
    assert row(claimed.id).return_value == "new"
