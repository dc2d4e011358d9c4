"""The search of everything that a person may see."""

from importlib import import_module

from django.apps import AppConfig


class SearchConfig(AppConfig):
    """One index, one query language, two engines behind one port."""

    name = "search"
    label = "search"
    verbose_name = "検索"

    def ready(self) -> None:
        """Follow changes of rights and register the nightly count."""
        import_module("search.wiring")
