"""What waits for me."""

from django.apps import AppConfig


class PortalConfig(AppConfig):
    """What waits for me."""

    name = "groupware.portal"
    label = "portal"
    verbose_name = "ホーム"

    def ready(self) -> None:
        """Register blocks, entries, policies and the faces of the frame."""
        from groupware.access import policies
        from groupware.portal import blocks, faces
        from groupware.portal.models import Announcement
        from groupware.portal.policies import AnnouncementPolicy
        from groupware.web import people, preferences

        policies.register(Announcement, AnnouncementPolicy())
        people.register_presenter(faces.face_of_staff)
        preferences.register_language_keeper(faces.keep_language)
        blocks.register()
