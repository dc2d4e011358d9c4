"""Base templates, components, registries."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    """Base templates, components, registries."""

    name = "groupware.web"
    label = "web"
    verbose_name = "画面の部品"
