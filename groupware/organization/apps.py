"""People, sections, posts, sign-in."""

from django.apps import AppConfig


class OrganizationConfig(AppConfig):
    """People, sections, posts, sign-in."""

    name = "groupware.organization"
    label = "organization"
    verbose_name = "組織"
