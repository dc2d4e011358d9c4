"""Japanese full-text search under rights."""

from django.apps import AppConfig


class SearchConfig(AppConfig):
    """Japanese full-text search under rights."""

    name = "search"
    label = "search"
    verbose_name = "検索"
