"""Lease worker and recurring tasks."""

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class JobsConfig(AppConfig):
    """Lease worker and recurring tasks."""

    name = "groupware.jobs"
    label = "jobs"
    verbose_name = _("裏の仕事")

    def ready(self) -> None:
        """Ring for enqueued tasks; put the housekeeping on the calendar."""
        import_module("groupware.jobs.handlers")
