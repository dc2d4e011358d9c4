"""What this app does when something happens elsewhere; imported once the models are there."""

from typing import Any

from django.dispatch import receiver
from django_tasks.signals import task_enqueued

from groupware.jobs import cron, tasks
from groupware.jobs.worker import TOPIC
from groupware.realtime import doorbell


@receiver(task_enqueued, dispatch_uid="jobs.ring")
def ring_for_work(sender: Any, **kwargs: Any) -> None:
    """The row commits with the business transaction; the worker hears of it after that."""
    doorbell.ring_after_commit([TOPIC])


cron.register("jobs-trim", "40 3 * * *", tasks.trim_queue)
cron.register("realtime-trim", "20 * * * *", tasks.trim_events)
