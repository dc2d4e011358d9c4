"""Every second a slot, when the test asks for it."""

import os
from importlib import import_module

from django.apps import AppConfig


class CalendarConfig(AppConfig):
    """Registers a recurring task with a seconds field."""

    name = "tests.jobs.calendar"
    label = "tests_calendar"

    def ready(self) -> None:
        """Only where `TEST_EVERY_SECOND` is set."""
        if os.environ.get("TEST_EVERY_SECOND"):
            cron = import_module("groupware.jobs.cron")
            work = import_module("tests.jobs.work")
            cron.register("every-second", "* * * * * *", work.slot_task)
