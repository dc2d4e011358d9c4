"""What a person is told."""

from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    """What a person is told."""

    name = "groupware.notifications"
    label = "notifications"
    verbose_name = "知らせ"
