"""Blobs, files and the one guarded serving view."""

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FilesConfig(AppConfig):
    """Blobs, files and the one guarded serving view."""

    name = "groupware.files"
    label = "files"
    verbose_name = _("ファイル")

    def ready(self) -> None:
        """Register the policy and the housekeeping."""
        import_module("groupware.files.wiring")
