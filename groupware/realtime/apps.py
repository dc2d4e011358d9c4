"""Live updates: the database is the log, the bus a doorbell."""

from django.apps import AppConfig


class RealtimeConfig(AppConfig):
    """Live updates: the database is the log, the bus a doorbell."""

    name = "groupware.realtime"
    label = "realtime"
    verbose_name = "即時の知らせ"
