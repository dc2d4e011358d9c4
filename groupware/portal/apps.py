"""What waits for me."""

from django.apps import AppConfig


class PortalConfig(AppConfig):
    """What waits for me."""

    name = "groupware.portal"
    label = "portal"
    verbose_name = "ホーム"

    def ready(self) -> None:
        """Register blocks, entries, policies, and where a person's language is kept."""
        from groupware.access import policies
        from groupware.portal import blocks, language
        from groupware.portal.models import Announcement
        from groupware.portal.policies import AnnouncementPolicy
        from groupware.web import preferences

        policies.register(Announcement, AnnouncementPolicy())
        preferences.register_language_keeper(language.keep_language)
        blocks.register()
