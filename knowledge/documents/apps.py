"""The digitized library."""

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DocumentsConfig(AppConfig):
    """The digitized library."""

    name = "knowledge.documents"
    label = "documents"
    verbose_name = _("文書")

    def ready(self) -> None:
        """Register policies, search, uploads, events."""
        import_module("knowledge.documents.wiring")
