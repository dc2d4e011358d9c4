"""Recurring tasks: once per slot, made up once, never at the first sight of a name."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from django_tasks_db.models import DBTaskResult

from groupware.jobs import cron, tasks
from groupware.jobs.models import CronSlot, Failure
from groupware.jobs.worker import run_pending
from tests.jobs import work
from tests.jobs.conftest import StartWorker
from tests.services.ports import wait_until

pytestmark = pytest.mark.postgres
TOKYO = ZoneInfo("Asia/Tokyo")


def at(day: int, hour: int, minute: int, second: int = 0) -> datetime:
    """A moment of November 2026 in Tokyo."""
    return datetime(2026, 11, day, hour, minute, second, tzinfo=TOKYO)


@pytest.mark.parametrize(
    ("expression", "now", "slot"),
    [
        ("30 3 * * *", at(24, 3, 30), at(24, 3, 30)),
        ("30 3 * * *", at(24, 3, 29, 59), at(23, 3, 30)),
        ("30 3 * * *", at(24, 8, 0), at(24, 3, 30)),
        ("*/5 * * * *", at(24, 8, 4, 59), at(24, 8, 0)),
        ("0 9 1 * *", at(24, 8, 0), datetime(2026, 11, 1, 9, 0, tzinfo=TOKYO)),
    ],
)
def test_slots_are_of_tokyo(expression: str, now: datetime, slot: datetime) -> None:
    """The last moment that the expression names, whatever zone the clock is asked in."""
    entry = cron.Entry("x", expression, work.slot_task)
    assert entry.latest_slot(now) == slot
    assert entry.latest_slot(now.astimezone(ZoneInfo("UTC"))) == slot


def only(expression: str) -> None:
    """A calendar with one entry."""
    cron._entries.clear()
    cron.register("only", expression, work.slot_task)


def test_a_slot_is_enqueued_once(db: None) -> None:
    """The first sight only starts the count; then one task per slot, missed ones made up once."""
    only("0 * * * *")
    assert cron.enqueue_due(at(24, 8, 30)) == 0
    assert cron.enqueue_due(at(24, 9, 0)) == 1
    assert cron.enqueue_due(at(24, 9, 1)) == 0
    cron._done.clear()  # another process
    assert cron.enqueue_due(at(24, 9, 2)) == 0
    assert cron.enqueue_due(at(24, 13, 59)) == 1
    assert DBTaskResult.objects.count() == 2


def test_a_clock_that_goes_back_repeats_nothing(db: None) -> None:
    """A host whose clock is behind finds its slot taken."""
    only("0 * * * *")
    cron.enqueue_due(at(24, 8, 0))
    assert cron.enqueue_due(at(24, 9, 0)) == 1
    assert cron.enqueue_due(at(24, 8, 59)) == 0
    cron._done.clear()
    assert cron.enqueue_due(at(24, 8, 59)) == 0


def test_a_name_is_taken_once() -> None:
    """Two tasks of one name would hide each other."""
    only("0 * * * *")
    cron.register("only", "0 * * * *", work.slot_task)
    with pytest.raises(ValueError, match="only"):
        cron.register("only", "5 * * * *", work.slot_task)


@pytest.mark.process
def test_two_workers_run_a_slot_once(start_worker: StartWorker) -> None:
    """Every second a slot, two processes: as many tasks as slots."""
    options = {"TEST_EVERY_SECOND": "1"}
    workers = [start_worker(environment=options) for _ in range(2)]
    for worker in workers:
        worker.wait_until_working()
    wait_until(lambda: CronSlot.objects.filter(name="every-second").count() >= 6, "slots", 20)
    for worker in workers:
        assert worker.stop() == 0
    slots = CronSlot.objects.filter(name="every-second").count()
    enqueued = DBTaskResult.objects.filter(task_path="tests.jobs.work.slot_task").count()
    assert enqueued == slots - 1  # the first sight enqueues nothing


def test_finished_tasks_are_trimmed(db: None) -> None:
    """After seven days; what waits for somebody's decision stays."""
    old = work.order.enqueue("old")
    kept = work.fails_for_good.enqueue("kept")
    dismissed = work.fails_for_good.enqueue("dismissed")
    run_pending(5)
    DBTaskResult.objects.update(finished_at="2026-01-01T00:00:00Z")
    Failure.objects.filter(task_id=dismissed.id).delete()
    fresh = work.order.enqueue("fresh")
    CronSlot.objects.all().delete()
    CronSlot.objects.create(name="n", slot=at(1, 0, 0).replace(year=2020))
    CronSlot.objects.create(name="n", slot=at(1, 0, 0).replace(year=2021))
    tasks.trim_queue.call()
    left = {str(pk) for pk in DBTaskResult.objects.values_list("pk", flat=True)}
    assert left == {kept.id, fresh.id}
    assert old.id not in left
    assert CronSlot.objects.count() == 1
