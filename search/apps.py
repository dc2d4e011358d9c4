"""The search of everything that a person may see."""

from django.apps import AppConfig


class SearchConfig(AppConfig):
    """One index, one query language, two engines behind one port."""

    name = "search"
    label = "search"
    verbose_name = "検索"

    def ready(self) -> None:
        """Follow changes of rights and register the nightly count."""
        from groupware import events
        from groupware.events.catalogue import SCOPE_CHANGED
        from search import tasks

        events.subscribe(SCOPE_CHANGED, tasks.scope_changed)
        tasks.register_cron()
