"""From bytes to pages of text with boxes."""

from django.apps import AppConfig


class IngestionConfig(AppConfig):
    """From bytes to pages of text with boxes."""

    name = "groupware.ingestion"
    label = "ingestion"
    verbose_name = "読み取り"
