"""Nightly: sessions that ran out are cleared, at 03:40."""

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django_tasks import task

from groupware.jobs import cron


@task()
def clear_sessions() -> dict[str, int]:
    """Remove dead sessions and their rows in the lists people see; safe to run twice."""
    call_command("clearsessions")
    living = Session.objects.values("session_key")
    removed, _by_model = UserSession.objects.exclude(session_key__in=living).delete()
    return {"rows": removed}


def register_cron() -> None:
    """Every night (Asia/Tokyo)."""
    cron.register("sessions-clear", "40 3 * * *", clear_sessions)
