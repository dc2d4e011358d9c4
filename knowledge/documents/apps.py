"""The digitized library."""

from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    """The digitized library."""

    name = "knowledge.documents"
    label = "documents"
    verbose_name = "文書"
