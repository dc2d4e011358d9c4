"""Lease worker and recurring tasks."""

from django.apps import AppConfig


class JobsConfig(AppConfig):
    """Lease worker and recurring tasks."""

    name = "groupware.jobs"
    label = "jobs"
    verbose_name = "裏の仕事"
