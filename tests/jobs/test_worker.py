"""Order, retries, words for failures, pick-up time."""

import time

import pytest
from django.db import transaction
from django.utils import translation
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from groupware.jobs import actions, priorities, selectors
from groupware.jobs.models import CronSlot, Failure
from groupware.jobs.worker import run_pending
from tests.jobs import work
from tests.jobs.conftest import StartWorker
from tests.services.ports import wait_until

pytestmark = pytest.mark.postgres


def test_a_persons_upload_overtakes_bulk_work(db: None) -> None:
    """Fifty bulk tasks wait; the person's one is next, in the queue's own words too."""
    for number in range(50):
        work.order.using(priority=priorities.BULK).enqueue(f"bulk{number}")
    normal = work.order.enqueue("normal")
    person = work.order.using(priority=priorities.PERSON).enqueue("person")
    assert selectors.place_in_queue(person.id) == 1
    assert selectors.place_in_queue(normal.id) == 2
    assert run_pending(30) == 52
    ran = list(
        CronSlot.objects.filter(name__startswith="order ")
        .order_by("slot")
        .values_list("name", flat=True)
    )
    assert ran[:3] == ["order person", "order normal", "order bulk0"]
    assert ran[-1] == "order bulk49"
    assert selectors.place_in_queue(person.id) is None


def test_a_failing_task_rests_and_stops(db: None) -> None:
    """Three attempts, a pause between them, then words instead of a traceback."""
    task = work.always_fails.enqueue("secret-value")
    assert run_pending(5) == 1
    resting = DBTaskResult.objects.get(pk=task.id)
    assert resting.status == TaskResultStatus.READY
    assert selectors.list_queues()[0].resting == 1
    run_pending(5, until=Failure.objects.exists)
    assert work.notes("tried") == 3
    failure = Failure.objects.get(task_id=task.id)
    assert failure.attempts == 3
    assert failure.cause_text() == "予期しない不具合（ValueError）で止まりました。"
    assert "secret-value" not in failure.cause_text() + failure.remedy_text()


def test_a_permanent_failure_stops_at_once_and_tells(db: None) -> None:
    """No second attempt; the listener ran; the reader's language is used."""
    task = work.fails_for_good.enqueue("申請書.pdf")
    assert run_pending(5) == 1
    assert DBTaskResult.objects.get(pk=task.id).status == TaskResultStatus.FAILED
    assert work.notes("gave up 申請書.pdf") == 1
    group = selectors.list_failures_by_cause()[0]
    assert (group.count, group.cause_text) == (
        1,
        "パスワードで保護されています（申請書.pdf）。",
    )


def test_failures_are_shown_in_english(db: None) -> None:
    """The stored sentence is a message id."""
    work.says_nothing_useful.enqueue()
    for _ in range(3):
        run_pending(5)
        DBTaskResult.objects.update(run_after="2020-01-01T00:00:00Z")
    failure = Failure.objects.get()
    with translation.override("en"):
        assert failure.cause_text() == "It stopped at an unexpected fault (TypeError)."
        assert "try again" in failure.remedy_text().lower()


def test_retrying_gives_all_attempts_again(db: None) -> None:
    """The administrators' button: back into the queue, the failure off the list."""
    work.fails_for_good.enqueue("一")
    work.fails_for_good.enqueue("二")
    run_pending(5)
    cause = Failure.objects.values_list("cause", flat=True).first()
    assert actions.retry_failed(cause=cause) == 2
    assert not Failure.objects.exists()
    assert selectors.count_ready() == 2
    assert {tuple(row.worker_ids) for row in DBTaskResult.objects.all()} == {()}
    run_pending(5)
    assert actions.dismiss_failed(task_ids=Failure.objects.values_list("task_id", flat=True)) == 2
    with pytest.raises(ValueError, match="either"):
        actions.retry_failed()


def test_later_attempts_succeed(db: None) -> None:
    """The context counts attempts; the result is the last one's."""
    task = work.succeeds_at_the_third.enqueue()
    run_pending(5)
    result = work.succeeds_at_the_third.get_result(task.id)
    assert result.return_value == 3


def test_a_task_of_another_version_is_named(db: None) -> None:
    """A row whose function is gone stops in words instead of stopping the worker."""
    task = work.order.enqueue("x")
    DBTaskResult.objects.filter(pk=task.id).update(task_path="tests.jobs.work.removed")
    run_pending(5)
    assert Failure.objects.get().cause_text() == (
        "この版にはない種類の仕事です（tests.jobs.work.removed）。"
    )


def test_a_task_rolls_back_with_its_transaction(transactional_db: None) -> None:
    """Enqueued inside a transaction that fails, it never existed."""
    with pytest.raises(RuntimeError), transaction.atomic():
        work.order.enqueue("never")
        raise RuntimeError
    assert selectors.count_ready() == 0


@pytest.mark.process
def test_pick_up_does_not_wait_for_the_poll(start_worker: StartWorker) -> None:
    """The doorbell wakes an idle worker: the median of twenty is at most 150 ms."""
    worker = start_worker()
    worker.wait_until_working()
    waits = []
    for number in range(20):
        time.sleep(0.05)
        task = work.count_once.enqueue(number, 0.0)
        ready = DBTaskResult.objects.filter(pk=task.id).successful()
        wait_until(ready.exists, "pick-up", 5)
        done = DBTaskResult.objects.get(pk=task.id)
        assert done.started_at is not None
        waits.append((done.started_at - done.enqueued_at).total_seconds())
    waits.sort()
    print(f"pick-up ms: median {waits[10] * 1000:.0f}, worst {waits[-1] * 1000:.0f}")
    assert waits[10] <= 0.150


def test_the_oldest_waiting_is_known(db: None) -> None:
    """Queue length and age, one query."""
    assert selectors.oldest_waiting() is None
    work.order.enqueue("a")
    DBTaskResult.objects.update(enqueued_at="2026-01-01T00:00:00Z")
    state = selectors.list_queues()[0]
    assert (state.name, state.ready, state.running) == ("default", 1, 0)
    assert state.oldest_waiting is not None and state.oldest_waiting.days > 0
