"""From bytes to pages of text with boxes."""

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class IngestionConfig(AppConfig):
    """From bytes to pages of text with boxes."""

    name = "groupware.ingestion"
    label = "ingestion"
    verbose_name = _("読み取り")

    def ready(self) -> None:
        """Register guards, checks and recurring work."""
        import_module("groupware.ingestion.wiring")
        import_module("groupware.ingestion.handlers")
