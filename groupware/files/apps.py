"""Blobs, files and the one guarded serving view."""

from django.apps import AppConfig


class FilesConfig(AppConfig):
    """Blobs, files and the one guarded serving view."""

    name = "groupware.files"
    label = "files"
    verbose_name = "ファイル"
