"""What waits for me."""

from django.apps import AppConfig


class PortalConfig(AppConfig):
    """What waits for me."""

    name = "groupware.portal"
    label = "portal"
    verbose_name = "ホーム"
