"""Know-how that departments publish, on Wagtail's page tree."""

from django.apps import AppConfig


class PagesConfig(AppConfig):
    """Registers the policy and the index declaration of pages."""

    name = "knowledge.pages"
    label = "pages"
    verbose_name = "ノウハウ"

    def ready(self) -> None:
        """Say who may see pages and how they are found."""
        from knowledge.pages import policies, search  # models are ready only now

        policies.register()
        search.register()
