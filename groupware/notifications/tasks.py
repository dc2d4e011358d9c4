"""Nightly: what was told long ago goes."""

from django_tasks import task

from groupware.jobs import priorities
from groupware.notifications.actions import trim_notifications


@task(priority=priorities.BULK)
def trim() -> int:
    """Remove what is past its time."""
    return trim_notifications()
