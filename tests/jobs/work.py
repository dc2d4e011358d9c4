"""Tasks that the tests enqueue; worker processes import them by path.

Results are rows of `CronSlot` with a name of their own: a table that both databases have, with
a unique constraint, so that an effect is counted by the database itself.
"""

import time
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from django.conf import settings
from django.db import IntegrityError, transaction
from django_tasks import TaskContext, task

from groupware.jobs import lease
from groupware.jobs.errors import PermanentFailure
from groupware.jobs.models import CronSlot
from groupware.jobs.retry import GaveUp, retries

EPOCH = datetime(2000, 1, 1, tzinfo=UTC)


def note(name: str, number: int = 0) -> None:
    """Leave a mark; the same mark twice is an IntegrityError."""
    CronSlot.objects.create(name=name, slot=EPOCH + timedelta(seconds=number))


def notes(name: str) -> int:
    """How many marks of that name there are."""
    return CronSlot.objects.filter(name=name).count()


@task()
@retries(attempts=20, backoff=(0.1,))
def count_once(number: int, seconds: float) -> int:
    """Work for a while, then leave exactly one result, keyed by the task's own number."""
    started = time.monotonic()
    while time.monotonic() - started < seconds:
        time.sleep(0.005)
    try:
        with transaction.atomic():
            lease.require_lease()
            note("result", number)
    except IntegrityError:
        pass  # an earlier attempt got as far as this
    return number


@task()
def order(name: str) -> None:
    """Leave a mark that says in which order tasks ran."""
    with transaction.atomic():
        note(f"order {name}", CronSlot.objects.filter(name__startswith="order ").count())


@task()
@retries(attempts=3, backoff=(0.05, 0.1))
def always_fails(text: str) -> None:
    """Fails every time."""
    note("tried", int(time.time() * 1000) % 10**8 + uuid4().int % 97)
    raise ValueError(text)


def remember(gave_up: GaveUp) -> None:
    """Keep what the listener was told."""
    note(f"gave up {gave_up.args[0]}"[:64])


@task()
@retries(attempts=5, backoff=(60,), gave_up=remember)
def fails_for_good(name: str) -> None:
    """Stops at the first attempt."""
    raise PermanentFailure(
        "パスワードで保護されています（%(name)s）。",
        "保護を外してください。",
        detail={"name": name},
    )


@task(takes_context=True)
@retries(attempts=3, backoff=(0,))
def succeeds_at_the_third(context: TaskContext) -> int:
    """Needs three attempts."""
    if context.attempt < 3:
        raise RuntimeError("not yet")
    return context.attempt


@task()
def says_nothing_useful() -> object:
    """Returns what no JSON can hold."""
    return {"set": {1, 2}}  # a set has no JSON form


@task()
def slot_task() -> None:
    """What the calendar enqueues in the tests."""
    note(f"slot {settings.TIME_ZONE}"[:64], int(time.time() * 1000) % 10**8)


@task()
@retries(attempts=4, backoff=(0.1,))
def sleep_long(seconds: float) -> None:
    """Holds its worker."""
    note("began", int(time.time() * 1000) % 10**8)
    time.sleep(seconds)
