"""Policies, scopes and grants."""

from django.apps import AppConfig


class AccessConfig(AppConfig):
    """Policies, scopes and grants."""

    name = "groupware.access"
    label = "access"
    verbose_name = "権限"

    def ready(self) -> None:
        """Register the policy of scopes themselves and the nightly comparison."""
        from groupware.access import policies, tasks
        from groupware.access.models import Scope

        policies.register(Scope, policies.ScopePolicy())
        tasks.register_cron()
